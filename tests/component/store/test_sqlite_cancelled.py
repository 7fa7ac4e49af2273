"""A task that is cancelled in the middle of a write leaves all of it or nothing, and the writer goes on."""

import asyncio

import apsw
import pytest

from matka_kit.store.sqlite import SQLiteStore
from tests.support.things import THINGS, Place, a_commit, a_thing, an_event, read


async def opened(place: Place) -> SQLiteStore:
    store = await place.open()
    assert isinstance(store, SQLiteStore)
    return store


async def in_transaction(store: SQLiteStore) -> bool:
    return await store.write(lambda connection: connection.in_transaction)


async def test_commits_that_are_cancelled_at_any_moment_are_whole(sqlite_place: Place) -> None:
    store = await opened(sqlite_place)
    await store.insert(THINGS, a_thing("1", copy=1))
    for turn in range(200):
        found = await read(store, "1")
        version = found["version"]
        task = asyncio.create_task(store.commit(THINGS, a_commit(found, f"e{turn}", copy=version + 1)))
        for _ in range(turn % 4):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not await in_transaction(store)
        after = await read(store, "1")
        assert after["copy"] == after["version"] == len(after["outbox"]) + 1
        assert after["version"] in (version, version + 1)
    await store.close()


async def test_a_long_delete_that_is_cancelled_is_undone_or_done(sqlite_place: Place) -> None:
    store = await opened(sqlite_place)

    def fill(connection: apsw.Connection) -> None:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
            "INSERT INTO things (_id, version, body, i_program_id, i_slot, i_name, i_rank, i_open, i_at) "
            "SELECT i, 1, x'0500000000', 'p', i, i, i, 1, i FROM n"
        )

    await store.write(fill)
    running = asyncio.Event()
    loop = asyncio.get_running_loop()

    def note(*_: object) -> None:
        loop.call_soon_threadsafe(running.set)

    await store.write(lambda connection: connection.set_update_hook(note))
    task = asyncio.create_task(store.delete_where(THINGS, {"program_id": "p"}))
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await in_transaction(store)
    assert await store.count(THINGS, {"program_id": "p"}) in (0, 60_000)
    await store.insert(THINGS, a_thing("after"))
    await store.close()


async def test_only_emptying_an_outbox_may_reach_the_disk_later(sqlite_place: Place) -> None:
    store = await opened(sqlite_place)
    await store.insert(THINGS, a_thing("1", outbox=[an_event("e"), an_event("f")]))
    full = 2
    await store.pull_outbox(THINGS, "1", ["e"])
    assert await store.write(lambda connection: connection.pragma("synchronous")) == full
    assert await store.clear_outbox(THINGS, "1", 1, 1)
    assert await store.write(lambda connection: connection.pragma("synchronous")) == full
    await store.close()


async def test_an_error_inside_a_write_leaves_no_transaction_open(sqlite_place: Place) -> None:
    store = await opened(sqlite_place)
    with pytest.raises(OverflowError):
        await store.insert(THINGS, a_thing("1", outbox=[], rank=2**63))
    with pytest.raises(OverflowError):
        await store.insert(THINGS, a_thing("2", number=2**63))
    assert not await in_transaction(store)
    await store.insert(THINGS, a_thing("1", rank=2**63 - 1))
    await store.close()
