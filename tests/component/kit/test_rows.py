"""Projections: each row keeps the newest that each source told, in whatever order it came."""

from collections.abc import AsyncIterator
from itertools import permutations
from pathlib import Path

import pytest

from matka_contracts.event import Envelope
from matka_kit.rows import Rows
from matka_kit.store import Query, RowOutcome
from tests.support.tally import SEEN, Seen
from tests.support.workshop import NOON, a_replica


@pytest.fixture
async def rows(tmp_path: Path) -> AsyncIterator[Rows[Seen]]:
    async with a_replica(tmp_path) as replica:
        yield Rows(SEEN, Seen, replica.store)


def told(sequence: int, source: str = "one") -> Envelope:
    return Envelope(
        id=f"{source}-{sequence}",
        source="/matka/tally",
        type="tally.counted.v1",
        subject=source,
        time=NOON,
        data={},
        sequence=sequence,
    )


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
async def test_the_newest_stays_whatever_the_order(rows: Rows[Seen], order: tuple[int, ...]) -> None:
    for sequence in order:
        await rows.put("row", told(sequence), Seen(id="row", number=sequence))
    assert await rows.get("row") == Seen(id="row", number=3)


async def test_what_was_done_is_told(rows: Rows[Seen]) -> None:
    outcomes = [await rows.put("row", told(sequence), {"number": sequence}) for sequence in (2, 2, 1)]
    assert outcomes == [RowOutcome.APPLIED, RowOutcome.REPEATED, RowOutcome.LATE]


async def test_sources_do_not_get_in_each_others_way(rows: Rows[Seen]) -> None:
    await rows.put("row", told(9, "one"), {"number": 9})
    await rows.put("row", told(1, "two"), {"colour": "red"})
    assert await rows.get("row") == Seen(id="row", number=9, colour="red")


@pytest.mark.parametrize(("one", "other"), [("a.b", "a_b"), ("a$b", "a_b"), ("a.b", "a%2Eb"), ("a%", "a%25")])
async def test_sources_with_odd_ids_stay_apart(rows: Rows[Seen], one: str, other: str) -> None:
    await rows.put("row", told(5, one), {"number": 5})
    assert await rows.put("row", told(1, other), {"number": 1}) is RowOutcome.APPLIED


async def test_rows_are_found_in_order_page_by_page_and_counted(rows: Rows[Seen]) -> None:
    for number in range(5):
        await rows.put(str(number), told(1), {"number": number})
    page = await rows.find(Query(order=("number",), limit=2))
    rest = await rows.find(Query(order=("number",), after=page.after))
    assert [row.number for row in (*page.items, *rest.items)] == [0, 1, 2, 3, 4]
    assert [row.id for row in await rows.every(Query(order=("number",), limit=2))] == list("01234")
    assert [row.id for row in await rows.get_many(["3", "none", "1"])] == ["3", "1"]
    assert await rows.count({"number": 3}) == 1
    assert await rows.get("none") is None
