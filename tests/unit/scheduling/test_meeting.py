"""Meetings and their reminders: events or broken rule."""

from datetime import UTC, datetime, timedelta

import pytest

from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingHeld,
    MeetingLogDue,
    MeetingMissed,
    MeetingMoved,
    MeetingPlanned,
    MeetingReminderDue,
)
from matka_contracts.terms import MeetingForm
from matka_kit.aggregate import Timer
from matka_kit.errors import NotFound
from matka_scheduling.domain.known import BeforeThePairFormed, PairHasEnded
from matka_scheduling.domain.local_time import LocalTime
from matka_scheduling.domain.meeting import (
    LinkExpired,
    Meeting,
    MeetingAlreadyHeld,
    MeetingNotBegun,
    MeetingWasCancelled,
    MeetingWasMissed,
)
from matka_scheduling.domain.plan import MeetingInThePast, MeetingTooFarAhead, PairAlreadyMeetsThen
from tests.support.mothers_scheduling import JANUARY, a_meeting, a_pair, a_plan, local

PLANNED = local(2027, 2, 10, 17, 30)
BEGINS = PLANNED.instant()


def due(meeting: Meeting) -> list[datetime]:
    """When its reminder is due, if it has one."""
    return [timer.due for timer in meeting.timers() if timer.kind == "reminder"]


def asked_after(meeting: Meeting) -> list[datetime]:
    """When both are asked whether it took place."""
    return [timer.due for timer in meeting.timers() if timer.kind == "log"]


def test_a_planned_meeting_tells_its_whole_row() -> None:
    assert a_meeting().set_up("maija", JANUARY) == (
        MeetingPlanned(
            meeting_id="meeting",
            pair_id="pair",
            program_id="spring",
            mentor_id="maija",
            mentee_id="amal",
            starts_at=BEGINS,
            timezone="Europe/Helsinki",
            minutes=60,
            form=MeetingForm.IN_PERSON,
            place="Kahvila",
            by="maija",
        ),
    )


def test_nobody_plans_for_the_past_or_for_years_ahead() -> None:
    with pytest.raises(MeetingInThePast):
        a_meeting().set_up("maija", BEGINS)
    with pytest.raises(MeetingTooFarAhead):
        a_meeting(local(2028, 2, 10, 17)).set_up("maija", JANUARY)


def test_a_pair_is_not_at_two_meetings_at_once() -> None:
    plan = a_plan()
    with pytest.raises(PairAlreadyMeetsThen):
        plan.require_free([a_plan(local(2027, 2, 10, 18, 29))])
    plan.require_free([a_plan(local(2027, 2, 10, 18, 30)), a_plan(local(2027, 2, 10, 16, 30))])


def test_a_moved_meeting_counts_its_revisions() -> None:
    meeting = a_meeting()
    (event,) = meeting.move(a_plan(local(2027, 2, 11, 17, 30)), "amal", JANUARY)
    assert isinstance(event, MeetingMoved)
    assert (event.revision, event.starts_at, event.by) == (1, BEGINS + timedelta(days=1), "amal")
    assert meeting.move(a_plan(local(2027, 2, 11, 17, 30)), "maija", JANUARY) == ()


def test_a_meeting_is_not_moved_into_the_past() -> None:
    with pytest.raises(MeetingInThePast):
        a_meeting().move(a_plan(local(2027, 1, 3, 12)), "amal", JANUARY)


def test_a_cancelled_meeting_stays_cancelled() -> None:
    meeting = a_meeting()
    (event,) = meeting.cancel("amal")
    assert isinstance(event, MeetingCancelled)
    assert event.by == "amal"
    assert meeting.cancel("maija") == ()
    with pytest.raises(MeetingWasCancelled):
        meeting.move(a_plan(), "maija", JANUARY)
    with pytest.raises(MeetingWasCancelled):
        meeting.hold(a_pair(), "maija", None, None, BEGINS)
    with pytest.raises(MeetingWasCancelled):
        meeting.miss("maija", BEGINS)


