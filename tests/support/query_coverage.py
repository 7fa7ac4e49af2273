"""Proof that every query of a service goes along an index: SQLite itself is asked for its plan.

The store port refuses a query that no declared index serves. On SQLite this goes further: whatever ran
between `async with every_query_has_an_index(store):` and its end is explained, and a scan of a table or a
sort that an index would spare fails the test by the statement's text.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import apsw

from matka_kit.store import Store
from matka_kit.store.sqlite import SQLiteStore

_TOUCHES_ROWS = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b")
_BY_AN_INDEX = re.compile(r"SEARCH|SCAN CONSTANT ROW|SCAN \S+ USING (COVERING )?INDEX|SCALAR SUBQUERY")


@asynccontextmanager
async def every_query_has_an_index(store: Store) -> AsyncIterator[None]:
    """Watch a store's statements and assert at the end that each went along an index."""
    assert isinstance(store, SQLiteStore), "plans are read from the embedded store"
    seen: set[str] = set()

    def note(_: apsw.Cursor, text: str, __: object) -> bool:
        seen.add(text)
        return True

    def watch(connection: apsw.Connection) -> None:
        connection.exec_trace = note

    def forget(connection: apsw.Connection) -> None:
        connection.exec_trace = None

    await store.read(watch)
    await store.write(watch)
    try:
        yield
    finally:
        await store.read(forget)
        await store.write(forget)
    faults = await store.read(lambda connection: faults_of(connection, seen))
    assert not faults, "\n".join(faults)


def faults_of(connection: apsw.Connection, statements: Iterable[str]) -> list[str]:
    """What is wrong with the plans of these statements, one line each."""
    touching = sorted(text for text in statements if _TOUCHES_ROWS.match(text))
    return [
        f"{step}: {text}"
        for text in touching
        for step in _steps(connection, text)
        if not _is_fine(step, text)
    ]


def _steps(connection: apsw.Connection, text: str) -> list[str]:
    unbound = re.sub(r"\?", "NULL", text)
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {unbound}")]


def _is_fine(step: str, text: str) -> bool:
    if step.startswith("USE TEMP B-TREE"):
        return " IN (" in text  # several values have no one order along an index: what they find is merged
    return bool(_BY_AN_INDEX.match(step))
