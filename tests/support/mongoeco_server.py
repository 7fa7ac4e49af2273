"""A stand-in that speaks MongoDB's wire protocol, in a process of its own: FOLDER [PORT]; prints its port.

It runs under its own interpreter (Python 3.13 or newer, `requirements/mongo-test-server.txt`) and stops when
its standard input is closed, so it never outlives whoever started it.
"""

import asyncio
import sys
from pathlib import Path

import bson  # noqa: F401 - the wire protocol needs it: better no server than one that hangs up on everybody
from mongoeco.engines.sqlite import SQLiteEngine
from mongoeco.wire import AsyncMongoEcoProxyServer


async def _serve(folder: Path, port: int) -> None:
    engine = SQLiteEngine(str(folder / "mongoeco.sqlite"))
    async with AsyncMongoEcoProxyServer(engine=engine, port=port) as server:
        print(server.address.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
