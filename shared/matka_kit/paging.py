"""Whole results of a query, for what is known to be bounded."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from matka_kit.store import Collection, Document, Page, Query

Find = Callable[[Collection, Query], Awaitable[Page]]


async def every(find: Find, collection: Collection, query: Query) -> list[Document]:
    """All documents that a query finds, page by page; `find` is the store's, or its `find_lines`."""
    found: list[Document] = []
    while True:
        page = await find(collection, query)
        found.extend(page.documents)
        if page.after is None:
            return found
        query = replace(query, after=page.after)