def test_only_a_planned_meeting_is_called_off() -> None:
    (event,) = a_meeting(by="maija").call_off()
    assert isinstance(event, MeetingCancelled)
    assert event.by == ""
    assert a_meeting(status="held").call_off() == a_meeting(status="missed").call_off() == ()


def test_either_side_logs_a_meeting_and_the_first_one_decides() -> None:
    meeting = a_meeting()
    (event,) = meeting.hold(a_pair(), "amal", MeetingForm.PHONE, None, BEGINS)
    assert isinstance(event, MeetingHeld)
    assert (event.logged_by, event.form, event.starts_at) == ("amal", MeetingForm.PHONE, BEGINS)
    assert meeting.hold(a_pair(), "maija", MeetingForm.VIDEO, None, BEGINS) == ()
    with pytest.raises(MeetingAlreadyHeld):
        meeting.cancel("maija")
    with pytest.raises(MeetingAlreadyHeld):
        meeting.move(a_plan(), "maija", JANUARY)


def test_a_meeting_that_took_place_earlier_than_planned_is_logged_with_its_own_time() -> None:
    meeting, earlier = a_meeting(), local(2027, 2, 8, 12)
    with pytest.raises(MeetingNotBegun):
        meeting.hold(a_pair(), "maija", None, None, earlier.instant())
    (event,) = meeting.hold(a_pair(), "maija", None, earlier, earlier.instant())
    assert isinstance(event, MeetingHeld)
    assert event.starts_at == earlier.instant()


def test_only_what_a_pair_did_as_a_pair_is_logged() -> None:
    ended = a_pair(status="ended", ended_at=BEGINS - timedelta(hours=1))
    with pytest.raises(PairHasEnded):
        a_meeting().hold(ended, "maija", None, None, BEGINS)
    with pytest.raises(BeforeThePairFormed):
        a_meeting().hold(a_pair(), "maija", None, local(2026, 2, 10, 17), BEGINS)
    assert a_meeting().hold(a_pair(formed_at=None), "maija", None, local(2026, 2, 10, 17), BEGINS)


def test_an_ended_pair_plans_nothing() -> None:
    with pytest.raises(PairHasEnded):
        a_pair(status="ended").require_active()
    a_pair().require_active()


