"""A process of its own that writes to a store, for the suite's tests with several: JOB URL NAME ARGUMENT…."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from matka_kit.store import DuplicateKey, Store
from tests.support.things import ROWS, THINGS, Place, a_commit, a_telling, a_thing, read

ROOT = Path(__file__).resolve().parents[2]


def start(job: str, place: Place, *arguments: str) -> subprocess.Popen[str]:
    """Run a job in a new process; what it prints comes through its `stdout`."""
    words = [sys.executable, "-m", "tests.support.store_worker", job, place.url, place.name, *arguments]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)


async def seats(store: Store, who: str, count: str) -> None:
    """Try to take every seat; print those taken."""
    for seat in range(int(count)):
        try:
            await store.insert(THINGS, a_thing(f"{who}-{seat}", slot=str(seat)))
        except DuplicateKey:
            continue
        print(seat, flush=True)


async def increments(store: Store, who: str, count: str) -> None:
    """Add entries to the log of the one document that all processes share."""
    for turn in range(int(count)):
        while True:
            found = await read(store, "shared")
            entry = f"{who}-{turn}"
            if await store.commit(THINGS, a_commit(found, entry, log=[*found["log"], entry])):
                break


async def tellings(store: Store, who: str, count: str) -> None:
    """Tell of new rows that the other processes tell of too."""
    for row in range(int(count)):
        await store.upsert_row(ROWS, a_telling(who, 1, f"row{row}"))


async def endless(store: Store, who: str, first: str) -> None:
    """Write without end; print each write once it is acknowledged, to be killed at any moment."""
    turn = int(first)
    while True:
        id_ = f"{who}-{turn}"
        await store.insert(THINGS, a_thing(id_, rank=0, copy=0, pad="x" * 5_000))
        print("insert", id_, flush=True)
        document = await read(store, id_)
        await store.commit(THINGS, a_commit(document, f"e-{id_}", rank=1, copy=1))
        print("commit", id_, flush=True)
        turn += 1


async def crowded(store: Store, who: str, first: str) -> None:
    """The same by several tasks at once, whose writes share transactions."""
    await asyncio.gather(*(endless(store, f"{who}-{task}", first) for task in range(8)))


async def opening(store: Store, who: str, _: str) -> None:
    """Do nothing but be one of those who open a new database at once."""
    await store.insert(THINGS, a_thing(who))


async def failing(store: Store, who: str, _: str) -> None:
    """Fail after a write, and so end without closing the store."""
    await store.insert(THINGS, a_thing(who))
    raise SystemExit(7)


JOBS: dict[str, Callable[[Store, str, str], Awaitable[None]]] = {
    job.__name__: job for job in (seats, increments, tellings, endless, crowded, opening, failing)
}


async def _main(job: str, url: str, name: str, *arguments: str) -> None:
    store = await Place(url, name).open()
    await JOBS[job](store, *arguments)
    await store.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
