"""Models as documents: only what every store keeps, and back without a loss."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from matka_kit.documents import stored_mapping, to_document
from matka_kit.errors import DomainError
from matka_kit.shape import AlreadyExists
from matka_kit.store import DuplicateKey
from tests.support.tally import TALLY_SHAPE, SeatTaken, a_tally
from tests.support.workshop import NOON


class Colour(StrEnum):
    RED = "red"


class Part(BaseModel):
    colour: Colour
    day: date


class Whole(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    part: Part
    parts: tuple[Part, ...]
    moment: datetime
    at: time
    words: frozenset[str]
    by_colour: dict[Colour, int]
    raw: bytes
    nothing: None
    anything: Any = None


A_WHOLE = Whole(
    part=Part(colour=Colour.RED, day=date(2027, 2, 28)),
    parts=(Part(colour=Colour.RED, day=date(2028, 2, 29)),),
    moment=datetime(2027, 1, 18, 12, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=2))),
    at=time(9, 30),
    words=frozenset({"b", "a"}),
    by_colour={Colour.RED: 1},
    raw=b"\x00\xff",
    nothing=None,
)


def test_a_model_becomes_stored_types() -> None:
    assert to_document(A_WHOLE) == {
        "part": {"colour": "red", "day": "2027-02-28"},
        "parts": [{"colour": "red", "day": "2028-02-29"}],
        "moment": datetime(2027, 1, 18, 10, 0, 0, 123_000, tzinfo=UTC),
        "at": "09:30:00",
        "words": ["a", "b"],
        "by_colour": {"red": 1},
        "raw": b"\x00\xff",
        "nothing": None,
        "anything": None,
    }


def test_a_document_becomes_the_model_again() -> None:
    document = to_document(A_WHOLE)
    assert to_document(Whole.model_validate(document)) == document


@pytest.mark.parametrize("value", [timedelta(1), 1j, object(), NOON.replace(tzinfo=None)])
def test_what_no_store_keeps_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        stored_mapping({"value": [value]})


def test_an_aggregate_and_its_document() -> None:
    body = TALLY_SHAPE.body(a_tally(number=3))
    assert body == {"seat": "seat-one", "number": 3, "closed": False, "alarms": {}}
    assert TALLY_SHAPE.load({"_id": "one", "version": 7, "outbox": [], **body}) == a_tally(number=3)


@pytest.mark.parametrize(("key", "rule"), [(("seat",), SeatTaken), (("other",), AlreadyExists)])
def test_a_taken_key_is_a_broken_rule(key: tuple[str, ...], rule: type[DomainError]) -> None:
    assert type(TALLY_SHAPE.rule(DuplicateKey("tallies", key))) is rule
