"""Documents go in and come out unchanged, one per id, and only under names that every store takes."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from matka_kit.store import DuplicateId, DuplicateKey, RowUpsert, Store
from tests.support.things import ROWS, THINGS, a_commit, a_thing, all_of, an_event, read

HELSINKI = ZoneInfo("Europe/Helsinki")
VALUES: dict[str, Any] = {
    "scripts": ["Ḥusseïn", "Нина", "Trần Thị Đào", "ትግርኛ", "李娜", "مريم", "O'Neil", "👩🏽‍🏭", ""],
    "bytes": b"\x00\xff" * 20,
    "nested": {"deep": {"er": [1, [2, {"x": None}], {}], "empty": []}},
    "many": list(range(500)),
    "large": 2**40,
    "larger": [2**62, {"negative": -(2**53)}],
    "small": -7,
    "half": 0.5,
    "tiny": 5e-324,
    "none": None,
    "yes": True,
    "no": False,
    "long": "öäå" * 100_000,
    "dotted": {"a.b": 1, "$set": {"$inc.x": 2}, "": 3, "sp ace": 4},
    "ende": datetime(2027, 3, 28, 3, 59, 59, 999000, tzinfo=HELSINKI).astimezone(UTC),
    "summer": datetime(2027, 3, 28, 1, 0, 0, 1000, tzinfo=UTC),
    "first three": datetime(2027, 10, 31, 3, 30, tzinfo=HELSINKI, fold=0).astimezone(UTC),
    "second three": datetime(2027, 10, 31, 3, 30, tzinfo=HELSINKI, fold=1).astimezone(UTC),
    "leap day": datetime(2028, 2, 29, tzinfo=UTC),
    "long ago": datetime(1912, 6, 30, 23, 59, 59, 1000, tzinfo=UTC),
}


@pytest.mark.parametrize("name", VALUES)
async def test_a_value_comes_back_as_it_went_in(store: Store, name: str) -> None:
    value = VALUES[name]
    await store.insert(THINGS, a_thing("1", value=value, outbox=[an_event("e", value=value)]))
    found = await read(store, "1")
    assert found["value"] == value
    assert type(found["value"]) is type(value)
    assert found["outbox"][0]["data"] == {"value": value}
    assert await store.commit(THINGS, a_commit(found, "f", value=[value]))
    assert (await read(store, "1"))["value"] == [value]


async def test_instants_come_back_in_utc_and_cut_to_milliseconds(store: Store) -> None:
    at = datetime(2027, 3, 28, 5, 0, 0, 1999, tzinfo=timezone(timedelta(hours=3)))
    await store.insert(THINGS, a_thing("1", at=at, before=datetime(1960, 1, 1, 0, 0, 0, 1999, tzinfo=UTC)))
    found = await read(store, "1")
    assert found["at"] == datetime(2027, 3, 28, 2, 0, 0, 1000, tzinfo=UTC)
    assert found["at"].tzinfo is UTC
    assert found["before"] == datetime(1960, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)


async def test_integers_come_back_as_plain_integers(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", rank=2**40, deep=[{"n": 2**41}]))
    found = await read(store, "1")
    assert type(found["rank"]) is int
    assert type(found["deep"][0]["n"]) is int


async def test_a_new_document_has_version_one_and_an_empty_outbox(store: Store) -> None:
    await store.insert(THINGS, a_thing("1"))
    assert await store.get(THINGS, "1") == a_thing("1", version=1, outbox=[])
    assert await store.get(THINGS, "2") is None


async def test_documents_belong_to_the_caller(store: Store) -> None:
    document = a_thing("1", tags=["a"])
    await store.insert(THINGS, document)
    document["tags"].append("b")
    (await read(store, "1"))["tags"].append("c")
    assert (await read(store, "1"))["tags"] == ["a"]


async def test_many_come_in_the_order_of_their_ids(store: Store) -> None:
    for id_ in "abc":
        await store.insert(THINGS, a_thing(id_))
    found = await store.get_many(THINGS, ["c", "x", "a", "c"])
    assert [document["_id"] for document in found] == ["c", "a"]
    assert await store.get_many(THINGS, []) == []
    # The stand-in for MongoDB takes fewer than the 1,000 that the real ones take.
    assert len(await store.get_many(THINGS, [str(n) for n in range(300)] + ["a", "b", "c"])) == 3


async def test_an_id_that_exists_comes_before_a_taken_key(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", slot="s"))
    with pytest.raises(DuplicateId) as met:
        await store.insert(THINGS, a_thing("1", slot="s", name="another"))
    assert met.value.existing == a_thing("1", slot="s", version=1, outbox=[])
    with pytest.raises(DuplicateId):
        await store.insert(THINGS, a_thing("1", slot="t"))


async def test_a_taken_key_is_named_and_nothing_is_stored(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", slot="s"))
    with pytest.raises(DuplicateKey) as met:
        await store.insert(THINGS, a_thing("2", slot="s"))
    assert met.value.fields == ("program_id", "slot")
    assert await store.get(THINGS, "2") is None
    await store.insert(THINGS, a_thing("2", slot="s", program_id="q"))


async def test_a_commit_into_a_taken_key_changes_nothing(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", slot="s"))
    await store.insert(THINGS, a_thing("2", slot="t"))
    with pytest.raises(DuplicateKey) as met:
        await store.commit(THINGS, a_commit(await read(store, "2"), "e", slot="s", name="new"))
    assert met.value.fields == ("program_id", "slot")
    assert await read(store, "2") == a_thing("2", slot="t", version=1, outbox=[])
    assert await store.commit(THINGS, a_commit(await read(store, "1"), slot="ended:1"))
    assert await store.commit(THINGS, a_commit(await read(store, "2"), slot="s"))


async def test_many_who_race_for_a_seat_get_one_each(store: Store) -> None:
    async def take(seat: int, who: int) -> bool:
        try:
            await store.insert(THINGS, a_thing(f"{who}-{seat}", slot=str(seat)))
        except DuplicateKey:
            return False
        return True

    taken = await all_of(take(seat, who) for seat in range(5) for who in range(8))
    assert sum(taken) == 5
    assert await store.count(THINGS, {"program_id": "p"}) == 5


async def test_many_who_race_for_an_id_meet_the_first(store: Store) -> None:
    async def add(who: int) -> int:
        try:
            await store.insert(THINGS, a_thing("1", rank=who))
        except DuplicateId as met:
            return int(met.existing["rank"])
        return who

    assert len(set(await all_of(add(who) for who in range(12)))) == 1


@pytest.mark.parametrize("wrong", [None, 1, b"x", ["x"]])
async def test_an_indexed_value_of_another_type_is_refused(store: Store, wrong: object) -> None:
    with pytest.raises(TypeError, match=r"things.slot must be a str"):
        await store.insert(THINGS, a_thing("1", slot=wrong))
    await store.insert(THINGS, a_thing("1"))
    with pytest.raises(TypeError, match=r"things.slot must be a str"):
        await store.commit(THINGS, a_commit(await read(store, "1"), slot=wrong))
    with pytest.raises(TypeError, match=r"things.at must have a time zone"):
        await store.insert(THINGS, a_thing("2", at=datetime(2027, 1, 1)))


@pytest.mark.parametrize("name", ["a.b", "$set", ""])
async def test_a_name_that_some_store_does_not_take_is_refused_at_the_top(store: Store, name: str) -> None:
    await store.insert(THINGS, a_thing("1"))
    with pytest.raises(TypeError, match="cannot have a field"):
        await store.insert(THINGS, a_thing("2", **{name: 1}))
    with pytest.raises(TypeError, match="cannot have a field"):
        await store.commit(THINGS, a_commit(await read(store, "1"), **{name: 1}))
    with pytest.raises(TypeError, match="cannot have a field"):
        await store.upsert_row(ROWS, RowUpsert("r", "s", 1, {"program_id": "p", name: 1}))


async def test_the_stores_own_fields_are_no_bodys_to_set(store: Store) -> None:
    await store.insert(THINGS, a_thing("1"))
    commit = a_commit(await read(store, "1"))
    commit.body["version"] = 7
    with pytest.raises(TypeError, match="'version'"):
        await store.commit(THINGS, commit)
    with pytest.raises(TypeError, match="'outbox'"):
        await store.upsert_row(ROWS, RowUpsert("r", "s", 1, {"program_id": "p", "outbox": []}))


async def test_a_delete_needs_the_version_and_an_empty_outbox(store: Store) -> None:
    await store.insert(THINGS, a_thing("1", outbox=[an_event("e")]))
    assert not await store.delete(THINGS, "1", 1)
    assert await store.clear_outbox(THINGS, "1", 1, 1)
    assert not await store.delete(THINGS, "1", 2)
    assert await store.delete(THINGS, "1", 1)
    assert not await store.delete(THINGS, "1", 1)
    await store.insert(THINGS, a_thing("1"))
