"""A launcher in a process of its own, to be ended by a test: it prints the process ids that it is behind."""

import asyncio
import sys
from pathlib import Path

import httpx2

from matka_cli import signals
from matka_cli.stack import Options, Stack

LITTLE = str(Path(__file__).with_name("little_service.py"))


async def prepare(url: str, rungs: tuple[int, ...]) -> None:
    """There is no topology to declare for little services."""


async def launch(folder: Path) -> int:
    options = Options(
        folder,
        {"notifications": 2},
        say=lambda _: None,
        words=lambda service: [sys.executable, LITTLE, service],
    )
    async with Stack(options, prepare) as stack, httpx2.AsyncClient() as client:
        answers = [(await client.get(f"{replica.url}/health/ready")).json() for replica in stack.replicas]
        print(*(answer[key] for answer in answers for key in ("pid", "child")), flush=True)
        await asyncio.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(signals.run(launch(Path(sys.argv[1]))))
