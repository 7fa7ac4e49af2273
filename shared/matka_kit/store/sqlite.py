"""The embedded store: one SQLite file per service, documents as BSON beside their indexed columns."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import apsw

from matka_kit.errors import Unavailable
from matka_kit.store import sqlite_codec as codec
from matka_kit.store import sqlite_schema as schema
from matka_kit.store import sqlite_writes as writes
from matka_kit.store.port import (
    AggregateCommit,
    Backlog,
    Collection,
    Document,
    Page,
    Query,
    RowOutcome,
    RowUpsert,
    Store,
    Where,
)
from matka_kit.store.sqlite_threads import ConnectionThread

T = TypeVar("T")
_OLDEST = (3, 51, 3)  # older libraries may corrupt a WAL file when two processes write and checkpoint at once
PATIENCE_SECONDS = 10.0  # with another process that holds the file
_NAP_SECONDS = (0.0005, 0.003)
_PING_SECONDS = 2.0
_READ_ROW = f"SELECT {codec.ROW} FROM"


async def open_sqlite(folder: str, name: str, collections: tuple[Collection, ...]) -> "SQLiteStore":
    """Open `folder/name.sqlite`, made with its folder and readable by its owner alone when it is not there.

    Raises `Unavailable` when the file cannot be opened, `RuntimeError` for an SQLite that is too old.
    """
    if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < _OLDEST:
        raise RuntimeError(f"SQLite {apsw.sqlite_lib_version()} is too old, install apsw 3.51.3 or newer")
    path = Path(folder) / f"{name}.sqlite"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise Unavailable("store", f"{path}: {error.strerror}") from error
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        # SQLite would open it all the same, stay read-only and leave files that outlive the mending.
        raise Unavailable("store", _READ_ONLY)
    writer = await _opened(path)
    try:
        await _answer(writer.run(lambda connection: schema.apply(connection, collections)))
        glance = await _answer(writer.run(lambda _: _for_glances(path)))
        return SQLiteStore(writer, await _opened(path), glance)
    except BaseException:
        await writer.close()
        raise


async def _opened(path: Path) -> ConnectionThread:
    thread = ConnectionThread()
    try:
        await thread.open(lambda: _connect(path))
    except apsw.Error as error:
        raise _named(error) from error
    return thread


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_handler(_Patience(PATIENCE_SECONDS))
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            return connection
        except apsw.BusyError:  # several processes turn a new file to WAL at once: SQLite does not wait then
            if time.monotonic() > until:
                raise
        _nap()


def _for_glances(path: Path) -> apsw.Connection:
    """A connection that only reads and never waits."""
    connection = _connect(path)
    connection.set_busy_handler(None)
    connection.execute("PRAGMA query_only = 1")
    return connection


class _Patience:
    """Waits for another process's write in short, uneven naps.

    SQLite's own waiting grows to 100 ms a nap: whoever writes without a pause then starves the others.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0

    def __call__(self, attempt: int) -> bool:
        """Whether to try again, asked after each attempt that met a lock."""
        if attempt == 0:
            self._until = time.monotonic() + self._seconds
        _nap()
        return time.monotonic() < self._until


def _nap() -> None:
    time.sleep(random.uniform(*_NAP_SECONDS))  # noqa: S311 - jitter, not a secret


