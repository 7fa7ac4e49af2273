"""Documents in a database: one narrow port, two adapters, one conformance suite."""

from matka_kit.store.port import (
    AggregateCommit,
    Backlog,
    Collection,
    Document,
    DuplicateId,
    DuplicateKey,
    OneOf,
    Page,
    Query,
    Range,
    RowOutcome,
    RowUpsert,
    Scalar,
    Store,
    UnindexedQuery,
)

__all__ = [
    "AggregateCommit",
    "Backlog",
    "Collection",
    "Document",
    "DuplicateId",
    "DuplicateKey",
    "OneOf",
    "Page",
    "Query",
    "Range",
    "RowOutcome",
    "RowUpsert",
    "Scalar",
    "Store",
    "UnindexedQuery",
    "open_store",
]


async def open_store(url: str, name: str, collections: tuple[Collection, ...]) -> Store:
    """Open the database of the service `name` and bring its collections and indexes up to date.

    `url` is `sqlite:DIR` (the file `DIR/<name>.sqlite`) or `mongodb://…` (the database `matka_<name>`,
    unless the URL names one). Raises `ValueError` for another scheme, `Unavailable` when it is away.
    """
    # An installation needs one driver only, hence the late imports.
    if url.startswith("sqlite:"):
        from matka_kit.store.sqlite import open_sqlite

        return await open_sqlite(url.removeprefix("sqlite:"), name, collections)
    if url.startswith(("mongodb://", "mongodb+srv://")):
        from matka_kit.store.mongodb import open_mongodb

        return await open_mongodb(url, name, collections)
    raise ValueError(f"MATKA_STORE_URL must begin with sqlite: or mongodb://, not {url.partition(':')[0]!r}")
