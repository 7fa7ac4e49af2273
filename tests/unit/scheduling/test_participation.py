"""Participation: facts in any order, seals that say all of them, and seals anew when they change."""

from datetime import UTC, datetime

from matka_contracts.event import Event
from matka_contracts.scheduling import ParticipationSealed
from matka_contracts.terms import Door, GatheringKind, Role
from matka_scheduling.domain.participation import PairState, Participation, state_at_the_end
from tests.support.mothers_scheduling import JANUARY, a_participation, a_program, an_attendance

JUNE = datetime(2027, 6, 30, 12, tzinfo=UTC)


def attends(participation: Participation, *, sequence: int = 1, attended: bool = True) -> None:
    participation.note_attendance(an_attendance(sequence=sequence, attended=attended))


def seals(*events: Event) -> list[tuple[int, int, int, str]]:
    """Number, gatherings, meetings and outcome of each seal."""
    return [
        (each.seal, len(each.gatherings), each.meetings_held, each.outcome)
        for each in events
        if isinstance(each, ParticipationSealed)
    ]


def test_a_seal_says_everything_in_order_of_time() -> None:
    participation = a_participation()
    later = an_attendance("later", held_at=datetime(2027, 5, 1, tzinfo=UTC))
    participation.note_attendance(later)
    attends(participation)
    participation.note_meeting("meeting", 2)
    (seal,) = participation.put_seal(None, JUNE)
    assert isinstance(seal, ParticipationSealed)
    assert [fact.gathering_id for fact in seal.gatherings] == ["gathering", "later"]
    assert (seal.seal, seal.meetings_held, seal.outcome, seal.sealed_at) == (1, 1, "without-pair", JUNE)


def test_whoever_took_part_in_nothing_is_not_sealed() -> None:
    participation = a_participation()
    attends(participation, attended=False)
    participation.note_pair("pair", PairState(sequence=3, state="active"))
    assert participation.put_seal(None, JUNE) == ()


def test_the_same_facts_are_sealed_once() -> None:
    participation = a_participation()
    attends(participation)
    assert seals(*participation.put_seal(None, JANUARY), *participation.put_seal(None, JUNE)) == [
        (1, 1, 0, "without-pair")
    ]


def test_a_fact_that_changes_after_the_seal_seals_anew() -> None:
    participation = a_participation()
    attends(participation)
    participation.put_seal(None, JUNE)
    participation.note_meeting("meeting", 2)
    assert seals(*participation.put_seal(None, JUNE)) == [(2, 1, 1, "without-pair")]


def test_a_correction_that_takes_the_last_participation_away_is_sealed_too() -> None:
    participation = a_participation()
    attends(participation)
    participation.put_seal(JUNE, JUNE)
    attends(participation, sequence=2, attended=False)
    (seal,) = participation.put_seal(JUNE, JUNE)
    assert isinstance(seal, ParticipationSealed)
    assert (*seals(seal), seal.handed_out_at) == ((2, 0, 0, "without-pair"), None)


def test_what_came_late_or_twice_changes_nothing() -> None:
    participation = a_participation()
    attends(participation, sequence=2, attended=False)
    attends(participation, sequence=1, attended=True)
    assert not participation.took_part
    participation.note_meeting("meeting", 2)
    participation.put_seal(None, JUNE)
    participation.note_meeting("meeting", 2)
    assert participation.put_seal(None, JUNE) == ()
    participation.note_pair("pair", PairState(sequence=3, state="ended-early"))
    participation.note_pair("pair", PairState(sequence=1, state="active"))
    assert participation.outcome == "ended-early"


def test_a_seal_says_by_which_door_a_mentor_came_and_when_certificates_are_handed_out() -> None:
    participation = a_participation(role=Role.MENTOR)
    attends(participation)
    participation.note_door(Door.SELF_STUDY, 1)
    (seal,) = participation.put_seal(JUNE, JANUARY)
    assert isinstance(seal, ParticipationSealed)
    assert (seal.door, seal.handed_out_at) == (Door.SELF_STUDY, JUNE)
    (earlier,) = participation.put_seal(JANUARY, JANUARY)
    assert isinstance(earlier, ParticipationSealed)
    assert (earlier.seal, earlier.handed_out_at) == (2, JANUARY)


def test_a_training_that_a_correction_takes_away_is_no_door_any_more() -> None:
    participation = a_participation(role=Role.MENTOR)
    participation.note_meeting("meeting", 2)
    participation.note_attendance(an_attendance(kind=GatheringKind.MENTOR_TRAINING))
    participation.note_door(Door.TRAINING, 1)
    (before,) = participation.put_seal(None, JUNE)
    participation.note_attendance(
        an_attendance(kind=GatheringKind.MENTOR_TRAINING, sequence=2, attended=False)
    )
    (after,) = participation.put_seal(None, JUNE)
    assert isinstance(before, ParticipationSealed)
    assert isinstance(after, ParticipationSealed)
    assert (before.door, after.door) == (Door.TRAINING, None)


def test_one_pair_that_went_to_the_end_is_enough_for_having_completed() -> None:
    participation = a_participation()
    participation.note_pair("first", PairState(sequence=3, state="ended-early"))
    participation.note_pair("second", PairState(sequence=1, state="active"))
    assert participation.outcome == "completed"


def test_that_a_pair_ends_with_its_program_changes_no_seal() -> None:
    participation = a_participation()
    attends(participation)
    participation.note_pair("pair", PairState(sequence=1, state="active"))
    participation.put_seal(None, JUNE)
    participation.note_pair("pair", PairState(sequence=2, state="completed"))
    assert participation.put_seal(None, JUNE) == ()


def test_a_pair_goes_to_the_end_when_it_ends_with_its_program_or_on_its_last_day() -> None:
    program = a_program()
    assert state_at_the_end(program, "program-closed", JUNE) == "completed"
    assert state_at_the_end(program, "moved-away", JUNE) == "ended-early"
    last_evening = datetime(2027, 7, 17, 21, 30, tzinfo=UTC)
    assert state_at_the_end(program, "goals-reached", last_evening) == "completed"


def test_coming_to_the_closing_event_is_a_participation_that_changes_no_certificate() -> None:
    participation = a_participation()
    attends(participation)
    (seal,) = participation.put_seal(None, JANUARY)
    closing = an_attendance("closing", kind=GatheringKind.CLOSING)
    participation.note_attendance(closing)
    assert participation.put_seal(None, JUNE) == ()
    assert isinstance(seal, ParticipationSealed)
    assert [fact.gathering_id for fact in seal.gatherings] == ["gathering"]


def test_the_door_that_was_told_last_counts_whatever_the_order() -> None:
    participation = a_participation(role=Role.MENTOR)
    participation.note_door(Door.SELF_STUDY, 2)
    participation.note_door(Door.TRAINING, 1)
    assert participation.door is Door.SELF_STUDY
