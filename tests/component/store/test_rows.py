"""Rows that several sources tell of: whatever the order, the latest of each source stands."""

import itertools
import random

import pytest

from matka_kit.store import Collection, DuplicateKey, RowOutcome, RowUpsert, Store
from tests.support.things import ROWS, THINGS, Place, a_telling, a_thing, all_of, read

KEYED = Collection("keyed", {"number": str}, unique=(("number",),))


async def test_the_first_telling_makes_the_row(store: Store) -> None:
    assert await store.upsert_row(ROWS, a_telling("a", 3)) is RowOutcome.APPLIED
    assert await read(store, "row", ROWS) == {
        "_id": "row", "version": 1, "outbox": [], "program_id": "p", "from_a": 3, "sources": {"a": 3},
    }  # fmt: skip


async def test_late_and_repeated_tellings_change_nothing(store: Store) -> None:
    await store.upsert_row(ROWS, a_telling("a", 3, note="third"))
    assert await store.upsert_row(ROWS, a_telling("a", 3, note="again")) is RowOutcome.REPEATED
    assert await store.upsert_row(ROWS, a_telling("a", 2, note="second")) is RowOutcome.LATE
    assert await store.upsert_row(ROWS, a_telling("a", 10, note="tenth")) is RowOutcome.APPLIED
    assert (await read(store, "row", ROWS))["note"] == "tenth"


async def test_sources_do_not_wait_for_each_other(store: Store) -> None:
    await store.upsert_row(ROWS, a_telling("a", 9, shared="a"))
    assert await store.upsert_row(ROWS, a_telling("b", 1, shared="b")) is RowOutcome.APPLIED
    found = await read(store, "row", ROWS)
    assert (found["from_a"], found["from_b"], found["shared"]) == (9, 1, "b")
    assert found["sources"] == {"a": 9, "b": 1}


async def test_first_tellings_that_race_to_make_a_row_are_all_kept(place: Place, store: Store) -> None:
    other = await place.open()
    for round_ in range(4):
        row = f"row{round_}"
        views = itertools.cycle([store, other])
        tellings = [a_telling(f"s{n}", 1, row) for n in range(10)]
        outcomes = await all_of(next(views).upsert_row(ROWS, telling) for telling in tellings)
        assert set(outcomes) == {RowOutcome.APPLIED}
        assert (await read(store, row, ROWS))["sources"] == {f"s{n}": 1 for n in range(10)}
    await other.close()


async def test_the_latest_stands_in_whatever_order_tellings_race(store: Store) -> None:
    tellings = [a_telling(source, sequence) for source in "abc" for sequence in range(1, 8)]
    random.Random(4).shuffle(tellings)
    await all_of(store.upsert_row(ROWS, telling) for telling in tellings)
    found = await read(store, "row", ROWS)
    assert found["sources"] == {"a": 7, "b": 7, "c": 7}
    assert [found[f"from_{source}"] for source in "abc"] == [7, 7, 7]


async def test_a_later_telling_may_leave_out_what_the_row_has(store: Store) -> None:
    await store.upsert_row(ROWS, a_telling("a", 1))
    assert await store.upsert_row(ROWS, RowUpsert("row", "b", 1, {"extra": 1})) is RowOutcome.APPLIED
    assert await store.upsert_row(ROWS, RowUpsert("row", "b", 1, {"extra": 2})) is RowOutcome.REPEATED
    assert await store.upsert_row(ROWS, RowUpsert("row", "a", 1, {"extra": 2})) is RowOutcome.REPEATED
    found = await read(store, "row", ROWS)
    assert (found["program_id"], found["extra"]) == ("p", 1)


async def test_a_new_row_without_an_indexed_value_is_refused(store: Store) -> None:
    with pytest.raises(TypeError, match=r"rows.program_id must be a str"):
        await store.upsert_row(ROWS, RowUpsert("row", "a", 1, {"extra": 1}))
    assert await store.get(ROWS, "row") is None


async def test_a_row_that_takes_anothers_key_is_refused(place: Place) -> None:
    store = await place.open((KEYED,))
    await store.upsert_row(KEYED, RowUpsert("1", "a", 1, {"number": "x"}))
    await store.upsert_row(KEYED, RowUpsert("2", "a", 1, {"number": "y"}))
    for row in ("2", "3"):
        with pytest.raises(DuplicateKey) as met:
            await store.upsert_row(KEYED, RowUpsert(row, "a", 2, {"number": "x"}))
        assert met.value.fields == ("number",)
    assert (await read(store, "2", KEYED))["number"] == "y"
    assert await store.get(KEYED, "3") is None
    await store.close()


async def test_a_document_that_was_inserted_can_be_told_of(store: Store) -> None:
    await store.insert(THINGS, a_thing("1"))
    assert await store.upsert_row(THINGS, RowUpsert("1", "a", 1, {"name": "told"})) is RowOutcome.APPLIED
    assert (await read(store, "1"))["sources"] == {"a": 1}


async def test_a_row_can_be_copied_from_another_store(store: Store) -> None:
    await store.upsert_row(ROWS, a_telling("a", 2))
    copy = {**await read(store, "row", ROWS), "_id": "copy"}
    await store.insert(ROWS, copy)
    assert await read(store, "copy", ROWS) == copy
    assert await store.upsert_row(ROWS, a_telling("a", 1, "copy")) is RowOutcome.LATE