def test_a_meeting_is_reminded_of_at_nine_on_the_day_before() -> None:
    assert due(a_meeting()) == [datetime(2027, 2, 9, 7, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("meeting", "nine_the_day_before"),
    [
        (local(2027, 3, 28, 12), datetime(2027, 3, 27, 7, tzinfo=UTC)),
        (local(2027, 3, 29, 12), datetime(2027, 3, 28, 6, tzinfo=UTC)),
        (local(2027, 10, 31, 12), datetime(2027, 10, 30, 6, tzinfo=UTC)),
        (local(2027, 11, 1, 12), datetime(2027, 10, 31, 7, tzinfo=UTC)),
        (local(2028, 3, 1, 12), datetime(2028, 2, 29, 7, tzinfo=UTC)),
    ],
)
def test_nine_is_local_whatever_the_clocks_do(meeting: LocalTime, nine_the_day_before: datetime) -> None:
    assert due(a_meeting(meeting)) == [nine_the_day_before]


def test_a_meeting_planned_after_nine_on_the_day_before_is_reminded_of_at_once() -> None:
    late = datetime(2027, 2, 9, 7, tzinfo=UTC)
    assert due(a_meeting(planned_at=late)) == [late]
    assert due(a_meeting(planned_at=BEGINS - timedelta(hours=3))) == [BEGINS - timedelta(hours=3)]


def test_a_meeting_planned_within_three_hours_is_not_reminded_of() -> None:
    assert due(a_meeting(planned_at=BEGINS - timedelta(hours=2, minutes=59))) == []


def test_a_reminder_goes_out_once() -> None:
    meeting = a_meeting()
    timer = next(each for each in meeting.timers() if each.kind == "reminder")
    (event,) = meeting.fire(timer, timer.due)
    assert isinstance(event, MeetingReminderDue)
    assert due(meeting) == []


def test_a_reminder_that_comes_after_the_beginning_is_left_out() -> None:
    assert a_meeting().fire(Timer("reminder", JANUARY, "reminder"), BEGINS) == ()


def test_a_moved_meeting_is_reminded_of_for_its_new_time_only() -> None:
    meeting = a_meeting(reminded=True)
    now = datetime(2027, 2, 9, 12, tzinfo=UTC)
    meeting.move(a_plan(local(2027, 2, 15, 10)), "amal", now)
    assert due(meeting) == [datetime(2027, 2, 14, 7, tzinfo=UTC)]


def test_another_place_alone_reminds_nobody_again() -> None:
    meeting = a_meeting(reminded=True)
    assert meeting.move(a_plan(place="Kirjasto"), "amal", JANUARY)
    assert due(meeting) == []


def test_what_is_cancelled_or_held_is_not_reminded_of() -> None:
    cancelled, held = a_meeting(), a_meeting()
    cancelled.cancel("amal")
    held.hold(a_pair(), "maija", None, local(2027, 2, 8, 12), BEGINS)
    missed = a_meeting()
    missed.miss("amal", BEGINS)
    assert [*cancelled.timers(), *held.timers(), *missed.timers()] == []


def test_either_side_says_that_a_meeting_did_not_take_place() -> None:
    meeting = a_meeting()
    with pytest.raises(MeetingNotBegun):
        meeting.miss("amal", BEGINS - timedelta(minutes=1))
    (event,) = meeting.miss("amal", BEGINS)
    assert isinstance(event, MeetingMissed)
    assert (event.logged_by, event.starts_at, meeting.status) == ("amal", BEGINS, "missed")
    assert meeting.miss("maija", BEGINS) == ()


def test_a_missed_meeting_is_neither_moved_nor_cancelled() -> None:
    meeting = a_meeting(status="missed")
    with pytest.raises(MeetingWasMissed):
        meeting.move(a_plan(local(2027, 2, 11, 17)), "maija", JANUARY)
    with pytest.raises(MeetingWasMissed):
        meeting.cancel("maija")


def test_that_it_was_missed_is_corrected_and_that_it_was_held_is_not() -> None:
    meeting = a_meeting()
    meeting.miss("amal", BEGINS)
    (event,) = meeting.hold(a_pair(), "maija", None, None, BEGINS)
    assert isinstance(event, MeetingHeld)
    assert (event.logged_by, meeting.status) == ("maija", "held")
    with pytest.raises(MeetingAlreadyHeld):
        meeting.miss("amal", BEGINS)


def test_both_are_asked_once_when_a_meeting_is_over_by_the_clock() -> None:
    meeting, over = a_meeting(), BEGINS + timedelta(minutes=60)
    assert asked_after(meeting) == [over]
    (event,) = meeting.fire(Timer("log", over, "log"), over)
    assert isinstance(event, MeetingLogDue)
    assert (event.meeting_id, event.minutes) == ("meeting", 60)
    assert asked_after(meeting) == []


def test_a_moved_meeting_is_asked_after_at_its_new_end() -> None:
    meeting = a_meeting(asked=True)
    meeting.move(a_plan(local(2027, 2, 15, 10), minutes=45), "maija", BEGINS)
    assert asked_after(meeting) == [local(2027, 2, 15, 10, 45).instant()]


def test_a_meeting_in_the_night_when_the_clocks_change_is_over_when_its_minutes_are() -> None:
    meeting = a_meeting(local(2027, 3, 28, 2, 30))
    assert asked_after(meeting) == [datetime(2027, 3, 28, 1, 30, tzinfo=UTC)]


def test_a_link_to_log_by_is_good_for_thirty_days() -> None:
    meeting = a_meeting()
    meeting.require_link_good(BEGINS + timedelta(days=30))
    with pytest.raises(LinkExpired) as broken:
        meeting.require_link_good(BEGINS + timedelta(days=30, seconds=1))
    assert broken.value.params == {"days": 30}


def test_each_of_the_two_is_the_others_other() -> None:
    assert (a_meeting().other_than("maija"), a_meeting().other_than("amal")) == ("amal", "maija")
    with pytest.raises(NotFound):
        a_meeting().other_than("yusuf")
