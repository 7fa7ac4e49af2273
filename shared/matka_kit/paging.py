"""Whole results of a query, for what is known to be bounded."""

from matka_kit.store import Collection, Document, Query, Scalar, Store


async def every(store: Store, collection: Collection, query: Query) -> list[Document]:
    """All documents that a query finds, page by page."""
    found: list[Document] = []
    after: tuple[Scalar, ...] | None = query.after
    while True:
        page = await store.find(
            collection, Query(query.where, query.order, query.descending, query.limit, after)
        )
        found.extend(page.documents)
        after = page.after
        if after is None:
            return found
