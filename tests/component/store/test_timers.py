"""Timers are found by the two moments of their aggregate, each on its own clock."""

from matka_kit.store import Backlog, Store
from tests.support.things import THINGS, a_commit, a_thing, an_event, later, read

LONG_AGO = later(days=-400)


async def test_due_timers_come_earliest_first_up_to_the_moment_itself(store: Store) -> None:
    for hour in (3, 1, 2, 9):
        await store.insert(THINGS, a_thing(str(hour), next_due=later(hours=hour)))
    await store.insert(THINGS, a_thing("none"))
    assert await store.due(THINGS, later(hours=3), LONG_AGO, 10) == ["1", "2", "3"]
    assert await store.due(THINGS, later(hours=3), LONG_AGO, 2) == ["1", "2"]
    assert await store.due(THINGS, later(), LONG_AGO, 10) == []


async def test_failed_timers_are_tried_again_on_the_machines_clock(store: Store) -> None:
    await store.insert(THINGS, a_thing("failed", retry_due=later(seconds=8)))
    await store.insert(THINGS, a_thing("both", next_due=later(hours=1), retry_due=later(seconds=4)))
    assert await store.due(THINGS, LONG_AGO, later(seconds=8), 10) == ["both", "failed"]
    assert sorted(await store.due(THINGS, later(hours=1), later(seconds=8), 10)) == ["both", "failed"]
    assert await store.due(THINGS, LONG_AGO, later(seconds=3), 10) == []


async def test_a_commit_moves_and_removes_timers(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", next_due=later(hours=1)))
    moved = a_commit(await read(store, "1"), next_due=later(hours=2), retry_due=later(seconds=1))
    assert await store.commit(THINGS, moved)
    found = await read(store, "1")
    assert (found["next_due"], found["retry_due"]) == (later(hours=2), later(seconds=1))
    assert await store.due(THINGS, later(hours=1), LONG_AGO, 10) == []
    assert await store.commit(THINGS, a_commit(found))
    found = await read(store, "1")
    assert "next_due" not in found
    assert "retry_due" not in found
    assert await store.due(THINGS, later(days=9), later(days=9), 10) == []


async def test_the_backlog_counts_what_is_owed(store: Store) -> None:
    assert await store.backlog(THINGS) == Backlog(0, 0, None)
    await store.insert(
        THINGS, a_thing("1", next_due=later(hours=2), outbox=[an_event("e")], outbox_since=later())
    )
    await store.insert(THINGS, a_thing("2", next_due=later(hours=1), retry_due=later()))
    await store.insert(THINGS, a_thing("3"))
    assert await store.backlog(THINGS) == Backlog(1, 1, later(hours=1))
