"""How collections and queries become MongoDB's index models, filters and sort orders."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from matka_kit.store.port import Collection, Document, DuplicateKey, OneOf, Page, Query, Range, Scalar, Where

# A bound that is below every stored instant: asks a sparse index for all that have one.
ANY_INSTANT = {"$gt": datetime(1, 1, 1, tzinfo=UTC)}
_SPARSE = ("outbox_since", "next_due", "retry_due")


def index_models(collection: Collection) -> dict[str, IndexModel]:
    """A collection's indexes by name; a name never changes its meaning."""
    models = {field: IndexModel([(field, ASCENDING)], name=field, sparse=True) for field in _SPARSE}
    for index in collection.unique:
        name = "unique:" + ":".join(index)
        models[name] = IndexModel([(field, ASCENDING) for field in index], name=name, unique=True)
    for index in collection.indexes:
        name = "by:" + ":".join(index)
        models[name] = IndexModel([(field, ASCENDING) for field in (*index, "_id")], name=name)
    return models


def taken_key(collection: Collection, error: DuplicateKeyError) -> DuplicateKey:
    """What to raise for an error that names a unique key; the fields are empty when it is `_id`."""
    fields = tuple((error.details or {}).get("keyPattern", ()))
    return DuplicateKey(collection.name, fields if fields in collection.unique else ())


def condition(where: Where) -> dict[str, Any]:
    """A filter as MongoDB takes it; a range without bounds is none."""
    return {field: _wanted(value) for field, value in where.items() if value != Range()}


async def page(
    target: AsyncCollection[Document],
    collection: Collection,
    query: Query,
    fields: Sequence[str] | None = None,
) -> Page:
    """One page of a query; of each document these fields, or all."""
    order = collection.order_for(query)
    cursor = target.find(
        page_condition(query, order), fields, sort=sort_order(query, order), limit=query.limit + 1
    )
    found = await cursor.to_list()
    documents = found[: query.limit]
    more = len(found) > query.limit
    return Page(documents, tuple(documents[-1][field] for field in order) if more else None)


def page_condition(query: Query, order: Sequence[str]) -> dict[str, Any]:
    """A filter for what lies behind a query's `after`, in its total order."""
    wanted = condition(query.where)
    if query.after is None:
        return wanted
    beyond, from_here = ("$lt", "$lte") if query.descending else ("$gt", "$gte")
    places = list(zip(order, query.after, strict=True))
    branches = [
        {**dict(places[:depth]), field: {beyond: value}} for depth, (field, value) in enumerate(places)
    ]
    # The first bound alone says nothing new; it lets the index begin where the page does.
    first = {places[0][0]: {from_here: places[0][1]}}
    return {"$and": [part for part in (wanted, first, {"$or": branches}) if part]}


def sort_order(query: Query, order: Sequence[str]) -> list[tuple[str, int]]:
    """A query's total order as MongoDB takes it."""
    return [(field, DESCENDING if query.descending else ASCENDING) for field in order]


def not_told_since(source: str, sequence: int) -> Mapping[str, Any]:
    """The guard of a row: this source has told nothing as late as `sequence`."""
    return {f"sources.{source}": {"$not": {"$gte": sequence}}}


def _wanted(value: Scalar | OneOf | Range) -> Any:
    if isinstance(value, OneOf):
        return {"$in": list(value.values)}
    if isinstance(value, Range):
        bounds = {"$gte": value.gte, "$gt": value.gt, "$lte": value.lte, "$lt": value.lt}
        return {sign: bound for sign, bound in bounds.items() if bound is not None}
    return value
