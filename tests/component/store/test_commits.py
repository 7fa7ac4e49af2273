"""State and the events that announce it change in one write, and the outbox loses nothing to a race."""

from matka_kit.store import Document, Query, Store
from tests.support.things import THINGS, Place, a_commit, a_thing, all_of, an_event, later, read


def event_ids(document: Document) -> list[str]:
    return [event["id"] for event in document["outbox"]]


async def test_a_commit_changes_fields_version_and_outbox_together(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", old=1))
    assert await store.commit(THINGS, a_commit(await read(store, "1"), "e1", "e2", name="new", more={"x": 1}))
    found = await read(store, "1")
    assert (found["version"], found["name"], found["more"], found["old"]) == (2, "new", {"x": 1}, 1)
    assert found["outbox"] == [an_event("e1"), an_event("e2")]
    assert found["outbox_since"] == later()
    page = await store.find(THINGS, Query({"name": "new"}))
    assert [document["_id"] for document in page.documents] == ["1"]


async def test_a_field_that_the_new_body_does_not_name_is_gone(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", old=1))
    commit = a_commit(await read(store, "1"))
    del commit.body["old"]
    assert await store.commit(THINGS, commit)
    assert "old" not in await read(store, "1")


async def test_a_commit_over_another_version_does_nothing(store: Store) -> None:
    await store.insert(THINGS, a_thing("1"))
    first = await read(store, "1")
    assert await store.commit(THINGS, a_commit(first, "e1", name="first"))
    assert not await store.commit(THINGS, a_commit(first, "e2", name="second"))
    found = await read(store, "1")
    assert (found["version"], found["name"], event_ids(found)) == (2, "first", ["e1"])
    assert not await store.commit(THINGS, a_commit(a_thing("2", version=1), "e"))
    assert await store.get(THINGS, "2") is None


async def test_a_commit_without_events_leaves_no_mark(store: Store) -> None:
    await store.insert(THINGS, a_thing("1"))
    assert await store.commit(THINGS, a_commit(await read(store, "1"), name="new"))
    assert "outbox_since" not in await read(store, "1")


async def test_the_oldest_mark_stays_until_the_outbox_is_empty(store: Store) -> None:
    await store.insert(THINGS, a_thing("1"))
    for seconds in (5, 2, 9):
        commit = a_commit(await read(store, "1"), f"e{seconds}", marked_at=later(seconds=seconds))
        assert await store.commit(THINGS, commit)
    found = await read(store, "1")
    assert found["outbox_since"] == later(seconds=2)
    assert await store.clear_outbox(THINGS, "1", 4, 3)
    assert "outbox_since" not in await read(store, "1")


async def test_writers_of_one_document_lose_no_change(place: Place, store: Store) -> None:
    await store.insert(THINGS, a_thing("1", log=[]))
    others = [store, await place.open(), await place.open()]

    async def add(who: int, view: Store) -> None:
        for turn in range(6):
            done = False
            while not done:
                found = await read(view, "1")
                log = [*found["log"], f"{who}-{turn}"]
                done = await view.commit(THINGS, a_commit(found, f"e{who}-{turn}", log=log))

    await all_of(add(who, others[who % 3]) for who in range(6))
    found = await read(store, "1")
    assert found["version"] == 37
    assert sorted(found["log"]) == sorted(f"{who}-{turn}" for who in range(6) for turn in range(6))
    assert event_ids(found) == [f"e{entry}" for entry in found["log"]]
    for view in others[1:]:
        await view.close()


async def test_a_clear_needs_the_very_version_and_size(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", outbox=[an_event("e1")], outbox_since=later()))
    assert not await store.clear_outbox(THINGS, "1", 1, 2)
    assert not await store.clear_outbox(THINGS, "1", 2, 1)
    assert event_ids(await read(store, "1")) == ["e1"]
    assert await store.clear_outbox(THINGS, "1", 1, 1)
    found = await read(store, "1")
    assert found["outbox"] == []
    assert found["version"] == 1
    assert "outbox_since" not in found


async def test_no_event_is_lost_to_a_clear_that_races_with_commits(place: Place, store: Store) -> None:
    other = await place.open()
    await store.insert(THINGS, a_thing("1"))
    published: list[str] = []

    async def write() -> None:
        for turn in range(40):
            while not await store.commit(THINGS, a_commit(await read(store, "1"), f"e{turn}")):
                pass

    async def relay() -> None:
        while len(published) < 40:
            found = await read(other, "1")
            size = len(found["outbox"])
            if size and await other.clear_outbox(THINGS, "1", found["version"], size):
                published.extend(event_ids(found))

    await all_of([write(), relay()])
    assert published == [f"e{turn}" for turn in range(40)]
    await other.close()


async def test_a_pull_takes_only_what_it_names(store: Store) -> None:
    events = [an_event(f"e{n}") for n in range(4)]
    await store.insert(THINGS, a_thing("1", outbox=events, outbox_since=later()))
    await store.pull_outbox(THINGS, "1", ["e0", "e2", "unknown"])
    found = await read(store, "1")
    assert event_ids(found) == ["e1", "e3"]
    assert found["outbox_since"] == later()
    assert await store.clear_outbox(THINGS, "1", 1, 2)
    await store.pull_outbox(THINGS, "1", ["e1"])
    await store.pull_outbox(THINGS, "nothing there", ["e1"])


async def test_pulling_the_last_event_drops_the_mark(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", outbox=[an_event("e0")], outbox_since=later()))
    await store.pull_outbox(THINGS, "1", ["e0"])
    assert await read(store, "1") == a_thing("1", version=1, outbox=[])
    assert (await store.backlog(THINGS)).unpublished == 0


async def test_no_event_is_lost_to_a_pull_that_races_with_commits(place: Place, store: Store) -> None:
    other = await place.open()
    await store.insert(THINGS, a_thing("1"))
    published: set[str] = set()

    async def write() -> None:
        for turn in range(30):
            while not await store.commit(THINGS, a_commit(await read(store, "1"), f"e{turn}")):
                pass

    async def relay() -> None:
        while len(published) < 30:
            ids = event_ids(await read(other, "1"))
            await other.pull_outbox(THINGS, "1", ids)
            published.update(ids)

    await all_of([write(), relay()])
    found = await read(store, "1")
    assert found["outbox"] == []
    assert "outbox_since" not in found
    await other.close()


async def test_stale_outboxes_come_oldest_first(store: Store) -> None:
    for second in (7, 3, 5):
        marked = later(seconds=second)
        await store.insert(THINGS, a_thing(str(second), outbox=[an_event("e")], outbox_since=marked))
    await store.insert(THINGS, a_thing("none"))
    found = await store.stale(THINGS, later(seconds=7), 10)
    assert [document["_id"] for document in found] == ["3", "5"]
    assert event_ids(found[0]) == ["e"]
    assert len(await store.stale(THINGS, later(seconds=8), 2)) == 2
    assert (await store.backlog(THINGS)).unpublished == 3
