"""What is large lies in numbered chunks of its own, written before the document that points at them."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import Any

from matka_kit.store import DuplicateId, Query, Store
from matka_pairing.store import CHUNKS

CHUNK_SIZE = 200
_MOST_BYTES = 800_000  # as JSON; a store's own form is a little larger and stays below 1 MB


async def write_chunks(store: Store, owner: str, items: Sequence[Any]) -> int:
    """Write items under an owner in chunks of at most 200 and at most 1 MB; how many chunks there are.

    Writing the same again changes nothing.
    """
    number = -1
    for number, chunk in enumerate(_chunks(items)):
        document = {"_id": f"{owner}:{number}", "owner": owner, "number": number, "items": chunk}
        with suppress(DuplicateId):
            await store.insert(CHUNKS, document)
    return number + 1


def _chunks(items: Sequence[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    size = 0
    for item in items:
        weight = len(json.dumps(item, ensure_ascii=False).encode())
        if chunk and (len(chunk) == CHUNK_SIZE or size + weight > _MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += weight
    if chunk:
        yield chunk


async def read_chunk(store: Store, owner: str, number: int) -> list[Any]:
    """The items of one chunk; none where there is no such chunk."""
    document = await store.get(CHUNKS, f"{owner}:{number}")
    return list(document["items"]) if document else []


async def read_chunks(store: Store, owner: str) -> AsyncIterator[Any]:
    """All items of an owner, in order."""
    query = Query({"owner": owner}, order=("number",), limit=1)
    while True:
        page = await store.find(CHUNKS, query)
        for document in page.documents:
            for item in document["items"]:
                yield item
        if page.after is None:
            return
        query = Query(query.where, query.order, limit=1, after=page.after)


async def drop_chunks(store: Store, owner: str) -> None:
    """Delete an owner's chunks."""
    await store.delete_where(CHUNKS, {"owner": owner})
