"""The yardstick of the store's benchmarks: the least that loads, commits an event, empties an outbox."""

import asyncio
import itertools
import sqlite3
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson

from bench.support.events import DOCUMENTS, PAYLOAD, document_id
from bench.support.report import Row

NAME = "x" * 300
Document = dict[str, Any]
Work = Callable[[str], Awaitable[None]]


def a_document(number: int) -> Document:
    return {
        "_id": document_id(number),
        "program_id": "p",
        "slot": str(number),
        "name": NAME,
        "sequence": 0,
    }


def an_event() -> Document:
    return {"id": str(uuid.uuid4()), "time": datetime.now(UTC), "data": PAYLOAD}


class BareLoop:
    """The standard library's driver, one connection, no layers, no threads; every commit flushed to disk."""

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

    async def round(self, id_: str) -> None:
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


class Rate:
    """What a contender has done so far, in how much time by the clock and by the processor."""

    def __init__(self) -> None:
        self.per_second: list[float] = []
        self._done = 0
        self._spent = 0.0
        self._next = itertools.count()

    @property
    def microseconds(self) -> float:
        """Processor time per round, all threads together."""
        return self._spent / self._done * 1e6

    async def measure(
        self,
        seconds: float,
        work: Work,
        tasks: int = 1,
        finish: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Do `work` on one document after the other by so many tasks, then `finish` what is left."""
        done = 0
        spent, began = time.process_time(), time.perf_counter()

        async def go_on() -> None:
            nonlocal done
            while time.perf_counter() < began + seconds:
                await work(document_id(next(self._next)))
                done += 1

        await asyncio.gather(*(go_on() for _ in range(tasks)))
        if finish is not None:
            await finish()
        self._spent += time.process_time() - spent
        self._done += done
        self.per_second.append(done / (time.perf_counter() - began))


def rows(rates: dict[str, Rate], unit: str, least: dict[str, float], notes: dict[str, str]) -> list[Row]:
    """A row per contender beside the first, which the others are measured against turn by turn."""
    name, base = next(iter(rates.items()))
    found = []
    for other, rate in list(rates.items())[1:]:
        ratio = statistics.median(
            own / bare for own, bare in zip(rate.per_second, base.per_second, strict=True)
        )
        found.append(
            Row.beside(
                other,
                f"{statistics.median(rate.per_second):,.0f} {unit}/s, {rate.microseconds:.0f} µs of CPU each",
                f"{name}: {statistics.median(base.per_second):,.0f} {unit}/s, {base.microseconds:.0f} µs",
                ratio,
                least.get(other),
                notes.get(other, ""),
            )
        )
    return found
