"""Gatherings and the places at them: events or broken rule."""

from datetime import timedelta

import pytest

from matka_contracts.scheduling import (
    AttendanceRecorded,
    GatheringHeld,
    GatheringScheduled,
    ParticipantInvited,
    SignUpConfirmed,
    SignUpWithdrawn,
)
from matka_contracts.terms import Role
from matka_scheduling.domain.gathering import (
    AttendanceTooEarly,
    GatheringNotBegun,
    GatheringOutsideProgram,
)
from matka_scheduling.domain.known import ProgramHasClosed
from matka_scheduling.domain.place import (
    ByInvitationOnly,
    ForMentorsOnly,
    GatheringFull,
    SignUpClosed,
    place_id,
)
from tests.support.mothers_scheduling import JANUARY, TITLE, a_gathering, a_place, a_program, local

MENTEE, MENTOR = {Role.MENTEE.value}, {Role.MENTOR.value}


def test_a_scheduled_gathering_tells_its_whole_row() -> None:
    gathering = a_gathering()
    assert gathering.schedule(a_program()) == (
        GatheringScheduled(
            gathering_id="gathering",
            program_id="spring",
            kind=gathering.kind,
            title=TITLE,
            starts_at=local(2027, 1, 25, 17).instant(),
            timezone="Europe/Helsinki",
            hours=2.5,
            place="Kirjasto, Tampere",
            seats=3,
        ),
    )


@pytest.mark.parametrize("at", [local(2026, 7, 18, 17), local(2027, 10, 19, 17), local(2028, 1, 25, 17)])
def test_a_gathering_far_from_its_program_is_a_slip_of_the_pen(at: object) -> None:
    with pytest.raises(GatheringOutsideProgram):
        a_gathering(at=at).schedule(a_program())


def test_a_closed_program_takes_no_more_gatherings() -> None:
    with pytest.raises(ProgramHasClosed):
        a_gathering().schedule(a_program(status="closed"))


def test_a_gathering_is_held_once() -> None:
    gathering = a_gathering()
    (event,) = gathering.hold(gathering.starts_at)
    assert isinstance(event, GatheringHeld)
    assert gathering.hold(gathering.starts_at) == ()


def test_what_lies_ahead_was_not_held() -> None:
    with pytest.raises(GatheringNotBegun):
        a_gathering().hold(JANUARY)


def test_attendance_can_be_recorded_from_the_morning_of_the_day_on() -> None:
    gathering = a_gathering()
    midnight = local(2027, 1, 25, 0).instant()
    gathering.require_recordable(midnight)
    with pytest.raises(AttendanceTooEarly):
        gathering.require_recordable(midnight - timedelta(seconds=1))


def test_a_person_is_invited_once() -> None:
    gathering = a_gathering("start")
    place = a_place(gathering)
    (event,) = place.invite(gathering, JANUARY)
    assert isinstance(event, ParticipantInvited)
    assert (event.person_id, event.gathering_id) == ("amal", "gathering")
    assert place.invite(gathering, JANUARY) == ()


def test_nobody_is_invited_to_what_has_begun() -> None:
    gathering = a_gathering("start")
    assert a_place(gathering).invite(gathering, gathering.starts_at) == ()


def test_signing_up_takes_the_seat_once() -> None:
    gathering = a_gathering()
    place = a_place(gathering)
    (event,) = place.sign_up(gathering, 3, MENTEE, JANUARY)
    assert isinstance(event, SignUpConfirmed)
    assert place.sign_up(gathering, 4, MENTEE, JANUARY) == ()
    assert place.seat == 3


def test_a_full_gathering_takes_nobody_more() -> None:
    gathering = a_gathering()
    with pytest.raises(GatheringFull) as broken:
        a_place(gathering).sign_up(gathering, 4, MENTEE, JANUARY)
    assert broken.value.params == {"seats": 3}


@pytest.mark.parametrize("kind", ["start", "coaching-training", "closing"])
def test_where_invitations_are_sent_only_the_invited_take_a_seat(kind: str) -> None:
    gathering = a_gathering(kind)
    with pytest.raises(ByInvitationOnly):
        a_place(gathering).sign_up(gathering, 1, MENTEE, JANUARY)
    assert a_place(gathering, invited=True).sign_up(gathering, 1, MENTEE, JANUARY)


def test_the_mentor_training_is_for_mentors() -> None:
    gathering = a_gathering("mentor-training")
    with pytest.raises(ForMentorsOnly):
        a_place(gathering).sign_up(gathering, 1, MENTEE, JANUARY)
    assert a_place(gathering).sign_up(gathering, 1, MENTOR, JANUARY)


def test_sign_up_ends_when_the_gathering_begins() -> None:
    gathering = a_gathering()
    with pytest.raises(SignUpClosed):
        a_place(gathering).sign_up(gathering, 1, MENTEE, gathering.starts_at)


def test_a_seat_is_given_back_once() -> None:
    gathering = a_gathering()
    place = a_place(gathering)
    assert place.sign_off(gathering, JANUARY) == ()
    place.sign_up(gathering, 3, MENTEE, JANUARY)
    (event,) = place.sign_off(gathering, JANUARY)
    assert isinstance(event, SignUpWithdrawn)
    assert (event.person_id, event.gathering_id, place.seat) == ("amal", "gathering", 0)
    assert place.sign_off(gathering, gathering.starts_at) == ()


@pytest.mark.parametrize("status", ["scheduled", "held"])
def test_a_seat_that_nobody_else_can_have_any_more_is_not_given_back(status: str) -> None:
    gathering = a_gathering(status=status)
    with pytest.raises(SignUpClosed):
        a_place(gathering, seat=1).sign_off(gathering, gathering.starts_at)


@pytest.mark.parametrize("roles", [MENTEE, MENTOR])
def test_a_peer_circle_takes_whoever_signs_up(roles: set[str]) -> None:
    gathering = a_gathering("peer-circle")
    assert a_place(gathering).sign_up(gathering, 1, roles, JANUARY)


def test_attendance_is_recorded_and_corrected_and_not_repeated() -> None:
    gathering = a_gathering()
    place = a_place(gathering)
    assert place.attendance == "unknown"
    (event,) = place.record(gathering, "staff", attended=True)
    assert isinstance(event, AttendanceRecorded)
    assert (event.attended, event.recorded_by, place.attendance) == (True, "staff", "attended")
    assert place.record(gathering, "somebody else", attended=True) == ()
    (correction,) = place.record(gathering, "staff", attended=False)
    assert isinstance(correction, AttendanceRecorded)
    assert (correction.attended, place.attendance) == (False, "absent")


def test_a_person_has_one_place_at_a_gathering() -> None:
    assert place_id("gathering", "amal") == a_place(a_gathering()).id
    assert place_id("gathering", "amal") != place_id("gathering", "maija")
