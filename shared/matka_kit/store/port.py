"""The store port: collections declared as data and the few operations that everything above may use."""

import enum
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Scalar = str | int | bool | datetime
Document = dict[str, Any]
MOST_VALUES = 1000

# What an adapter keeps beside an aggregate's own fields; no collection may declare a field of these names.
SYSTEM_FIELDS = frozenset({"_id", "version", "outbox", "outbox_since", "next_due", "retry_due", "sources"})


class UnindexedQuery(TypeError):
    """A query that no declared index serves: a mistake of the programmer, refused on every adapter."""


class DuplicateId(Exception):
    """An insert met a document of the same `_id`; `existing` is that document."""

    def __init__(self, existing: Document) -> None:
        super().__init__("a document of this id exists")
        self.existing = existing


class DuplicateKey(Exception):
    """A write met another document that holds the same unique key; `fields` names the key."""

    def __init__(self, collection: str, fields: tuple[str, ...]) -> None:
        super().__init__(f"{collection}: taken key {', '.join(fields)}")
        self.fields = fields


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of these values; at most 1,000 of them."""

    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        """Refuse more values than every store takes in one call."""
        if len(self.values) > MOST_VALUES:
            raise TypeError(f"{len(self.values)} values at once, {MOST_VALUES} are the most")


@dataclass(frozen=True, slots=True)
class Range:
    """Values between bounds; a bound that is None is open. Strings compare by their UTF-8 bytes."""

    gte: Scalar | None = None
    gt: Scalar | None = None
    lte: Scalar | None = None
    lt: Scalar | None = None


Where = Mapping[str, Scalar | OneOf | Range]


@dataclass(frozen=True, slots=True)
class Query:
    """What to find: a filter on a declared index's prefix, the index's order, and a page of it.

    `where` gives equality or `OneOf` for the first fields of an index and at most one `Range`, on the field
    after them. `order` names the index's following fields, in its order; `_id` always ends it.
    `descending` turns the whole order. `after` is `Page.after` of the page before.
    """

    where: Where = field(default_factory=dict)
    order: tuple[str, ...] = ()
    descending: bool = False
    limit: int = 100
    after: tuple[Scalar, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in order; `after` continues behind the last of them and is None on the last page."""

    documents: list[Document]
    after: tuple[Scalar, ...] | None = None


@dataclass(frozen=True)
class Collection:
    """A collection, its indexed fields with their one type each, its indexes and its unique keys.

    Indexed values are scalars, always set, never None. Every index and key is an ordered tuple of field
    names; adapters append `_id` to indexes, so that every order is total.
    """

    name: str
    fields: Mapping[str, type[str] | type[int] | type[bool] | type[datetime]] = field(default_factory=dict)
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse an index over a field that is not declared or that the store keeps for itself."""
        for index in (*self.indexes, *self.unique):
            unknown = set(index) - set(self.fields)
            if unknown or not index:
                raise TypeError(f"{self.name}: the index {index} names undeclared fields {sorted(unknown)}")
        if taken := SYSTEM_FIELDS & set(self.fields):
            raise TypeError(f"{self.name}: the store keeps the fields {sorted(taken)} for itself")

    def scalars(self, document: Mapping[str, Any], *, partly: bool = False) -> dict[str, Scalar]:
        """The indexed values of a document, of those it has if `partly`.

        Raises `TypeError` naming a field without a value of its type.
        """
        names = self.fields.keys() & document.keys() if partly else self.fields
        return {name: self._scalar(name, document.get(name)) for name in names}

    def _scalar(self, name: str, value: Any) -> Scalar:
        kind = self.fields[name]
        if type(value) is not kind and not (kind is str and isinstance(value, str)):
            raise TypeError(f"{self.name}.{name} must be a {kind.__name__}, not {type(value).__name__}")
        if isinstance(value, datetime) and value.tzinfo is None:
            raise TypeError(f"{self.name}.{name} must have a time zone")
        return value

    def own_fields(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same fields, if they are the caller's to set; raises `TypeError` naming one that is not.

        A name at the top of a document has no dot and no dollar before it and is none of the store's own;
        further down any name will do.
        """
        for name in fields:
            if name in SYSTEM_FIELDS or not name or name[0] == "$" or "." in name:
                raise TypeError(f"{self.name}: a document cannot have a field {name!r} of its own")
        return fields

    def index_for(self, query: Query) -> tuple[str, ...]:
        """The declared index that serves a query, the shortest if several do, or `()` for the primary key.

        Raises `UnindexedQuery` when there is none.
        """
        ranged = [name for name, value in query.where.items() if isinstance(value, Range)]
        fixed = set(query.where) - set(ranged)
        if not query.where and not query.order:
            return ()
        serving: list[tuple[str, ...]] = []
        if len(ranged) <= 1 and (not ranged or not query.order or query.order[0] == ranged[0]):
            tail = query.order or tuple(ranged)
            for index in (*self.unique, *self.indexes):
                middle = len(fixed) + len(tail)
                if set(index[: len(fixed)]) == fixed and index[len(fixed) : middle] == tail:
                    serving.append(index)
        if not serving:
            raise UnindexedQuery(f"{self.name}: no index serves {sorted(query.where)} by {query.order}")
        return min(serving, key=len)

    def order_for(self, query: Query) -> tuple[str, ...]:
        """The total order of what a query finds; a unique key that it ends in needs no `_id` behind it.

        Raises `UnindexedQuery`, and `ValueError` when `after` cannot be a place in this order.
        """
        index = self.index_for(query)
        named = query.order or tuple(name for name, value in query.where.items() if isinstance(value, Range))
        several = any(isinstance(value, OneOf) for value in query.where.values())
        if named and not several and index in self.unique and index[-len(named) :] == named:
            order = named
        else:
            order = (*named, "_id")
        if query.after is not None and len(query.after) != len(order):
            raise ValueError(f"{self.name}: {query.after} is no place in the order of {order}")
        return order


