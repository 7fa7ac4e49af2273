"""A letter about a plan that has changed before it was sent is not sent."""

from datetime import timedelta

import pytest

from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingEvent,
    MeetingHeld,
    MeetingLogDue,
    MeetingMissed,
    MeetingMoved,
    MeetingPlanned,
    MeetingReminderDue,
    RhythmSlipped,
    SignUpConfirmed,
    SignUpWithdrawn,
)
from tests.support.mail_room import MailRoom, text_of
from tests.support.mothers_notifications import NOON

MEETING = "meeting-1"
LATER = timedelta(hours=1)


async def statuses(room: MailRoom) -> dict[str, set[tuple[str, str]]]:
    """Status and reason of the letters of each template."""
    found: dict[str, set[tuple[str, str]]] = {}
    for letter in await room.letters():
        found.setdefault(letter.template, set()).add((letter.status, letter.reason))
    return found


@pytest.mark.parametrize("kind", [MeetingCancelled, MeetingHeld, MeetingMissed, MeetingMoved])
@pytest.mark.parametrize(
    ("told", "template"),
    [
        (MeetingPlanned, "meeting-planned"),
        (MeetingReminderDue, "meeting-reminder"),
        (MeetingLogDue, "meeting-log"),
    ],
)
async def test_what_speaks_of_a_plan_and_was_overtaken_is_withdrawn(
    room: MailRoom, told: type[MeetingEvent], template: str, kind: type[MeetingEvent]
) -> None:
    await room.office.close()
    await room.hears(told, MEETING, 2, meeting_id=MEETING, revision=0)
    revision = int(kind is MeetingMoved)
    await room.hears(kind, MEETING, 3, meeting_id=MEETING, revision=revision)
    await room.office.open()
    await room.all_done()
    assert (await statuses(room))[template] == {("withdrawn", "overtaken")}
    assert room.office.letters(template) == []


async def test_a_reminder_that_comes_after_the_cancellation_is_not_even_written(room: MailRoom) -> None:
    await room.hears(MeetingCancelled, MEETING, 3, meeting_id=MEETING)
    await room.hears(MeetingReminderDue, MEETING, 2, meeting_id=MEETING)
    await room.all_done()
    assert {letter.template for letter in await room.letters()} == {"meeting-cancelled"}


async def test_of_two_moves_only_the_newest_is_told(room: MailRoom) -> None:
    await room.office.close()
    for revision in (1, 2):
        at = f"2027-02-0{revision}T10:00:00Z"
        await room.hears(
            MeetingMoved, MEETING, revision + 1, meeting_id=MEETING, revision=revision, starts_at=at
        )
    await room.office.open()
    await room.all_done()
    assert [("2 February" in text_of(mail)) for mail in room.got("amal@example.org")] == [True]


@pytest.mark.parametrize(
    ("kind", "asked"), [(MeetingPlanned, 0), (MeetingHeld, 0), (MeetingMoved, 0), (MeetingMissed, 2)]
)
@pytest.mark.parametrize("step", ["pair", "each"])
async def test_a_quiet_pair_that_has_planned_or_met_since_is_not_asked(
    room: MailRoom, step: str, kind: type[MeetingEvent], asked: int
) -> None:
    await room.office.close()
    slipped = room.event(RhythmSlipped, step=step, pair_id="pair")
    await room.hears_of(slipped, "pair", at=NOON)
    await room.hears_of(room.event(kind, meeting_id=MEETING, pair_id="pair"), MEETING, at=NOON + LATER)
    await room.office.open()
    await room.all_done()
    assert len(room.office.letters(f"rhythm-{step}")) == asked


async def test_what_a_quiet_pair_planned_before_does_not_keep_it_from_being_asked(room: MailRoom) -> None:
    await room.hears_of(room.event(MeetingHeld, meeting_id=MEETING, pair_id="pair"), MEETING, at=NOON)
    await room.hears_of(room.event(RhythmSlipped, step="pair", pair_id="pair"), "pair", at=NOON + LATER)
    await room.hears_of(
        room.event(MeetingHeld, meeting_id="other", pair_id="other"), "other", at=NOON + 2 * LATER
    )
    await room.all_done()
    assert len(room.office.letters("rhythm-pair")) == 2


async def test_a_seat_that_was_given_back_before_the_letter_went_is_not_confirmed(room: MailRoom) -> None:
    await room.office.close()
    await room.hears(SignUpConfirmed, "place", 1)
    await room.hears(SignUpWithdrawn, "place", 2)
    await room.office.open()
    await room.all_done()
    assert await statuses(room) == {"sign-up-confirmed": {("withdrawn", "overtaken")}}


async def test_a_seat_that_was_given_back_and_taken_again_is_confirmed(room: MailRoom) -> None:
    await room.hears(SignUpWithdrawn, "place", 2)
    await room.hears(SignUpConfirmed, "place", 1)
    await room.all_done()
    assert await room.letters() == [], "what came late confirms nothing"
    await room.hears(SignUpConfirmed, "place", 3)
    await room.all_done()
    assert len(room.got("amal@example.org")) == 1
