"""What is large lies in numbered chunks of its own, written before the document that points at them."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from matka_kit.store import DuplicateId, Query, Store
from matka_pairing.store import CHUNKS

CHUNK_SIZE = 200


async def write_chunks(store: Store, owner: str, items: Sequence[Any]) -> int:
    """Write items in chunks of 200 under an owner; writing the same again changes nothing. How many chunks."""
    numbers = range(0, len(items), CHUNK_SIZE)
    for number, begin in enumerate(numbers):
        document = {
            "_id": f"{owner}:{number}",
            "owner": owner,
            "number": number,
            "items": list(items[begin : begin + CHUNK_SIZE]),
        }
        try:
            await store.insert(CHUNKS, document)
        except DuplicateId:
            continue
    return len(numbers)


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
