"""A letter about a plan that has changed before it was sent is not sent."""

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
    SignUpConfirmed,
    SignUpWithdrawn,
)
from tests.support.mail_room import MailRoom, text_of

MEETING = "meeting-1"


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
