"""The store of every installation of more than one machine: MongoDB through PyMongo's asynchronous client."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import pymongo
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConfigurationError, DuplicateKeyError, PyMongoError

from matka_kit.store import mongodb_queries as queries
from matka_kit.store.bson_codec import OPTIONS, stored
from matka_kit.store.mongodb_errors import UnknownOutcome, server_errors
from matka_kit.store.mongodb_rows import upsert_row
from matka_kit.store.port import (
    SYSTEM_FIELDS,
    AggregateCommit,
    Backlog,
    Collection,
    Document,
    DuplicateId,
    Page,
    Query,
    RowOutcome,
    RowUpsert,
    Store,
    Where,
)

T = TypeVar("T")
_PING_SECONDS = 2.0


async def open_mongodb(url: str, name: str, collections: tuple[Collection, ...]) -> "MongoStore":
    """Connect to the database that the URL names, else `matka_<name>`, and bring its indexes up to date.

    Raises `Unavailable` when no server answers, `ValueError` for a URL that cannot be one, `TypeError` when
    a stored document lacks the value of a new index, `DuplicateKey` when a new unique key is taken twice.
    """
    try:
        client = _client(url)
    except ConfigurationError as error:
        raise ValueError(f"MATKA_STORE_URL cannot be used: {type(error).__name__}") from None
    database = client.get_default_database(f"matka_{name}").with_options(codec_options=OPTIONS)
    try:
        with server_errors():
            for collection in collections:
                await _bring_up_to_date(database, collection)
    except BaseException:
        await client.close()
        raise
    return MongoStore(client, database)


def _client(url: str) -> AsyncMongoClient[Document]:
    return AsyncMongoClient(
        url,
        appname="matka",
        timeoutMS=5000,
        serverSelectionTimeoutMS=3000,
        maxPoolSize=20,
        tz_aware=True,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        retryWrites=False,  # a standalone server has none: the same way everywhere is the way that is tested
    )


async def _bring_up_to_date(database: AsyncDatabase[Document], collection: Collection) -> None:
    target = database[collection.name]
    present = {str(index["name"]) async for index in await target.list_indexes()}
    missing = {n: model for n, model in queries.index_models(collection).items() if n not in present}
    if not missing:
        return
    for field in collection.fields if present else ():
        if await target.find_one({field: None}, {"_id": 1}) is not None:
            raise TypeError(f"{collection.name}: a stored document has no {field}, which is now indexed")
    try:
        await target.create_indexes(list(missing.values()))
    except DuplicateKeyError as error:
        raise queries.taken_key(collection, error) from error


class MongoStore(Store):
    """The store port over one database; one client with its pool per process."""

    def __init__(self, client: AsyncMongoClient[Document], database: AsyncDatabase[Document]) -> None:
        self._client = client
        self._database = database
        # The names that reads have shown per collection: what a commit no longer names, it must unset.
        self._seen: defaultdict[str, set[str]] = defaultdict(set)

    async def close(self) -> None:
        await self._client.close()

    async def ping(self) -> bool:
        try:
            with pymongo.timeout(_PING_SECONDS):
                await self._client.admin.command("ping")
        except PyMongoError:
            return False
        return True

    async def get(self, collection: Collection, id: str) -> Document | None:
        with server_errors():
            found = await self._of(collection).find_one({"_id": id})
        self._note(collection, found)
        return found

    async def get_many(self, collection: Collection, ids: Sequence[str]) -> list[Document]:
        with server_errors():
            found = await self._of(collection).find({"_id": {"$in": list(ids)}}).to_list()
        self._note(collection, *found)
        documents = {document["_id"]: document for document in found}
        return [documents[id_] for id_ in dict.fromkeys(ids) if id_ in documents]

    async def find(self, collection: Collection, query: Query) -> Page:
        with server_errors():
            page = await queries.page(self._of(collection), collection, query)
        self._note(collection, *page.documents)
        return page

    async def find_lines(self, collection: Collection, query: Query) -> Page:
        with server_errors():
            return await queries.page(self._of(collection), collection, query, ["_id", *collection.fields])

    async def count(self, collection: Collection, where: Where) -> int:
        collection.index_for(Query(where))
        with server_errors():
            return await self._of(collection).count_documents(queries.condition(where))

    async def insert(self, collection: Collection, document: Document) -> None:
        collection.scalars(document)
        own = {name: value for name, value in document.items() if name not in SYSTEM_FIELDS}
        whole = {"version": 1, "outbox": [], **document, **collection.own_fields(own)}

        async def send() -> bool:
            return (await self._of(collection).insert_one(whole)).acknowledged

        def landed(found: Document | None) -> bool | None:
            if found is not None and found != stored(whole):
                raise DuplicateId(found)
            return None if found is None else True

        try:
            await self._certain(collection, document["_id"], send(), landed)
        except DuplicateKeyError as error:
            existing = await self.get(collection, document["_id"])
            if existing is not None:
                raise DuplicateId(existing) from error
            raise queries.taken_key(collection, error) from error
        self._note(collection, document)

    async def commit(self, collection: Collection, commit: AggregateCommit) -> bool:
        update = self._update(collection, commit)
        guard = {"_id": commit.id, "version": commit.version}

        async def send() -> bool:
            return (await self._of(collection).update_one(guard, update)).matched_count == 1

        def landed(found: Document | None) -> bool | None:
            if found is None or found["version"] != commit.version + 1:
                return None
            events = {event["id"] for event in found["outbox"]}
            same = all(found.get(name) == value for name, value in stored(commit.body).items())
            return True if same and events >= {event["id"] for event in commit.events} else None

        try:
            return await self._certain(collection, commit.id, send(), landed)
        except DuplicateKeyError as error:
            raise queries.taken_key(collection, error) from error

    def _update(self, collection: Collection, commit: AggregateCommit) -> dict[str, Any]:
        collection.scalars(commit.body)
        timers = {"next_due": commit.next_due, "retry_due": commit.retry_due}
        kept = {**collection.own_fields(commit.body), "version": commit.version + 1}
        kept |= {name: moment for name, moment in timers.items() if moment is not None}
        gone = self._seen[collection.name] - SYSTEM_FIELDS | set(timers)
        update: dict[str, Any] = {"$set": kept}
        if unset := gone - set(kept):
            update["$unset"] = dict.fromkeys(sorted(unset), "")
        if commit.events:
            update["$push"] = {"outbox": {"$each": list(commit.events)}}
            update["$min"] = {"outbox_since": commit.marked_at}  # sets it where it is absent, keeps the older
        return update

    async def upsert_row(self, collection: Collection, row: RowUpsert) -> RowOutcome:
        def landed(found: Document | None) -> RowOutcome | None:
            told = found.get("sources", {}).get(row.source) if found else None
            return RowOutcome.APPLIED if told == row.sequence else None

        send = upsert_row(self._of(collection), collection, row)
        try:
            return await self._certain(collection, row.id, send, landed)
        except DuplicateKeyError as error:
            raise queries.taken_key(collection, error) from error

    async def delete(self, collection: Collection, id: str, version: int) -> bool:
        guard = {"_id": id, "version": version, "outbox": {"$size": 0}}

        async def send() -> bool:
            return (await self._of(collection).delete_one(guard)).deleted_count == 1

        return await self._certain(collection, id, send(), lambda found: True if found is None else None)

    async def delete_where(self, collection: Collection, where: Where) -> int:
        collection.index_for(Query(where))
        with server_errors():
            return (await self._of(collection).delete_many(queries.condition(where))).deleted_count

    async def clear_outbox(self, collection: Collection, id: str, version: int, size: int) -> bool:
        guard = {"_id": id, "version": version, "outbox": {"$size": size}}
        update = {"$set": {"outbox": []}, "$unset": {"outbox_since": ""}}

        async def send() -> bool:
            return (await self._of(collection).update_one(guard, update)).matched_count == 1

        def landed(found: Document | None) -> bool | None:
            return True if found and found["version"] == version and not found["outbox"] else None

        return await self._certain(collection, id, send(), landed)

    async def pull_outbox(self, collection: Collection, id: str, event_ids: Sequence[str]) -> None:
        gone = {"$pull": {"outbox": {"id": {"$in": list(event_ids)}}}}
        empty = {"_id": id, "outbox": {"$size": 0}}
        with server_errors():
            await self._of(collection).update_one({"_id": id}, gone)
            await self._of(collection).update_one(empty, {"$unset": {"outbox_since": ""}})

    async def stale(self, collection: Collection, before: datetime, limit: int) -> list[Document]:
        with server_errors():
            cursor = self._of(collection).find({"outbox_since": {"$lt": before}})
            found = await cursor.sort("outbox_since", 1).limit(limit).to_list()
        self._note(collection, *found)
        return found

    async def due(self, collection: Collection, now: datetime, machine: datetime, limit: int) -> list[str]:
        ids: list[str] = []
        with server_errors():
            for field, moment in (("next_due", now), ("retry_due", machine)):
                cursor = self._of(collection).find({field: {"$lte": moment}}, {"_id": 1})
                ids.extend([found["_id"] for found in await cursor.sort(field, 1).limit(limit).to_list()])
        return list(dict.fromkeys(ids))

    async def backlog(self, *collections: Collection) -> Backlog:
        found = await asyncio.gather(*(self._backlog(each) for each in collections))
        moments = [each.next_due for each in found if each.next_due]
        return Backlog(
            sum(each.unpublished for each in found),
            sum(each.retrying for each in found),
            min(moments, default=None),
        )

    async def _backlog(self, collection: Collection) -> Backlog:
        target = self._of(collection)
        with server_errors():
            unpublished, retrying, first = await asyncio.gather(
                target.count_documents({"outbox_since": queries.ANY_INSTANT}),
                target.count_documents({"retry_due": queries.ANY_INSTANT}),
                target.find_one({"next_due": queries.ANY_INSTANT}, {"next_due": 1}, sort={"next_due": 1}),
            )
        return Backlog(unpublished, retrying, first["next_due"] if first else None)

    def _of(self, collection: Collection) -> AsyncCollection[Document]:
        return self._database[collection.name]

    def _note(self, collection: Collection, *documents: Mapping[str, Any] | None) -> None:
        for document in documents:
            self._seen[collection.name].update(document or ())

    async def _certain(
        self,
        collection: Collection,
        id_: str,
        sent: Awaitable[T],
        landed: Callable[[Document | None], T | None],
    ) -> T:
        """The result of a write; where the connection broke meanwhile, what a look at the document says.

        Raises `UnknownOutcome` when the look does not show the write: it may yet land, so it is not sent
        again.
        """
        try:
            with server_errors():
                return await sent
        except UnknownOutcome:
            outcome = landed(await self.get(collection, id_))
            if outcome is None:
                raise
            return outcome
