"""Rounds of load, guarded commit with one event and emptied outbox: the store port against a bare loop.

Run: python bench/store.py [seconds per measurement]
Both run in turns on the same disk, on 2,000 documents of the same size, with every commit flushed to disk.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import bson
import uvloop

from matka_kit.store import AggregateCommit, Collection, Document, Store, open_store

DOCUMENTS = 2_000
TURNS = 3
TASKS = 8
AT_ONCE = f"port, {TASKS} tasks at once"
PAYLOAD = {"a": "x" * 200}
AGGREGATES = Collection(
    "aggregates",
    {"program_id": str, "slot": str},
    indexes=(("program_id",),),
    unique=(("program_id", "slot"),),
)


def a_document(number: int) -> Document:
    return {"_id": f"a{number}", "program_id": "p", "slot": str(number), "name": "x" * 300, "sequence": 0}


def an_event() -> Document:
    return {"id": str(uuid.uuid4()), "time": datetime.now(UTC), "data": PAYLOAD}


class BareLoop:
    """The least that does the same: the standard library's driver, one connection, no layers, no threads."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._run("PRAGMA journal_mode = WAL")
        self._run("PRAGMA synchronous = FULL")
        self._run(
            "CREATE TABLE bare (id TEXT PRIMARY KEY, version INT, body BLOB, since REAL, program, slot)"
        )
        self._run("CREATE UNIQUE INDEX slots ON bare (program, slot)")
        self._run("CREATE INDEX marks ON bare (since) WHERE since IS NOT NULL")
        self._run("BEGIN")
        for number in range(DOCUMENTS):
            body = bson.encode({**a_document(number), "outbox": []})
            self._run("INSERT INTO bare VALUES (?, 1, ?, NULL, 'p', ?)", f"a{number}", body, str(number))
        self._run("COMMIT")

    def round(self, id_: str) -> None:
        """One command: load, change and commit with its event, empty the outbox."""
        version, blob = self._run("SELECT version, body FROM bare WHERE id = ?", id_).fetchone()
        body = bson.decode(blob)
        self._write(id_, version, {**body, "outbox": [an_event()]}, time.time())
        self._write(id_, version + 1, {**body, "outbox": []}, None)

    def _write(self, id_: str, version: int, body: Document, since: float | None) -> None:
        text = "UPDATE bare SET version = ?, body = ?, since = ? WHERE id = ? AND version = ?"
        self._run("BEGIN IMMEDIATE")
        done = self._run(text, version + (since is not None), bson.encode(body), since, id_, version).rowcount
        self._run("COMMIT")
        assert done == 1

    def _run(self, text: str, *values: object) -> sqlite3.Cursor:
        return self._connection.execute(text, values)

    def close(self) -> None:
        self._connection.close()


async def port_round(store: Store, id_: str) -> None:
    """The same command through the port, as repository and relay do it."""
    document = await store.get(AGGREGATES, id_)
    assert document is not None
    version = document["version"]
    body = {key: value for key, value in document.items() if key not in ("_id", "version", "outbox")}
    commit = AggregateCommit(id_, version, body, [an_event()], datetime.now(UTC))
    assert await store.commit(AGGREGATES, commit)
    assert await store.clear_outbox(AGGREGATES, id_, version + 1, 1)


async def per_second(seconds: float, work: Callable[[str], Awaitable[None]], tasks: int = 1) -> float:
    """How often `work` is done a second, by so many tasks, each on documents of its own."""
    done = 0
    end = time.perf_counter() + seconds

    async def go_on(task: int) -> None:
        nonlocal done
        turn = task
        while time.perf_counter() < end:
            await work(f"a{turn % DOCUMENTS}")
            turn += tasks
            done += 1

    await asyncio.gather(*(go_on(task) for task in range(tasks)))
    return done / seconds


async def measure(folder: Path, seconds: float) -> dict[str, list[float]]:
    """Rounds per second of each contender, turn by turn."""
    figures: dict[str, list[float]] = {"bare loop": [], "port": [], AT_ONCE: []}
    bare = BareLoop(folder / "bare.sqlite")
    store = await open_store(f"sqlite:{folder}", "port", (AGGREGATES,))
    for number in range(DOCUMENTS):
        await store.insert(AGGREGATES, a_document(number))

    async def bare_round(id_: str) -> None:
        bare.round(id_)

    async def round_(id_: str) -> None:
        await port_round(store, id_)

    for _ in range(TURNS):
        figures["bare loop"].append(await per_second(seconds, bare_round))
        figures["port"].append(await per_second(seconds, round_))
        figures[AT_ONCE].append(await per_second(seconds, round_, TASKS))
    await store.close()
    bare.close()
    return figures


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with tempfile.TemporaryDirectory() as folder:
        figures = uvloop.run(measure(Path(folder), seconds))
    base = statistics.median(figures["bare loop"])
    for name, values in figures.items():
        rate = statistics.median(values)
        print(f"{name:24} {rate:7,.0f} rounds/s   ratio {rate / base:.2f}")


if __name__ == "__main__":
    main()
