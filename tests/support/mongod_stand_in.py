"""Takes the place of `mongod` where there is none: the options that a launcher gives, and an end when asked.

It runs under its own interpreter (Python 3.13 or newer, `requirements/mongo-test-server.txt`).
"""

import argparse
import asyncio
import signal
from pathlib import Path

import bson  # noqa: F401 - the wire protocol needs it
from mongoeco.engines.sqlite import SQLiteEngine
from mongoeco.wire import AsyncMongoEcoProxyServer


async def _serve(folder: Path, port: int) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    engine = SQLiteEngine(str(folder / "mongoeco.sqlite"))
    async with AsyncMongoEcoProxyServer(engine=engine, port=port):
        await ended.wait()


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--dbpath", type=Path, required=True)
    given.add_argument("--port", type=int, required=True)
    given.add_argument("--bind_ip")
    given.add_argument("--nounixsocket", action="store_true")
    options = given.parse_args()
    asyncio.run(_serve(options.dbpath, options.port))
