"""Participation: facts in any order, seals that say all of them, and seals anew when they change."""

from datetime import UTC, datetime

from matka_contracts.event import Event
from matka_contracts.scheduling import ParticipationSealed
from matka_contracts.terms import GatheringKind
from matka_scheduling.domain.participation import PairState, Participation, state_at_the_end
from tests.support.mothers_scheduling import JANUARY, a_participation, a_program, an_attendance

JUNE = datetime(2027, 6, 30, 12, tzinfo=UTC)


def attends(participation: Participation, *, sequence: int = 1, attended: bool = True) -> list[Event]:
    fact = an_attendance(sequence=sequence, attended=attended)
    return [*participation.note_attendance(fact, JUNE, sealed=False)]


def seals(*events: Event) -> list[tuple[int, int, int, str]]:
    """Number, gatherings, meetings and outcome of each seal."""
    return [
        (each.seal, len(each.gatherings), each.meetings_held, each.outcome)
        for each in events
        if isinstance(each, ParticipationSealed)
    ]


def test_facts_alone_seal_nothing() -> None:
    participation = a_participation()
    assert attends(participation) == []
    assert participation.note_meeting("meeting", 2, JUNE, sealed=False) == ()
    assert participation.note_pair("pair", PairState(sequence=1, state="active"), JUNE, sealed=False) == ()


def test_a_seal_says_everything_in_order_of_time() -> None:
    participation = a_participation()
    later = an_attendance("later", held_at=datetime(2027, 5, 1, tzinfo=UTC))
    participation.note_attendance(later, JUNE, sealed=False)
    attends(participation)
    participation.note_meeting("meeting", 2, JUNE, sealed=False)
    (seal,) = participation.put_seal(JUNE)
    assert isinstance(seal, ParticipationSealed)
    assert [fact.gathering_id for fact in seal.gatherings] == ["gathering", "later"]
    assert (seal.seal, seal.meetings_held, seal.outcome, seal.sealed_at) == (1, 1, "without-pair", JUNE)


def test_whoever_took_part_in_nothing_is_not_sealed() -> None:
    participation = a_participation()
    attends(participation, attended=False)
    participation.note_pair("pair", PairState(sequence=3, state="active"), JUNE, sealed=True)
    assert participation.put_seal(JUNE) == ()


def test_the_same_facts_are_sealed_once() -> None:
    participation = a_participation()
    attends(participation)
    assert seals(*participation.put_seal(JANUARY), *participation.put_seal(JUNE)) == [
        (1, 1, 0, "without-pair")
    ]


def test_a_fact_that_changes_after_the_seal_seals_anew() -> None:
    participation = a_participation()
    attends(participation)
    participation.put_seal(JUNE)
    events = participation.note_meeting("meeting", 2, JUNE, sealed=False)
    assert seals(*events) == [(2, 1, 1, "without-pair")]


def test_the_programs_mark_seals_somebody_whose_first_fact_comes_after_it() -> None:
    events = a_participation().note_meeting("meeting", 2, JUNE, sealed=True)
    assert seals(*events) == [(1, 0, 1, "without-pair")]


def test_a_correction_that_takes_the_last_participation_away_is_sealed_too() -> None:
    participation = a_participation()
    attends(participation)
    participation.put_seal(JUNE)
    assert seals(*attends(participation, sequence=2, attended=False)) == [(2, 0, 0, "without-pair")]


def test_what_came_late_or_twice_changes_nothing() -> None:
    participation = a_participation()
    attends(participation, sequence=2, attended=False)
    attends(participation, sequence=1, attended=True)
    assert not participation.took_part
    participation.note_meeting("meeting", 2, JUNE, sealed=False)
    participation.put_seal(JUNE)
    assert participation.note_meeting("meeting", 2, JUNE, sealed=True) == ()
    participation.note_pair("pair", PairState(sequence=3, state="ended-early"), JUNE, sealed=True)
    assert participation.note_pair("pair", PairState(sequence=1, state="active"), JUNE, sealed=True) == ()
    assert participation.outcome == "ended-early"


def test_one_pair_that_went_to_the_end_is_enough_for_having_completed() -> None:
    participation = a_participation()
    participation.note_pair("first", PairState(sequence=3, state="ended-early"), JUNE, sealed=False)
    participation.note_pair("second", PairState(sequence=1, state="active"), JUNE, sealed=False)
    assert participation.outcome == "completed"


def test_that_a_pair_ends_with_its_program_changes_no_seal() -> None:
    participation = a_participation()
    attends(participation)
    participation.note_pair("pair", PairState(sequence=1, state="active"), JUNE, sealed=False)
    participation.put_seal(JUNE)
    end = PairState(sequence=2, state="completed")
    assert participation.note_pair("pair", end, JUNE, sealed=True) == ()


def test_a_pair_goes_to_the_end_when_it_ends_with_its_program_or_on_its_last_day() -> None:
    program = a_program()
    assert state_at_the_end(program, "program-closed", JUNE) == "completed"
    assert state_at_the_end(program, "moved-away", JUNE) == "ended-early"
    last_evening = datetime(2027, 7, 17, 21, 30, tzinfo=UTC)
    assert state_at_the_end(program, "goals-reached", last_evening) == "completed"


def test_coming_to_the_closing_event_is_a_participation_that_changes_no_certificate() -> None:
    participation = a_participation()
    attends(participation)
    (seal,) = participation.put_seal(JANUARY)
    closing = an_attendance("closing", kind=GatheringKind.CLOSING)
    assert participation.note_attendance(closing, JUNE, sealed=True) == ()
    assert isinstance(seal, ParticipationSealed)
    assert [fact.gathering_id for fact in seal.gatherings] == ["gathering"]
