"""The embedded store's writes, each within a transaction that the writer's thread gives it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import apsw

from matka_kit.store import sqlite_codec as codec
from matka_kit.store.bson_codec import decode, decode_events, encode, encode_events
from matka_kit.store.port import (
    SYSTEM_FIELDS,
    AggregateCommit,
    Collection,
    Document,
    DuplicateId,
    DuplicateKey,
    RowOutcome,
    RowUpsert,
)


def changed(connection: apsw.Connection, text: str, values: Sequence[codec.Column]) -> int:
    """Run one writing statement; how many rows it changed."""
    connection.execute(text, values)
    return connection.changes()


def clear_outbox(
    connection: apsw.Connection, collection: Collection, id_: str, version: int, size: int
) -> bool:
    """Empty an outbox that nobody touched; see `Store.clear_outbox`."""
    text = (
        f"UPDATE \"{collection.name}\" SET outbox = x'', outbox_size = 0, outbox_since = NULL "  # noqa: S608 - declared names
        'WHERE "_id" = ? AND version = ? AND outbox_size = ?'
    )
    return changed(connection, text, (id_, version, size)) == 1


def insert(connection: apsw.Connection, collection: Collection, document: Document) -> None:
    """Insert a document; see `Store.insert`."""
    scalars = collection.scalars(document)
    own = collection.own_fields({k: value for k, value in document.items() if k not in SYSTEM_FIELDS})
    told = {"sources": document["sources"]} if "sources" in document else {}
    events = document.get("outbox", [])
    values: dict[str, codec.Column] = {
        '"_id"': document["_id"],
        "version": document.get("version", 1),
        "body": encode({**own, **told}),
        "outbox": encode_events(events),
        "outbox_size": len(events),
        "outbox_since": codec.scalar(document.get("outbox_since")),
        "next_due": codec.scalar(document.get("next_due")),
        "retry_due": codec.scalar(document.get("retry_due")),
    }
    values.update({codec.column(field): codec.scalar(value) for field, value in scalars.items()})
    marks = ", ".join("?" * len(values))
    text = f'INSERT INTO "{collection.name}" ({", ".join(values)}) VALUES ({marks})'  # noqa: S608 - declared names
    with _named_duplicates(connection, collection, document["_id"]):
        connection.execute(text, tuple(values.values()))


def commit(connection: apsw.Connection, collection: Collection, commit: AggregateCommit) -> bool:
    """Change an aggregate under its version; see `Store.commit`."""
    scalars = collection.scalars(commit.body)
    values: dict[str, codec.Column] = {
        "version": commit.version + 1,
        "body": encode(collection.own_fields(commit.body)),
        "next_due": codec.scalar(commit.next_due),
        "retry_due": codec.scalar(commit.retry_due),
    }
    values.update({codec.column(field): codec.scalar(value) for field, value in scalars.items()})
    with _named_duplicates(connection, collection, None):
        read = f'SELECT version, outbox, outbox_size, outbox_since FROM "{collection.name}" WHERE "_id" = ?'  # noqa: S608 - declared names
        row = connection.execute(read, (commit.id,)).fetchone()
        if row is None or row[0] != commit.version:
            return False
        if commit.events:
            values["outbox"] = row[1] + encode_events(commit.events)
            values["outbox_size"] = row[2] + len(commit.events)
            marked_at = codec.milliseconds(commit.marked_at)
            values["outbox_since"] = marked_at if row[3] is None else min(row[3], marked_at)
        _update(connection, collection, commit.id, values)
    return True


def upsert_row(connection: apsw.Connection, collection: Collection, row: RowUpsert) -> RowOutcome:
    """Merge a row under its source's sequence; see `Store.upsert_row`."""
    with _named_duplicates(connection, collection, None):
        read = f'SELECT body FROM "{collection.name}" WHERE "_id" = ?'  # noqa: S608 - declared names
        found = connection.execute(read, (row.id,)).fetchone()
        body: Document = decode(found[0]) if found else {}
        last = body.setdefault("sources", {}).get(row.source, 0)
        if last >= row.sequence:
            return RowOutcome.REPEATED if last == row.sequence else RowOutcome.LATE
        body |= collection.own_fields(row.fields)
        body["sources"][row.source] = row.sequence
        scalars = collection.scalars(body)
        values: dict[str, codec.Column] = {"body": encode(body)}
        values |= {codec.column(field): codec.scalar(value) for field, value in scalars.items()}
        if found:
            _update(connection, collection, row.id, values)
        else:
            values |= {'"_id"': row.id, "version": 1}
            marks = ", ".join("?" * len(values))
            text = f'INSERT INTO "{collection.name}" ({", ".join(values)}) VALUES ({marks})'  # noqa: S608 - declared names
            connection.execute(text, tuple(values.values()))
    return RowOutcome.APPLIED


def pull_outbox(
    connection: apsw.Connection, collection: Collection, id_: str, event_ids: Sequence[str]
) -> None:
    """Take events out of an outbox; see `Store.pull_outbox`."""
    gone = set(event_ids)
    read = f'SELECT outbox, outbox_since FROM "{collection.name}" WHERE "_id" = ?'  # noqa: S608 - declared names
    row = connection.execute(read, (id_,)).fetchone()
    if row is None:
        return
    left = [event for event in decode_events(row[0]) if event["id"] not in gone]
    values: dict[str, codec.Column] = {
        "outbox": encode_events(left),
        "outbox_size": len(left),
        "outbox_since": row[1] if left else None,
    }
    _update(connection, collection, id_, values)


def _update(
    connection: apsw.Connection, collection: Collection, id_: str, values: dict[str, codec.Column]
) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    text = f'UPDATE "{collection.name}" SET {columns} WHERE "_id" = ?'  # noqa: S608 - declared names
    connection.execute(text, (*values.values(), id_))


@contextmanager
def _named_duplicates(
    connection: apsw.Connection, collection: Collection, inserted: str | None
) -> Iterator[None]:
    """Say which key a refused write met; an id that exists comes before every unique key."""
    try:
        yield
    except apsw.ConstraintError as error:
        if inserted is not None and (existing := _existing(connection, collection, inserted)):
            raise DuplicateId(existing) from error
        named = str(error).partition("failed: ")[2].split(", ")
        columns = tuple(name.partition(".i_")[2] for name in named)
        if columns not in collection.unique:
            raise
        raise DuplicateKey(collection.name, columns) from error


def _existing(connection: apsw.Connection, collection: Collection, id_: str) -> Document | None:
    text = f'SELECT {codec.ROW} FROM "{collection.name}" WHERE "_id" = ?'  # noqa: S608 - declared names
    row = connection.execute(text, (id_,)).fetchone()
    return codec.document(row) if row else None