class SQLiteStore(Store):
    """The store port over one file: one connection that writes, one that reads, each in its own thread.

    Changes that wait at the same time share a transaction. A single document is looked up in the loop's own
    thread, over a third connection: that takes less time than to wake another thread. A call whose task is
    cancelled is done as a whole or not at all.
    """

    def __init__(self, writer: ConnectionThread, reader: ConnectionThread, glance: apsw.Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._glance = glance

    async def write(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run `work` by itself in the writer's thread; raises `Unavailable` when the file does not serve."""
        return await _answer(self._writer.run(work))

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run `work` in the reader's thread; raises `Unavailable` when the file does not serve."""
        return await _answer(self._reader.run(work))

    async def close(self) -> None:
        self._glance.close()
        try:
            await self._reader.close()
        finally:
            await self._writer.close()

    async def _change(self, work: Callable[[apsw.Connection], T], *, unhurried: bool = False) -> T:
        return await _answer(self._writer.change(work, unhurried=unhurried))

    async def ping(self) -> bool:
        try:
            async with asyncio.timeout(_PING_SECONDS):
                await self.write(_touch)
        except (Unavailable, TimeoutError):
            return False
        return True

    async def get(self, collection: Collection, id: str) -> Document | None:
        text = f'{_READ_ROW} "{collection.name}" WHERE "_id" = ?'
        await asyncio.sleep(0)  # who looks again and again lets others have their turn
        try:
            rows = self._glance.execute(text, (id,)).fetchall()
        except apsw.BusyError:  # another process puts the file in order: the reader has the patience
            return next(iter(await self.get_many(collection, [id])), None)
        except tuple(_WORDS) as error:
            raise _named(error) from error
        return codec.document(rows[0]) if rows else None

    async def get_many(self, collection: Collection, ids: Sequence[str]) -> list[Document]:
        marks = ", ".join("?" * len(ids))
        text = f'{_READ_ROW} "{collection.name}" WHERE "_id" IN ({marks})'
        rows = await self.read(lambda connection: connection.execute(text, tuple(ids)).fetchall())
        documents = {row[0]: codec.document(row) for row in rows}
        return [documents[id_] for id_ in dict.fromkeys(ids) if id_ in documents]

    async def find(self, collection: Collection, query: Query) -> Page:
        return await self._page(collection, query, codec.ROW, codec.document)

    async def find_lines(self, collection: Collection, query: Query) -> Page:
        columns = codec.line_columns(collection)
        return await self._page(collection, query, columns, partial(codec.line, collection))

    async def _page(
        self, collection: Collection, query: Query, columns: str, read: Callable[[Sequence[Any]], Document]
    ) -> Page:
        """One page of a query; `read` makes a document of these columns."""
        text, values = codec.select(collection, query, columns)
        rows = await self.read(lambda connection: connection.execute(text, values).fetchall())
        documents = [read(row) for row in rows[: query.limit]]
        more = len(rows) > query.limit
        after = tuple(documents[-1][field] for field in collection.order_for(query)) if more else None
        return Page(documents, after)

    async def count(self, collection: Collection, where: Where) -> int:
        source = codec.source(collection, Query(where))
        condition, values = codec.clause(where)
        text = f"SELECT count(*) FROM {source} WHERE {condition}"  # noqa: S608 - declared names
        return await self.read(lambda connection: int(_first(connection.execute(text, values))[0]))

    async def insert(self, collection: Collection, document: Document) -> None:
        await self._change(lambda connection: writes.insert(connection, collection, document))

    async def commit(self, collection: Collection, commit: AggregateCommit) -> bool:
        return await self._change(lambda connection: writes.commit(connection, collection, commit))

    async def upsert_row(self, collection: Collection, row: RowUpsert) -> RowOutcome:
        return await self._change(lambda connection: writes.upsert_row(connection, collection, row))

    async def delete(self, collection: Collection, id: str, version: int) -> bool:
        text = f'DELETE FROM "{collection.name}" WHERE "_id" = ? AND version = ? AND outbox_size = 0'  # noqa: S608 - declared names
        return await self._change(lambda connection: writes.changed(connection, text, (id, version))) == 1

    async def delete_where(self, collection: Collection, where: Where) -> int:
        source = codec.source(collection, Query(where))
        condition, values = codec.clause(where)
        text = f"DELETE FROM {source} WHERE {condition}"  # noqa: S608 - declared names
        return await self._change(lambda connection: writes.changed(connection, text, values))

    async def clear_outbox(self, collection: Collection, id: str, version: int, size: int) -> bool:
        return await self._change(
            lambda connection: writes.clear_outbox(connection, collection, id, version, size), unhurried=True
        )

    async def pull_outbox(self, collection: Collection, id: str, event_ids: Sequence[str]) -> None:
        await self._change(
            lambda connection: writes.pull_outbox(connection, collection, id, event_ids), unhurried=True
        )

    async def stale(self, collection: Collection, before: datetime, limit: int) -> list[Document]:
        text = f'{_READ_ROW} "{collection.name}" WHERE outbox_since < ? ORDER BY outbox_since LIMIT ?'
        values = (codec.scalar(before), limit)
        rows = await self.read(lambda connection: connection.execute(text, values).fetchall())
        return [codec.document(row) for row in rows]

    async def due(self, collection: Collection, now: datetime, machine: datetime, limit: int) -> list[str]:
        text = f'SELECT "_id" FROM "{collection.name}" WHERE {{0}} <= ? ORDER BY {{0}} LIMIT ?'  # noqa: S608 - declared names
        moments = {"next_due": now, "retry_due": machine}

        def read(connection: apsw.Connection) -> list[str]:
            found: list[str] = []
            for field, moment in moments.items():
                rows = connection.execute(text.format(field), (codec.scalar(moment), limit))
                found.extend(str(row[0]) for row in rows)
            return list(dict.fromkeys(found))

        return await self.read(read)

    async def backlog(self, *collections: Collection) -> Backlog:
        texts = [codec.owed(each) for each in collections]
        rows = await self.read(lambda connection: [_first(connection.execute(text)) for text in texts])
        unpublished, retrying, moments = zip(*rows, strict=True)
        first = min((moment for moment in moments if moment is not None), default=None)
        return Backlog(sum(unpublished), sum(retrying), codec.instant(first))


async def _answer(waiting: asyncio.Future[T]) -> T:
    try:
        return await waiting
    except tuple(_WORDS) as error:
        raise _named(error) from error


def _first(cursor: apsw.Cursor) -> Any:
    return cursor.fetchall()[0]


def _touch(connection: apsw.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


def _named(error: apsw.Error) -> Unavailable:
    """What ops should hear of a file that does not serve."""
    return Unavailable("store", _WORDS.get(type(error), "SQLite cannot use the file"))


_READ_ONLY = "the file is read-only"
_WORDS: dict[type[apsw.Error], str] = {
    apsw.BusyError: "the file is locked by another process",
    apsw.LockedError: "the file is locked by another process",
    apsw.ProtocolError: "the file is locked by another process",
    apsw.FullError: "the disk is full",
    apsw.ReadOnlyError: _READ_ONLY,
    apsw.PermissionsError: "the file is not ours to use",
    apsw.CantOpenError: "the file cannot be opened",
    apsw.NotADBError: "the file is not an SQLite database",
    apsw.CorruptError: "the file is damaged, restore it from a backup",
    apsw.IOError: "the disk reports an error",
    apsw.NoMemError: "there is no memory left",
}
