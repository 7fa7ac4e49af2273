"""`matka outbox` and `matka timers`: what the services still owe, read from their stores."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matka_cli.catalogue import declared
from matka_cli.words import StoreUrl, plain_errors
from matka_kit.errors import Unavailable
from matka_kit.host import OWN_COLLECTIONS
from matka_kit.store import Collection, Query, Store, open_store
from matka_kit.timers import DEAD_TIMERS, timers_of

_MOST = 1000
_BEGINNING, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Rows = list[tuple[str, ...]]


def outbox(url: StoreUrl) -> None:
    """List aggregates whose events wait for the broker, oldest first."""
    rows = _read(url, _unpublished)
    table = Table("service", "collection", "id", "events", "since")
    _show(table, rows, "Nothing waits for the broker.")


def timers(url: StoreUrl) -> None:
    """List dead timers, which failed five times, and those that are tried again."""
    rows = _read(url, _failed_timers)
    table = Table("service", "collection", "id", "timer", "due", "failures", "state")
    _show(table, rows, "No timer has failed.")


def _read(url: str, reading: Callable[[Store, Collection], Awaitable[Rows]]) -> Rows:
    async def read() -> Rows:
        _require_store(url)
        found: Rows = []
        for service in declared():
            collections = (*service.collections, *OWN_COLLECTIONS)
            store = await open_store(url, service.name, collections)
            try:
                for collection in collections:
                    found += [(service.name, *row) for row in await reading(store, collection)]
            finally:
                await store.close()
        return found

    with plain_errors():
        return asyncio.run(read())


def _require_store(url: str) -> None:
    """Opening an embedded store would make it; whoever looks at the wrong folder must hear of it."""
    folder = Path(url.removeprefix("sqlite:"))
    if url.startswith("sqlite:") and not folder.is_dir():
        raise Unavailable("store", f"there is no folder {folder}")


async def _unpublished(store: Store, collection: Collection) -> Rows:
    documents = await store.stale(collection, _END, _MOST)
    return [
        (collection.name, doc["_id"], str(len(doc["outbox"])), f"{doc['outbox_since']:%Y-%m-%d %H:%M:%S}")
        for doc in documents
    ]


async def _failed_timers(store: Store, collection: Collection) -> Rows:
    if collection is DEAD_TIMERS:
        page = await store.find(collection, Query(limit=_MOST))
        return [
            (doc["collection"], doc["aggregate"], doc["kind"], str(doc["due"]), str(doc["failures"]), state)
            for doc in page.documents
            if (state := f"dead: {doc['error']}")
        ]
    ids = await store.due(collection, now=_BEGINNING, machine=_END, limit=_MOST)
    documents = await store.get_many(collection, ids)
    return [
        _failing(collection, doc, timer)
        for doc in documents
        for timer in timers_of(doc).timers
        if timer.retry_at
    ]


def _failing(collection: Collection, document: dict[str, Any], timer: Any) -> tuple[str, ...]:
    return (collection.name, document["_id"], timer.kind, str(timer.due), str(timer.failures), "tried again")


def _show(table: Table, rows: Rows, nothing: str) -> None:
    for row in rows:
        table.add_row(*map(escape, row))
    Console().print(table if rows else nothing)
