"""How documents and queries become SQLite's columns, blobs and clauses."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from matka_kit.store.bson_codec import decode, decode_events
from matka_kit.store.port import Collection, Document, OneOf, Query, Range, Scalar, Where

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

Column = str | int | bytes | None
ROW = '"_id", version, body, outbox, outbox_since, next_due, retry_due'


def column(field: str) -> str:
    """The quoted column of an indexed field; `_id` has its own."""
    return '"_id"' if field == "_id" else f'"i_{field}"'


def scalar(value: Scalar | None) -> Column:
    """An indexed value as its column holds it."""
    return milliseconds(value) if isinstance(value, datetime) else value


def milliseconds(moment: datetime) -> int:
    """An instant as its column holds it: whole milliseconds since 1970, cut as BSON cuts them."""
    return (moment - _EPOCH) // _MILLISECOND


def instant(milliseconds: int | None) -> datetime | None:
    """An instant from its column."""
    return None if milliseconds is None else _EPOCH + milliseconds * _MILLISECOND


def document(row: Sequence[Any]) -> Document:
    """A document from the columns of `ROW`; what is not set is not there."""
    id_, version, body, outbox, outbox_since, next_due, retry_due = row
    found: Document = {"_id": id_, "version": version, **decode(body), "outbox": decode_events(outbox)}
    sparse = {"outbox_since": outbox_since, "next_due": next_due, "retry_due": retry_due}
    found.update({field: instant(value) for field, value in sparse.items() if value is not None})
    return found


def clause(where: Where) -> tuple[str, list[Column]]:
    """A filter as a condition and its parameters."""
    parts: list[str] = []
    values: list[Column] = []
    for field, wanted in where.items():
        name = column(field)
        if isinstance(wanted, OneOf):
            parts.append(f"{name} IN ({', '.join('?' * len(wanted.values))})")
            values.extend(scalar(value) for value in wanted.values)
        elif isinstance(wanted, Range):
            bounds = {">=": wanted.gte, ">": wanted.gt, "<=": wanted.lte, "<": wanted.lt}
            for sign, bound in bounds.items():
                if bound is not None:
                    parts.append(f"{name} {sign} ?")
                    values.append(scalar(bound))
        else:
            parts.append(f"{name} = ?")
            values.append(scalar(wanted))
    return " AND ".join(parts) or "TRUE", values


def source(collection: Collection, query: Query) -> str:
    """The table and the one index that must serve the query: with it SQLite refuses rather than scans."""
    index = collection.index_for(query)
    forced = f' INDEXED BY "{index_name(collection, index)}"' if index else ""
    return f'"{collection.name}"{forced}'


def index_name(collection: Collection, index: tuple[str, ...]) -> str:
    """The name under which an index stands in the database; it never changes its meaning."""
    return f"{collection.name}:{'unique' if index in collection.unique else 'by'}:{':'.join(index)}"


def line(collection: Collection, row: Sequence[Any]) -> Document:
    """A document's id and declared fields from the columns of `line_columns`."""
    id_, *values = row
    found: Document = {"_id": id_}
    for (field, kind), value in zip(collection.fields.items(), values, strict=True):
        found[field] = instant(value) if kind is datetime else bool(value) if kind is bool else value
    return found


def line_columns(collection: Collection) -> str:
    """The columns of a document's id and declared fields."""
    return ", ".join(('"_id"', *(column(field) for field in collection.fields)))


def select(collection: Collection, query: Query, columns: str) -> tuple[str, list[Column]]:
    """The statement for one page of a query and one document more, which tells if there is a next page."""
    condition, values = clause(query.where)
    order = [column(field) for field in collection.order_for(query)]
    if query.after is not None:
        sign = "<" if query.descending else ">"
        condition += f" AND ({', '.join(order)}) {sign} ({', '.join('?' * len(order))})"
        values.extend(scalar(value) for value in query.after)
    direction = " DESC" if query.descending else ""
    ordering = ", ".join(name + direction for name in order)
    text = f"SELECT {columns} FROM {source(collection, query)} WHERE {condition} ORDER BY {ordering} LIMIT ?"  # noqa: S608 - names are declared, values are bound
    return text, [*values, query.limit + 1]


def owed(collection: Collection) -> str:
    """The statement for what one collection owes; each part reads an index of the few documents that do."""
    table = f'FROM "{collection.name}" WHERE'
    return (
        f"SELECT (SELECT count(*) {table} outbox_since IS NOT NULL), "
        f"(SELECT count(*) {table} retry_due IS NOT NULL), "
        f"(SELECT min(next_due) {table} next_due IS NOT NULL)"
    )
