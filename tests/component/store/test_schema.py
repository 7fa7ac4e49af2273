"""A new version of a service brings new indexes to a database that is in use."""

import pytest

from matka_kit.store import Collection, DuplicateKey, Query, Range, UnindexedQuery
from tests.support.things import Place, all_of

OLD = Collection("things", {"program_id": str}, indexes=(("program_id",),))
NEW = Collection(
    "things",
    {"program_id": str, "rank": int, "code": str},
    indexes=(("program_id",), ("program_id", "rank")),
    unique=(("code",),),
)
MANY = 1_203


async def test_a_new_index_finds_what_was_there_before(place: Place) -> None:
    count = MANY if place.url.startswith("sqlite") else 25
    old = await place.open((OLD,))
    await all_of(
        old.insert(OLD, {"_id": str(n), "program_id": "p", "rank": n, "code": f"c{n}"}) for n in range(count)
    )
    with pytest.raises(UnindexedQuery):
        await old.count(OLD, {"program_id": "p", "rank": 3})
    new = await place.open((NEW,))
    page = await new.find(NEW, Query({"program_id": "p", "rank": Range(gte=count - 3)}))
    assert [document["rank"] for document in page.documents] == [count - 3, count - 2, count - 1]
    with pytest.raises(DuplicateKey):
        await new.insert(NEW, {"_id": "x", "program_id": "p", "rank": 1, "code": "c1"})
    await old.close()
    await new.close()


async def test_a_document_without_the_value_of_a_new_index_stops_the_start(place: Place) -> None:
    old = await place.open((OLD,))
    await old.insert(OLD, {"_id": "1", "program_id": "p", "rank": 1})
    with pytest.raises(TypeError, match="code"):
        await place.open((NEW,))
    assert await old.count(OLD, {"program_id": "p"}) == 1
    await old.close()


async def test_a_new_key_that_is_taken_twice_stops_the_start(place: Place) -> None:
    old = await place.open((OLD,))
    for id_ in "12":
        await old.insert(OLD, {"_id": id_, "program_id": "p", "rank": 1, "code": "same"})
    with pytest.raises(DuplicateKey) as met:
        await place.open((NEW,))
    assert met.value.fields == ("code",)
    await old.close()


async def test_opening_again_changes_nothing(place: Place) -> None:
    first = await place.open((NEW,))
    await first.insert(NEW, {"_id": "1", "program_id": "p", "rank": 1, "code": "c"})
    second = await place.open((NEW,))
    assert await second.get(NEW, "1") == await first.get(NEW, "1")
    await second.close()
    await first.close()


def test_an_index_over_an_unknown_or_own_field_is_refused() -> None:
    with pytest.raises(TypeError, match="undeclared"):
        Collection("things", {"a": str}, indexes=(("a", "b"),))
    with pytest.raises(TypeError, match="undeclared"):
        Collection("things", {"a": str}, unique=((),))
    with pytest.raises(TypeError, match="for itself"):
        Collection("things", {"version": int})