@dataclass(frozen=True, slots=True)
class AggregateCommit:
    """The one write that changes an aggregate, guarded by the version that was read.

    `body` is the whole new document without the store's own fields; `events` are appended to the outbox;
    `marked_at` (machine time) becomes `outbox_since` if there are events and no older mark.
    """

    id: str
    version: int
    body: Document
    events: Sequence[Document]
    marked_at: datetime
    next_due: datetime | None = None
    retry_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class RowUpsert:
    """A projection's row as one source aggregate now tells it; `fields` are merged into the row."""

    id: str
    source: str
    sequence: int
    fields: Document


class RowOutcome(enum.Enum):
    """What an upsert did: applied, met the very same sequence again, or came late."""

    APPLIED = "applied"
    REPEATED = "repeated"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What collections still owe: aggregates with events to publish and with timers to try again.

    `next_due` is the earliest live timer on the domain's clock.
    """

    unpublished: int
    retrying: int
    next_due: datetime | None


class Store(Protocol):
    """One service's database. Every call raises `Unavailable` when the database is away.

    Documents that come out are the caller's own copies. Instants are UTC with whole milliseconds.
    """

    @abstractmethod
    async def close(self) -> None:
        """Let go of all connections; nothing may be called after."""

    @abstractmethod
    async def ping(self) -> bool:
        """Whether the database answers right now; never raises."""

    @abstractmethod
    async def get(self, collection: Collection, id: str) -> Document | None:
        """The document of this id."""

    @abstractmethod
    async def get_many(self, collection: Collection, ids: Sequence[str]) -> list[Document]:
        """Those documents of at most 1,000 ids that exist, in the order of the ids."""

    @abstractmethod
    async def find(self, collection: Collection, query: Query) -> Page:
        """One page of what a query finds. Raises `UnindexedQuery`."""

    @abstractmethod
    async def find_lines(self, collection: Collection, query: Query) -> Page:
        """The page that `find` gives, of each document only `_id` and the declared fields: a long list's."""

    @abstractmethod
    async def count(self, collection: Collection, where: Where) -> int:
        """How many documents a filter finds. Raises `UnindexedQuery`."""

    @abstractmethod
    async def insert(self, collection: Collection, document: Document) -> None:
        """Store a new document with all its system fields.

        Raises `DuplicateId` when its `_id` exists, even where a unique key is taken too; else `DuplicateKey`.
        `version` is 1 and `outbox` is empty where the document does not say.
        """

    @abstractmethod
    async def commit(self, collection: Collection, commit: AggregateCommit) -> bool:
        """Change an aggregate if its version is still the one read; tell whether it was.

        Raises `DuplicateKey` when the change takes another document's unique key.
        """

    @abstractmethod
    async def upsert_row(self, collection: Collection, row: RowUpsert) -> RowOutcome:
        """Merge a row unless its source has told the same or something later already."""

    @abstractmethod
    async def delete(self, collection: Collection, id: str, version: int) -> bool:
        """Delete an aggregate if its version is this and its outbox is empty; tell whether it was."""

    @abstractmethod
    async def delete_where(self, collection: Collection, where: Where) -> int:
        """Delete all that a filter finds (sessions, tokens, chunks); how many. Raises `UnindexedQuery`."""

    @abstractmethod
    async def clear_outbox(self, collection: Collection, id: str, version: int, size: int) -> bool:
        """Empty the outbox and drop its mark if version and outbox size are these; tell whether they were."""

    @abstractmethod
    async def pull_outbox(self, collection: Collection, id: str, event_ids: Sequence[str]) -> None:
        """Take these events out of the outbox, then drop the mark if the outbox is empty."""

    @abstractmethod
    async def stale(self, collection: Collection, before: datetime, limit: int) -> list[Document]:
        """Documents whose outbox mark is older than a machine instant, oldest first."""

    @abstractmethod
    async def due(self, collection: Collection, now: datetime, machine: datetime, limit: int) -> list[str]:
        """Ids with a live timer due by `now` (domain) or a failed one to try again by `machine`."""

    @abstractmethod
    async def backlog(self, *collections: Collection) -> Backlog:
        """What these collections together still owe; one round trip where the database can."""
