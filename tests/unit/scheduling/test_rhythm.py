"""A pair's rhythm: late by its own agreement, step by step, and never twice about one silence."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from matka_contracts.scheduling import RhythmSlipped
from matka_contracts.terms import Pace
from matka_scheduling.domain.rhythm import MeetingInRhythm, PairInRhythm, Rhythm
from tests.support.mothers_scheduling import a_meeting_in_rhythm, a_pair_in_rhythm, a_rhythm, local

BEGAN = local(2027, 1, 18, 0).instant()
MET = local(2027, 2, 1, 17).instant()
LATE = local(2027, 2, 24, 10).instant()
"""Ten in the morning after 22 and a half days: one and a half gaps of a pair that meets twice a month."""


def tells(rhythm: Rhythm, id: str, status: str, at: datetime, now: datetime, sequence: int = 1) -> None:
    fact = a_meeting_in_rhythm(status=status, starts_at=at, sequence=sequence)
    assert rhythm.note_meeting(id, fact, now) == ()


def agrees(rhythm: Rhythm, now: datetime = BEGAN, **otherwise: Any) -> None:
    assert rhythm.note_pair(a_pair_in_rhythm(**otherwise), now) == ()


def due(rhythm: Rhythm) -> list[tuple[str, datetime]]:
    return [(timer.kind, timer.due) for timer in rhythm.timers()]


def fires(rhythm: Rhythm) -> RhythmSlipped:
    (timer,) = rhythm.timers()
    (event,) = rhythm.fire(timer, timer.due)
    assert isinstance(event, RhythmSlipped)
    assert timer not in rhythm.timers()
    return event


def a_pair_that_met() -> Rhythm:
    rhythm = a_rhythm()
    agrees(rhythm)
    tells(rhythm, "first", "held", MET, MET)
    return rhythm


def test_a_quiet_pair_is_asked_together_then_each_alone_then_staff_hear_of_it() -> None:
    rhythm = a_pair_that_met()
    steps = [fires(rhythm) for _ in range(3)]
    assert [(each.step, each.quiet_since) for each in steps] == [
        ("pair", MET),
        ("each", MET),
        ("staff", MET),
    ]
    assert rhythm.taken_at == LATE + timedelta(days=14)
    assert due(rhythm) == []


def test_a_step_tells_whose_it_is() -> None:
    assert fires(a_pair_that_met()) == RhythmSlipped(
        pair_id="pair",
        program_id="spring",
        mentor_id="maija",
        mentee_id="amal",
        pace=Pace(),
        step="pair",
        quiet_since=MET,
    )


def test_the_signal_says_how_far_it_has_come() -> None:
    rhythm = a_pair_that_met()
    signals = [rhythm.signal]
    for _ in range(3):
        fires(rhythm)
        signals.append(rhythm.signal)
    assert signals == ["green", "amber", "amber", "red"]


@pytest.mark.parametrize(("least", "day"), [(1, (3, 19)), (2, (2, 24)), (3, (2, 17))])
def test_lateness_is_measured_by_the_pairs_own_pace(least: int, day: tuple[int, int]) -> None:
    rhythm = a_rhythm()
    agrees(rhythm, pace=Pace(least=least, most=3))
    tells(rhythm, "first", "held", MET, MET)
    assert due(rhythm) == [("pair", local(2027, *day, 10).instant())]


def test_a_pair_that_never_met_is_late_by_when_it_began() -> None:
    rhythm = a_rhythm()
    agrees(rhythm)
    assert due(rhythm) == [("pair", local(2027, 2, 10, 10).instant())]
    signed = local(2027, 1, 25, 18).instant()
    agrees(rhythm, signed, sequence=4, since=signed)
    assert due(rhythm) == [("pair", local(2027, 2, 17, 10).instant())]
    assert fires(rhythm).quiet_since == signed


def test_ten_is_local_on_both_sides_of_a_change_of_clocks() -> None:
    rhythm = a_rhythm()
    agrees(rhythm)
    tells(rhythm, "first", "held", local(2027, 3, 4, 17).instant(), MET)
    fires(rhythm)
    assert rhythm.taken_at == datetime(2027, 3, 27, 8, tzinfo=UTC)
    assert due(rhythm) == [("each", datetime(2027, 4, 3, 7, tzinfo=UTC))]


def test_a_step_that_came_late_in_the_day_is_followed_at_ten() -> None:
    rhythm = a_pair_that_met()
    (timer,) = rhythm.timers()
    rhythm.fire(timer, LATE + timedelta(hours=6))
    assert due(rhythm) == [("each", LATE + timedelta(days=7))]


def test_each_meeting_held_moves_the_step_ahead() -> None:
    rhythm = a_pair_that_met()
    tells(rhythm, "second", "held", MET + timedelta(days=10), MET + timedelta(days=10))
    assert due(rhythm) == [("pair", LATE + timedelta(days=10))]


def test_a_meeting_held_after_a_step_ends_the_silence() -> None:
    rhythm = a_pair_that_met()
    fires(rhythm)
    tells(rhythm, "second", "held", LATE + timedelta(days=1), LATE + timedelta(days=1))
    assert (rhythm.step, rhythm.signal) == ("", "green")
    assert fires(rhythm).step == "pair"


def test_a_meeting_before_the_step_that_is_logged_after_it_ends_the_silence_too() -> None:
    rhythm = a_pair_that_met()
    fires(rhythm)
    tells(rhythm, "second", "held", LATE - timedelta(days=3), LATE + timedelta(days=1))
    assert rhythm.step == ""
    assert due(rhythm) == [("pair", local(2027, 3, 16, 10).instant())]


def test_a_meeting_planned_ahead_ends_the_silence_and_cancelling_it_takes_that_back() -> None:
    rhythm = a_pair_that_met()
    fires(rhythm)
    ahead, evening = LATE + timedelta(days=20), LATE + timedelta(days=9, hours=9)
    tells(rhythm, "second", "planned", ahead, LATE)
    assert rhythm.signal == "green"
    assert due(rhythm)[0][1] > ahead
    tells(rhythm, "second", "cancelled", ahead, evening, sequence=2)
    assert rhythm.step == "pair"
    assert due(rhythm) == [("each", LATE + timedelta(days=10))]


def test_a_planned_meeting_that_nobody_has_logged_is_no_silence_until_it_is_said_to_be_missed() -> None:
    rhythm = a_pair_that_met()
    planned = LATE + timedelta(days=2)
    tells(rhythm, "second", "planned", planned, MET)
    assert due(rhythm) == [("pair", local(2027, 3, 21, 10).instant())]
    tells(rhythm, "second", "missed", planned, planned + timedelta(hours=2), sequence=2)
    assert due(rhythm) == [("pair", LATE + timedelta(days=3))]
    assert fires(rhythm).quiet_since == MET


def test_logging_late_what_a_step_was_about_does_not_ask_again() -> None:
    rhythm = a_pair_that_met()
    planned = MET + timedelta(days=10)
    tells(rhythm, "second", "planned", planned, MET)
    fires(rhythm)
    tells(rhythm, "second", "held", planned, LATE + timedelta(days=11), sequence=2)
    assert due(rhythm) == [("each", LATE + timedelta(days=17))]


def test_a_slower_pace_takes_the_step_back() -> None:
    rhythm = a_pair_that_met()
    fires(rhythm)
    agrees(rhythm, LATE, sequence=4, pace=Pace(least=1, most=2))
    assert due(rhythm) == [("pair", local(2027, 3, 19, 10).instant())]


def test_what_came_late_or_twice_changes_nothing() -> None:
    rhythm = a_pair_that_met()
    tells(rhythm, "second", "cancelled", LATE, MET, sequence=3)
    agrees(rhythm, sequence=4, pace=Pace(least=1, most=2))
    before = rhythm.model_copy(deep=True)
    tells(rhythm, "second", "planned", LATE, LATE, sequence=1)
    tells(rhythm, "second", "cancelled", LATE, LATE, sequence=3)
    agrees(rhythm, LATE)
    assert rhythm == before


def test_in_whatever_order_things_are_told_the_same_is_known() -> None:
    signed = BEGAN + timedelta(days=3)
    facts: list[PairInRhythm | MeetingInRhythm] = [
        a_pair_in_rhythm(),
        a_pair_in_rhythm(sequence=4, pace=Pace(least=1, most=2), since=signed),
        a_meeting_in_rhythm(),
        a_meeting_in_rhythm(sequence=2, starts_at=LATE),
        a_meeting_in_rhythm(sequence=3, starts_at=LATE, status="held"),
    ]
    known = set()
    for order in permutations(facts):
        rhythm = a_rhythm()
        for fact in order:
            if isinstance(fact, PairInRhythm):
                rhythm.note_pair(fact, LATE)
            else:
                rhythm.note_meeting("first", fact, LATE)
        known.add((rhythm.model_dump_json(), *due(rhythm)))
    assert len(known) == 1


def test_nothing_is_due_before_pairing_has_told_of_the_pair() -> None:
    rhythm = a_rhythm()
    tells(rhythm, "first", "held", MET, MET)
    assert due(rhythm) == []


def test_nobody_waits_for_a_pair_that_has_ended_whatever_arrives_after_its_end() -> None:
    rhythm = a_pair_that_met()
    fires(rhythm)
    agrees(rhythm, LATE, sequence=5, since=None, ended=True)
    agrees(rhythm, LATE, sequence=6)
    assert (due(rhythm), rhythm.step, rhythm.signal) == ([], "", "green")


def test_nobody_waits_for_a_pair_whose_participation_is_sealed() -> None:
    rhythm = a_pair_that_met()
    assert rhythm.rest() == ()
    tells(rhythm, "second", "cancelled", LATE, LATE)
    assert (due(rhythm), rhythm.signal) == ([], "green")
