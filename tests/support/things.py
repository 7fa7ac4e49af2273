"""Collections and documents that the store's suite plays with."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from matka_kit.store import AggregateCommit, Collection, Document, RowUpsert, Store, open_store

T = TypeVar("T")
NOON = datetime(2027, 1, 18, 12, 0, 0, 123000, tzinfo=UTC)

THINGS = Collection(
    "things",
    fields={"program_id": str, "slot": str, "name": str, "rank": int, "open": bool, "at": datetime},
    indexes=(("program_id",), ("program_id", "name"), ("program_id", "open", "rank"), ("at",), ("name",)),
    unique=(("program_id", "slot"),),
)
ROWS = Collection("rows", fields={"program_id": str}, indexes=(("program_id",),))
COLLECTIONS = (THINGS, ROWS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one test keeps its database."""

    url: str
    name: str

    async def open(self, collections: tuple[Collection, ...] = COLLECTIONS) -> Store:
        """One more process's or replica's view of it."""
        return await open_store(self.url, self.name, collections)


def a_thing(id_: str, **fields: Any) -> Document:
    """A document of `THINGS`; its slot is its id unless told otherwise."""
    return {
        "_id": id_,
        "program_id": "p",
        "slot": id_,
        "name": id_,
        "rank": 0,
        "open": True,
        "at": NOON,
        **fields,
    }


def an_event(id_: str, **data: Any) -> Document:
    """An entry of an outbox."""
    return {"id": id_, "type": "things.thing-done.v1", "time": NOON, "data": data}


def a_commit(document: Document, *events: str, **changes: Any) -> AggregateCommit:
    """The commit of a document as it was read, with changed fields and new events."""
    system = {"_id", "version", "outbox", "outbox_since", "next_due", "retry_due"}
    moments = {name: changes.pop(name, None) for name in ("next_due", "retry_due")}
    marked_at = changes.pop("marked_at", NOON)
    body = {name: value for name, value in document.items() if name not in system} | changes
    entries = [an_event(event) for event in events]
    return AggregateCommit(document["_id"], document["version"], body, entries, marked_at, **moments)


def a_telling(source: str, sequence: int, id_: str = "row", **fields: Any) -> RowUpsert:
    """What a source tells of a row of `ROWS`."""
    return RowUpsert(id_, source, sequence, {"program_id": "p", f"from_{source}": sequence, **fields})


def later(**by: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(**by)


async def read(store: Store, id_: str, collection: Collection = THINGS) -> Document:
    """A document that must be there."""
    found = await store.get(collection, id_)
    assert found is not None, f"{id_} is not there"
    return found


async def all_of(work: Iterable[Awaitable[T]]) -> list[T]:
    """Do all at once."""
    return await asyncio.gather(*work)
