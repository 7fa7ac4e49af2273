"""Queries go along a declared index, page by page, in one order on every adapter; others are refused."""

from datetime import UTC, datetime
from itertools import chain

import pytest

from matka_kit.store import OneOf, Page, Query, Range, Store, UnindexedQuery
from matka_kit.store.port import Where
from tests.support.things import THINGS, a_thing, all_of, later

STRINGS = [
    "",
    "\t",
    " ",
    "A",
    "AB",
    "a",
    "a ",
    "aa",
    "b",
    "z",
    "Ä",
    "ä",
    "ö",
    "Ω",
    "я",
    "ع",
    "中",
    "\ufffd",
    "😀",
]


def ids(page: Page) -> list[str]:
    return [document["_id"] for document in page.documents]


async def pages(store: Store, query: Query) -> list[list[str]]:
    """The ids of every page, following `after`."""
    found: list[list[str]] = []
    after = None
    while True:
        page = await store.find(THINGS, Query(query.where, query.order, query.descending, query.limit, after))
        found.append(ids(page))
        after = page.after
        if after is None:
            return found


def flat(found: list[list[str]]) -> list[str]:
    return list(chain.from_iterable(found))


async def fill(store: Store, count: int) -> None:
    """Ranks 0, 0, 0, 1, 1, 1, … of things that are open by turns."""
    await all_of(
        store.insert(
            THINGS, a_thing(f"{n:02}", name=f"n{n // 2:02}", rank=n // 3, open=n % 2 == 0, at=later(hours=n))
        )
        for n in range(count)
    )


@pytest.mark.parametrize("descending", [False, True])
async def test_lines_are_the_declared_fields_of_what_is_found(store: Store, *, descending: bool) -> None:
    await fill(store, 12)
    for where, order in (({}, ()), ({"program_id": "p"}, ("name",)), ({}, ("at",))):
        query = Query(where, order, descending=descending, limit=5)
        while True:
            page, lines = await store.find(THINGS, query), await store.find_lines(THINGS, query)
            assert lines.after == page.after
            assert lines.documents == [
                {name: each[name] for name in ("_id", *THINGS.fields)} for each in page.documents
            ]
            assert [*map(type, lines.documents[0].values())] == [
                type(page.documents[0][name]) for name in lines.documents[0]
            ]
            if page.after is None:
                break
            query = Query(where, order, descending=descending, limit=5, after=page.after)
    with pytest.raises(UnindexedQuery):
        await store.find_lines(THINGS, Query({"open": True}, ("name",)))


@pytest.mark.parametrize("limit", [1, 3, 4, 11, 12, 13])
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_follow_each_other_without_gap_or_repeat(
    store: Store, limit: int, *, descending: bool
) -> None:
    await fill(store, 12)
    expected = sorted((f"{n:02}" for n in range(12)), reverse=descending)
    for query in (
        Query(limit=limit, descending=descending),
        Query({"program_id": "p"}, limit=limit, descending=descending),
        Query({"program_id": "p"}, ("name",), limit=limit, descending=descending),
        Query({"program_id": "p"}, ("slot",), limit=limit, descending=descending),
        Query({}, ("at",), limit=limit, descending=descending),
        Query({}, ("name",), limit=limit, descending=descending),
    ):
        found = await pages(store, query)
        assert flat(found) == expected
        assert len(found) == -(-12 // limit)


async def test_one_of_several_values_keeps_the_order(store: Store) -> None:
    await fill(store, 12)
    query = Query({"program_id": "p", "open": OneOf((True, False))}, ("rank",), limit=5)
    assert flat(await pages(store, query)) == [f"{n:02}" for n in range(12)]
    query = Query({"program_id": OneOf(("p", "q")), "open": True}, ("rank",), descending=True, limit=2)
    assert flat(await pages(store, query)) == ["10", "08", "06", "04", "02", "00"]
    assert await store.count(THINGS, {"program_id": OneOf(())}) == 0
    assert await store.count(THINGS, {"slot": OneOf(("01", "05")), "program_id": "p"}) == 2


async def test_a_range_bounds_what_comes_behind_fixed_values(store: Store) -> None:
    await fill(store, 12)

    async def found(**bounds: int) -> list[str]:
        where: Where = {"program_id": "p", "open": True, "rank": Range(**bounds)}
        return flat(await pages(store, Query(where, limit=2)))

    assert await found(gte=1, lt=3) == ["04", "06", "08"]
    assert await found(gt=1, lte=3) == ["06", "08", "10"]
    assert await found(gt=1) == ["06", "08", "10"]
    assert await found(lt=1) == ["00", "02"]
    assert await found() == ["00", "02", "04", "06", "08", "10"]


async def test_a_range_of_instants_may_be_read_backwards(store: Store) -> None:
    await fill(store, 6)
    query = Query({"at": Range(gte=later(hours=1), lt=later(hours=5))}, ("at",), descending=True, limit=3)
    assert await pages(store, query) == [["04", "03", "02"], ["01"]]


@pytest.mark.parametrize("descending", [False, True])
async def test_strings_order_by_their_bytes(store: Store, *, descending: bool) -> None:
    for number, name in enumerate(STRINGS):
        await store.insert(THINGS, a_thing(f"{number:02}", name=name))
    found = await pages(store, Query({"program_id": "p"}, ("name",), descending=descending, limit=4))
    in_bytes = sorted(range(len(STRINGS)), key=lambda n: STRINGS[n].encode(), reverse=descending)
    assert flat(found) == [f"{n:02}" for n in in_bytes]
    between = await store.find(THINGS, Query({"name": Range(gt="a", lt="ä")}))
    assert [d["name"] for d in between.documents] == ["a ", "aa", "b", "z", "Ä"]


async def test_only_the_very_value_is_found(store: Store) -> None:
    for number, name in enumerate(["Äiti", "äiti", "A\u0308iti", "aiti", "1", "%", "a'b\"c"]):
        await store.insert(THINGS, a_thing(str(number), name=name))
    for number, name in enumerate(["Äiti", "äiti", "A\u0308iti", "aiti", "1", "%", "a'b\"c"]):
        assert ids(await store.find(THINGS, Query({"name": name}))) == [str(number)]
        assert await store.count(THINGS, {"name": name}) == 1


async def test_instants_are_found_to_the_millisecond_in_any_zone(store: Store) -> None:
    summer = datetime(2027, 3, 28, 1, 0, 0, 1000, tzinfo=UTC)
    await store.insert(THINGS, a_thing("1", at=summer))
    assert await store.count(THINGS, {"at": summer}) == 1
    assert await store.count(THINGS, {"at": summer.astimezone(later().astimezone().tzinfo)}) == 1
    assert await store.count(THINGS, {"at": Range(gt=summer)}) == 0


@pytest.mark.parametrize(
    "query",
    [
        Query({"rank": 1}),
        Query({"open": True}),
        Query({"unknown": 1}),
        Query({}, ("rank",)),
        Query({"program_id": "p"}, ("rank",)),
        Query({"program_id": "p", "open": True}, ("rank", "at")),
        Query({"program_id": Range(gte="p"), "name": "n"}),
        Query({"program_id": Range(gte="p"), "name": Range(gte="n")}),
        Query({"program_id": "p", "name": Range(gte="n")}, ("slot",)),
        Query({}, ("program_id", "rank")),
    ],
)
async def test_a_query_without_an_index_is_refused(store: Store, query: Query) -> None:
    with pytest.raises(UnindexedQuery):
        await store.find(THINGS, query)


@pytest.mark.parametrize("where", [{"rank": 1}, {"open": True}, {"unknown": 1}])
async def test_a_count_or_delete_without_an_index_is_refused(store: Store, where: Where) -> None:
    with pytest.raises(UnindexedQuery):
        await store.count(THINGS, where)
    with pytest.raises(UnindexedQuery):
        await store.delete_where(THINGS, where)


async def test_a_place_of_another_query_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no place in the order"):
        await store.find(THINGS, Query({"program_id": "p"}, ("name",), after=("only one",)))


async def test_more_values_than_a_store_takes_at_once_are_refused() -> None:
    with pytest.raises(TypeError, match="1000 are the most"):
        OneOf(tuple(str(n) for n in range(1001)))


async def test_what_a_filter_finds_is_counted_and_deleted(store: Store) -> None:
    await fill(store, 12)
    assert await store.count(THINGS, {}) == 12
    assert await store.count(THINGS, {"program_id": "p", "open": True, "rank": Range(lt=2)}) == 3
    assert await store.delete_where(THINGS, {"at": Range(lt=later(hours=5))}) == 5
    assert await store.delete_where(THINGS, {"program_id": "other"}) == 0
    assert await store.delete_where(THINGS, {"program_id": "p", "open": OneOf((True,))}) == 3
    assert flat(await pages(store, Query())) == ["05", "07", "09", "11"]
