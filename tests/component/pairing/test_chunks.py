"""What is large lies in chunks: in order, each small enough, written once, dropped as a whole."""

from matka_kit.store import Query
from matka_pairing.chunks import CHUNK_SIZE, drop_chunks, read_chunk, read_chunks, write_chunks
from matka_pairing.store import CHUNKS
from tests.support.office import Office


async def test_items_come_back_in_order(office: Office) -> None:
    store = office.world.deps("pairing").store
    items = [{"number": number} for number in range(2 * CHUNK_SIZE + 1)]
    for _ in range(2):
        assert await write_chunks(store, "owner", items) == 3
    assert [item async for item in read_chunks(store, "owner")] == items
    assert await read_chunk(store, "owner", 2) == items[-1:]
    assert await read_chunk(store, "owner", 3) == []
    assert await write_chunks(store, "nothing", []) == 0
    assert [item async for item in read_chunks(store, "nothing")] == []


async def test_no_chunk_is_larger_than_a_megabyte(office: Office) -> None:
    store = office.world.deps("pairing").store
    items = ["ሰ" * 100_000 for _ in range(10)]
    assert await write_chunks(store, "owner", items) == 5
    chunks = (await store.find(CHUNKS, Query({"owner": "owner"}, order=("number",)))).documents
    assert max(len("".join(chunk["items"]).encode()) for chunk in chunks) < 1_000_000


async def test_an_owners_chunks_go_together(office: Office) -> None:
    store = office.world.deps("pairing").store
    for owner in ("one", "other"):
        await write_chunks(store, owner, list(range(3)))
    await drop_chunks(store, "one")
    assert [item async for item in read_chunks(store, "one")] == []
    assert [item async for item in read_chunks(store, "other")] == [0, 1, 2]
