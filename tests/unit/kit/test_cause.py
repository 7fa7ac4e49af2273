"""Ids that repeat, and the trail from the first cause to the last event."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from matka_contracts.event import Envelope
from matka_kit.cause import Cause, derived_id

PARTS = st.lists(st.text("ab\x1f\\x1", max_size=6), min_size=1, max_size=4)


def an_envelope(**otherwise: str) -> Envelope:
    facts = {
        "id": "event",
        "source": "/matka/tally",
        "type": "tally.counted.v1",
        "subject": "one",
        "time": datetime(2027, 1, 18, tzinfo=UTC),
        "data": {},
        "sequence": 1,
    }
    return Envelope.model_validate(facts | otherwise)


@given(PARTS, PARTS)
def test_the_same_parts_give_the_same_id_and_no_other_parts_do(one: list[str], other: list[str]) -> None:
    assert (derived_id(*one) == derived_id(*other)) is (one == other)


def test_nobody_elses_key_nor_another_command_gives_the_same_command() -> None:
    mine = Cause.of_command("amal", "POST /a?", "key", b"{}")
    assert mine == Cause.of_command("amal", "POST /a?", "key", b"{}")
    others = [
        Cause.of_command("bo", "POST /a?", "key", b"{}"),
        Cause.of_command("amal", "POST /b?", "key", b"{}"),
        Cause.of_command("amal", "POST /a?", "another", b"{}"),
    ]
    assert len({mine.command_id, *(other.command_id for other in others)}) == 4


def test_the_same_key_with_another_body_is_the_same_command_with_another_digest() -> None:
    one, other = (Cause.of_command("amal", "POST /a?", "key", body) for body in (b"{}", b"[]"))
    assert one.command_id == other.command_id
    assert one.digest != other.digest


def test_an_event_is_its_own_command_however_often_it_comes() -> None:
    first, again = Cause.of_event(an_envelope()), Cause.of_event(an_envelope())
    assert first == again
    assert first.command_id != Cause.of_event(an_envelope(id="other")).command_id


def test_the_trail_leads_back_to_the_first_cause() -> None:
    begun = Cause.of_event(an_envelope(traceparent="00-trace"))
    assert (begun.correlation_id, begun.causation_id, begun.traceparent) == ("event", "event", "00-trace")
    followed = Cause.of_event(an_envelope(correlationid="first"))
    assert (followed.correlation_id, followed.causation_id) == ("first", "event")


def test_each_part_of_a_larger_command_is_a_command_with_the_same_trail() -> None:
    whole = Cause.of_command("amal", "POST /a?", "key", b"{}")
    parts = [whole.child("1"), whole.child("2")]
    assert len({whole.command_id, *(part.command_id for part in parts)}) == 3
    assert whole.child("1") == parts[0]
    assert {part.correlation_id for part in parts} == {whole.correlation_id}


def test_every_firing_of_a_timer_is_a_command_of_its_own() -> None:
    assert Cause.of_timer().command_id != Cause.of_timer().command_id
