"""Tables and indexes of the embedded store, brought up to date by whichever process starts first."""

from typing import Any

import apsw

from matka_kit.store import sqlite_codec as codec
from matka_kit.store.bson_codec import decode
from matka_kit.store.port import Collection, DuplicateKey
from matka_kit.store.sqlite_together import transaction

_SYSTEM = """
    "_id" TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
    outbox BLOB NOT NULL DEFAULT x'', outbox_size INTEGER NOT NULL DEFAULT 0,
    outbox_since INTEGER, next_due INTEGER, retry_due INTEGER
"""
_SPARSE = ("outbox_since", "next_due", "retry_due")
_BATCH = 500


def apply(connection: apsw.Connection, collections: tuple[Collection, ...]) -> None:
    """Create what is missing and fill the columns of indexes that are new; one process at a time.

    Raises `TypeError` when a stored document lacks the value of a new index, `DuplicateKey` when a new
    unique key is taken twice; the file is then as it was.
    """
    with transaction(connection):
        for collection in collections:
            _apply(connection, collection)


def _apply(connection: apsw.Connection, collection: Collection) -> None:
    table = collection.name
    connection.execute(f'CREATE TABLE IF NOT EXISTS "{table}" ({_SYSTEM})')
    present = {str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table}")')}
    missing = [field for field in collection.fields if f"i_{field}" not in present]
    for field in missing:
        connection.execute(f'ALTER TABLE "{table}" ADD COLUMN {codec.column(field)}')
    if missing:
        _fill(connection, collection, missing)
    for field in _SPARSE:
        name = f"{table}:{field}"
        connection.execute(
            f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" ({field}) WHERE {field} IS NOT NULL'
        )
    for index in (*collection.unique, *collection.indexes):
        _index(connection, collection, index)


def _index(connection: apsw.Connection, collection: Collection, index: tuple[str, ...]) -> None:
    unique = index in collection.unique
    columns = ", ".join(codec.column(field) for field in (index if unique else (*index, "_id")))
    name, kind = codec.index_name(collection, index), "UNIQUE INDEX" if unique else "INDEX"
    try:
        connection.execute(f'CREATE {kind} IF NOT EXISTS "{name}" ON "{collection.name}" ({columns})')
    except apsw.ConstraintError as error:
        raise DuplicateKey(collection.name, index) from error


def _fill(connection: apsw.Connection, collection: Collection, fields: list[str]) -> None:
    columns = ", ".join(f"{codec.column(field)} = ?" for field in fields)
    last: Any = ""
    while True:
        rows: list[Any] = connection.execute(
            f'SELECT "_id", body FROM "{collection.name}" WHERE "_id" > ? ORDER BY "_id" LIMIT {_BATCH}',  # noqa: S608 - declared names
            (last,),
        ).fetchall()
        for id_, body in rows:
            values = collection.scalars(decode(body))
            connection.execute(
                f'UPDATE "{collection.name}" SET {columns} WHERE "_id" = ?',  # noqa: S608 - declared names
                (*(codec.scalar(values[field]) for field in fields), id_),
            )
        if len(rows) < _BATCH:
            return
        last = rows[-1][0]
