"""Changes that wait at the same time share one flush to disk, and each is as whole as if it were alone."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import apsw
import pytest

from matka_kit.errors import Unavailable
from matka_kit.store import DuplicateId, DuplicateKey
from matka_kit.store.sqlite import SQLiteStore
from tests.support.things import THINGS, Place, a_commit, a_thing, an_event, read


@pytest.fixture
async def store(sqlite_place: Place) -> AsyncIterator[SQLiteStore]:
    store = await sqlite_place.open()
    assert isinstance(store, SQLiteStore)
    yield store
    await store.close()


async def together(store: SQLiteStore, *changes: Awaitable[Any]) -> tuple[list[Any], list[str]]:
    """What comes of changes that all wait before the writer gets to any of them, and what it executed."""
    go = threading.Event()
    said: list[str] = []

    def note(_: object, text: str, __: object) -> bool:
        said.append(text)
        return True

    def wait_and_listen(connection: apsw.Connection) -> None:
        go.wait(10)
        connection.set_exec_trace(note)

    held = asyncio.ensure_future(store.write(wait_and_listen))
    waiting = [asyncio.ensure_future(change) for change in changes]
    await asyncio.sleep(0)
    go.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    await held
    await store.write(lambda connection: connection.set_exec_trace(None))
    return results, [text for text in said if text.split()[0] in ("BEGIN", "COMMIT", "PRAGMA")]


async def test_changes_that_wait_together_are_flushed_once(store: SQLiteStore) -> None:
    results, said = await together(
        store, *(store.insert(THINGS, a_thing(f"{n}", slot=f"{n}")) for n in range(20))
    )
    assert results == [None] * 20
    assert said == ["BEGIN IMMEDIATE", "COMMIT"]
    assert await store.count(THINGS, {"program_id": "p"}) == 20


async def test_no_more_than_a_few_milliseconds_of_changes_hold_the_file(store: SQLiteStore) -> None:
    changes = (store.insert(THINGS, a_thing(f"{n}", slot=f"{n}")) for n in range(130))
    _, said = await together(store, *changes)
    assert said == ["BEGIN IMMEDIATE", "COMMIT"] * 3


async def test_a_change_that_breaks_a_rule_does_not_disturb_the_others(store: SQLiteStore) -> None:
    await store.insert(THINGS, a_thing("1", slot="taken"))
    first = await read(store, "1")
    results, said = await together(
        store,
        store.insert(THINGS, a_thing("2", slot="free")),
        store.insert(THINGS, a_thing("3", slot="taken")),
        store.insert(THINGS, a_thing("4", slot="free")),
        store.insert(THINGS, a_thing("2", slot="other")),
        store.insert(THINGS, a_thing("5", slot="five", number=2**63)),
        store.commit(THINGS, a_commit(first, "e")),
        store.commit(THINGS, a_commit(first, "f")),
        store.insert(THINGS, a_thing("6", slot="six")),
    )
    assert said.count("COMMIT") == 1
    kinds = [type(each) if isinstance(each, Exception) else each for each in results]
    assert kinds == [None, DuplicateKey, DuplicateKey, DuplicateId, OverflowError, True, False, None]
    assert {document["_id"] for document in await store.get_many(THINGS, list("123456"))} == {"1", "2", "6"}
    assert [event["id"] for event in (await read(store, "1"))["outbox"]] == ["e"]


async def test_a_change_that_fills_the_disk_fails_alone(store: SQLiteStore) -> None:
    await store.insert(THINGS, a_thing("1"))
    pages = await store.write(lambda connection: connection.pragma("page_count"))
    await store.write(lambda connection: connection.pragma("max_page_count", pages + 5))
    results, _ = await together(
        store,
        store.insert(THINGS, a_thing("2", slot="2")),
        store.insert(THINGS, a_thing("3", slot="3", pad="x" * 200_000)),
        store.insert(THINGS, a_thing("4", slot="4")),
    )
    assert results[0] is None
    assert isinstance(results[1], Unavailable)
    assert results[2] is None
    assert [found["_id"] for found in await store.get_many(THINGS, list("1234"))] == ["1", "2", "4"]


async def test_a_change_that_fails_half_way_takes_nothing_of_the_others_with_it(store: SQLiteStore) -> None:
    def half_done(connection: apsw.Connection) -> None:
        connection.execute("UPDATE things SET version = 7")
        raise LookupError

    await store.insert(THINGS, a_thing("1"))
    results, _ = await together(
        store,
        store.insert(THINGS, a_thing("2", slot="2")),
        store._change(half_done),
        store.insert(THINGS, a_thing("3", slot="3")),
    )
    assert [type(each) for each in results] == [type(None), LookupError, type(None)]
    found = await store.get_many(THINGS, list("123"))
    assert [(each["_id"], each["version"]) for each in found] == [("1", 1), ("2", 1), ("3", 1)]


async def test_all_fail_when_the_file_is_not_to_be_had(store: SQLiteStore) -> None:
    await store.write(lambda connection: connection.pragma("query_only", 1))
    changes = (store.insert(THINGS, a_thing(f"{n}", slot=f"{n}")) for n in range(3))
    results, _ = await together(store, *changes)
    assert [str(each) for each in results] == ["store is away: the file is read-only"] * 3
    await store.write(lambda connection: connection.pragma("query_only", 0))
    await store.insert(THINGS, a_thing("1"))


async def test_nothing_is_flushed_less_for_sharing_with_an_emptied_outbox(store: SQLiteStore) -> None:
    for n in range(4):
        await store.insert(THINGS, a_thing(f"{n}", slot=f"{n}", outbox=[an_event("e")]))
    emptied, said = await together(
        store, store.clear_outbox(THINGS, "0", 1, 1), store.pull_outbox(THINGS, "1", ["e"])
    )
    assert emptied == [True, None]
    full, normal = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"
    assert said == [normal, "BEGIN IMMEDIATE", "COMMIT", full]
    third = await read(store, "2")
    mixed, said = await together(
        store, store.clear_outbox(THINGS, "3", 1, 1), store.commit(THINGS, a_commit(third, "f"))
    )
    assert mixed == [True, True]
    assert said == ["BEGIN IMMEDIATE", "COMMIT"]


async def test_what_is_cancelled_before_its_turn_is_not_done(store: SQLiteStore) -> None:
    task = asyncio.ensure_future(store.insert(THINGS, a_thing("1", slot="1")))

    async def cancels() -> None:
        task.cancel()

    await together(store, task, cancels(), store.insert(THINGS, a_thing("2", slot="2")))
    assert task.cancelled()
    assert [found["_id"] for found in await store.get_many(THINGS, ["1", "2"])] == ["2"]


async def test_a_store_that_closes_finishes_what_waits_and_takes_nothing_more(sqlite_place: Place) -> None:
    store = await sqlite_place.open()
    waiting = [asyncio.ensure_future(store.insert(THINGS, a_thing(f"{n}", slot=f"{n}"))) for n in range(200)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*waiting)
    with pytest.raises(RuntimeError, match="closed"):
        await store.insert(THINGS, a_thing("late"))
    again = await sqlite_place.open()
    assert await again.count(THINGS, {"program_id": "p"}) == 200
    await again.close()
