"""A projection's row in MongoDB: one upsert under its source's sequence, and what it means when it fails."""

from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from matka_kit.store import mongodb_queries as queries
from matka_kit.store.port import Collection, Document, RowOutcome, RowUpsert


async def upsert_row(target: AsyncCollection[Document], collection: Collection, row: RowUpsert) -> RowOutcome:
    """Merge a row; see `Store.upsert_row`. Raises the driver's errors."""
    told = dict(collection.own_fields(row.fields))
    whole = collection.fields.keys() <= told.keys()
    collection.scalars(told, partly=not whole)
    guard: dict[str, Any] = {"_id": row.id, **queries.not_told_since(row.source, row.sequence)}
    update = {
        "$set": {**told, f"sources.{row.source}": row.sequence},
        "$setOnInsert": {"version": 1, "outbox": []},
    }
    refused: DuplicateKeyError | None = None
    if whole:
        try:
            await target.update_one(guard, update, upsert=True)
            return RowOutcome.APPLIED
        except DuplicateKeyError as error:
            refused = (
                error  # the row is there, told as late already or created this moment; or a key is taken
            )
    if (await target.update_one(guard, {"$set": update["$set"]})).matched_count:
        return RowOutcome.APPLIED
    found = await target.find_one({"_id": row.id}, {"sources": 1})
    if found is None:
        collection.scalars(told)  # names the value that a new row lacks
        if refused is not None and queries.taken_key(collection, refused).fields:
            raise refused
        return await upsert_row(target, collection, row)  # deleted between our two writes
    last = found.get("sources", {}).get(row.source)
    return RowOutcome.REPEATED if last == row.sequence else RowOutcome.LATE
