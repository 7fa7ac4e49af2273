"""What the port lets through goes along an index in SQLite too, and the helper that says so can say no."""

import pytest

from matka_kit.store import Collection, OneOf, Query, Range
from matka_kit.store.sqlite import SQLiteStore
from tests.support.query_coverage import every_query_has_an_index, faults_of
from tests.support.things import ROWS, THINGS, Place, a_commit, a_telling, a_thing, later, read


async def test_every_operation_goes_along_an_index(sqlite_place: Place) -> None:
    store = await sqlite_place.open()
    async with every_query_has_an_index(store):
        for id_ in "123":
            await store.insert(THINGS, a_thing(id_, next_due=later()))
        assert await store.commit(THINGS, a_commit(await read(store, "1"), "e"))
        await store.pull_outbox(THINGS, "1", ["x"])
        assert await store.clear_outbox(THINGS, "1", 2, 1)
        await store.upsert_row(ROWS, a_telling("a", 1))
        await store.upsert_row(ROWS, a_telling("a", 2))
        await store.get_many(THINGS, ["1", "2"])
        await store.stale(THINGS, later(), 5)
        await store.due(THINGS, later(), later(), 5)
        await store.backlog(THINGS)
        await store.delete(THINGS, "3", 1)
        await store.delete_where(THINGS, {"program_id": "x"})
    await store.close()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query({"program_id": "p"}),
        Query({"program_id": "p"}, ("name",)),
        Query({"program_id": "p"}, ("slot",)),
        Query({"program_id": "p", "slot": "s"}),
        Query({"program_id": "p", "open": True}, ("rank",)),
        Query({"program_id": "p", "open": True, "rank": Range(gt=1, lte=5)}),
        Query({"at": Range(gte=later())}, ("at",)),
        Query({}, ("name",)),
        Query({"program_id": OneOf(("p", "q"))}, ("name",)),
        Query({"program_id": "p", "name": OneOf(("a", "b"))}),
    ],
)
async def test_every_page_goes_along_an_index(sqlite_place: Place, query: Query, *, descending: bool) -> None:
    store = await sqlite_place.open()
    for id_ in "123":
        await store.insert(THINGS, a_thing(id_))
    async with every_query_has_an_index(store):
        first = await store.find(THINGS, Query(query.where, query.order, descending, 1))
        await store.find(THINGS, Query(query.where, query.order, descending, 1, first.after))
        if not query.order:
            await store.count(THINGS, query.where)
    await store.close()


async def test_a_sort_that_an_index_would_spare_is_found(sqlite_place: Place) -> None:
    wide = Collection("wide", {"a": str, "b": str}, indexes=(("a", "b"),))
    store = await sqlite_place.open((wide,))
    with pytest.raises(AssertionError, match="TEMP B-TREE"):
        async with every_query_has_an_index(store):
            await store.find(wide, Query({"a": "x"}))
    await store.close()


async def test_a_scan_is_found(sqlite_place: Place) -> None:
    store = await sqlite_place.open()
    assert isinstance(store, SQLiteStore)
    texts = ["SELECT * FROM things WHERE i_rank = ?", "SELECT * FROM things WHERE _id = ?"]
    faults = await store.read(lambda connection: faults_of(connection, texts))
    assert faults == ["SCAN things: SELECT * FROM things WHERE i_rank = ?"]
    await store.close()
