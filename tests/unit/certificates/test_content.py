"""What a certificate states follows from the seal alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from matka_certificates.domain.content import Holder, stated, took_part
from matka_contracts.terms import Door, GatheringKind, Role
from tests.support.mothers_certificates import (
    AMAL,
    ISSUER,
    JULY,
    TITLE,
    a_gathering,
    a_program,
    a_seal,
    nothing_sealed,
    some_content,
)

TRAINING = a_gathering(GatheringKind.MENTOR_TRAINING, datetime(2027, 1, 9, 8, 0, tzinfo=UTC))
CIRCLE = a_gathering(GatheringKind.PEER_CIRCLE, datetime(2027, 4, 14, 15, 0, tzinfo=UTC))


def test_whoever_went_on_has_the_program_up_to_the_closing_event() -> None:
    content = some_content()
    assert (content.starts, content.ends, content.ended_early) == (
        date(2027, 1, 18),
        date(2027, 7, 9),
        False,
    )
    assert (content.meetings, content.program_title, content.holder_name) == (12, TITLE, "Amal Haddad")


def test_a_closing_event_after_the_program_makes_nobodys_participation_longer() -> None:
    content = some_content(handed_out_at=datetime(2027, 8, 20, 14, 0, tzinfo=UTC))
    assert (content.ends, content.ended_early) == (date(2027, 7, 18), False)


@pytest.mark.parametrize(
    ("sealed_at", "ends", "to_the_end"),
    [
        (JULY, date(2027, 7, 5), False),
        (datetime(2027, 7, 18, 9, 0, tzinfo=UTC), date(2027, 7, 18), True),
        (datetime(2027, 8, 1, 9, 0, tzinfo=UTC), date(2027, 7, 18), True),
    ],
)
def test_where_no_closing_event_is_planned_nothing_is_said_of_the_weeks_ahead(
    sealed_at: datetime, ends: date, *, to_the_end: bool
) -> None:
    content = some_content(handed_out_at=None, sealed_at=sealed_at)
    assert (content.ends, content.ended_early) == (ends, not to_the_end)


def test_a_certificate_is_dated_on_the_day_that_it_is_handed_out() -> None:
    before, after = date(2027, 7, 5), date(2027, 7, 20)
    content = some_content()
    assert (content.issued_on(before), content.issued_on(after)) == (date(2027, 7, 9), after)
    assert some_content(handed_out_at=None).issued_on(before) == before


def test_the_day_is_local_where_the_program_is() -> None:
    late = datetime(2027, 7, 8, 21, 30, tzinfo=UTC)
    assert some_content(handed_out_at=late).handed_out_on == date(2027, 7, 9)


@pytest.mark.parametrize(
    ("role", "door", "preparation"),
    [
        (Role.MENTOR, Door.TRAINING, "training"),
        (Role.MENTOR, Door.SELF_STUDY, "self-study"),
        (Role.MENTOR, Door.WAIVED, "self-study"),
        (Role.MENTOR, None, "training"),
        (Role.MENTEE, Door.SELF_STUDY, ""),
        (Role.MENTEE, None, ""),
    ],
)
def test_a_mentors_preparation_is_told_by_the_door(role: Role, door: Door | None, preparation: str) -> None:
    assert some_content(role=role, door=door, gatherings=(TRAINING,)).preparation == preparation


def test_a_mentor_of_whom_no_preparation_is_on_record_has_none_told() -> None:
    assert some_content(role=Role.MENTOR).preparation == ""


@pytest.mark.parametrize("outcome", ["ended-early", "without-pair"])
def test_whoever_did_not_has_the_days_that_are_on_record(outcome: str) -> None:
    content = some_content(outcome=outcome, role=Role.MENTOR, gatherings=(CIRCLE, TRAINING))
    assert (content.starts, content.ends, content.ended_early) == (date(2027, 1, 9), date(2027, 4, 14), True)


def test_without_any_gathering_the_period_ends_when_it_was_sealed_or_with_the_program() -> None:
    assert some_content(outcome="ended-early", gatherings=()).ends == JULY.date()
    late = datetime(2027, 8, 1, tzinfo=UTC)
    assert some_content(outcome="ended-early", gatherings=(), sealed_at=late).ends == date(2027, 7, 18)


def test_a_period_never_ends_before_it_starts() -> None:
    early = datetime(2027, 1, 1, tzinfo=UTC)
    content = some_content(outcome="ended-early", gatherings=(), sealed_at=early)
    assert content.starts == content.ends == date(2027, 1, 18)


def test_hours_are_those_of_trainings_and_gatherings_are_in_order_of_time() -> None:
    content = some_content(gatherings=(CIRCLE, a_gathering(), TRAINING))
    assert content.training_hours == 4
    assert [gathering.day for gathering in content.gatherings] == [
        date(2027, 1, 9),
        date(2027, 3, 10),
        date(2027, 4, 14),
    ]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2027, 3, 27, 22, 30, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 21, 30, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2027, 10, 30, 21, 30, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 21, 30, tzinfo=UTC), date(2027, 10, 31)),
    ],
)
def test_days_are_local_on_both_sides_of_a_clock_change(moment: datetime, day: date) -> None:
    [gathering] = some_content(gatherings=(a_gathering(at=moment),)).gatherings
    assert gathering.day == day


@pytest.mark.parametrize(
    ("holder", "program", "written"),
    [
        ("fi", ("fi", "sv"), ("fi",)),
        ("sv", ("fi", "sv"), ("sv", "fi")),
        ("fi-simple", ("sv",), ("fi", "sv")),
        ("ar", ("fi",), ("en", "fi")),
        ("en", ("xx",), ("en",)),
        ("en", (), ("en",)),
    ],
)
def test_a_certificate_is_in_its_holders_language_and_the_programs_first(
    holder: str, program: tuple[str, ...], written: tuple[str, ...]
) -> None:
    content = stated(a_seal(), a_program(languages=program), Holder("Amal", holder), ISSUER)
    assert content.languages == written


@pytest.mark.parametrize(
    ("facts", "took"),
    [({}, True), ({"gatherings": ()}, True), ({"meetings_held": 0}, True)],
)
def test_one_recorded_fact_is_participation(facts: dict[str, Any], *, took: bool) -> None:
    assert took_part(a_seal(**facts)) is took
    assert not took_part(nothing_sealed())


def test_a_new_name_changes_the_name_and_nothing_else() -> None:
    content = some_content()
    renamed = content.naming("Amal Virtanen")
    assert renamed == stated(a_seal(), a_program(), Holder("Amal Virtanen", AMAL.language), ISSUER)
    assert content.holder_name == "Amal Haddad"
