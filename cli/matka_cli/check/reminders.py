"""Invariants of reminders: one before each meeting, at its hour, and none of what is cancelled."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from matka_cli.check.evidence import Evidence
from matka_cli.check.mail import Mail
from matka_cli.check.text import mentions
from matka_cli.check.told import Meeting
from matka_cli.check.violation import Violation

REMINDED = "a reminder before each meeting that was held"
NOT_OF_CANCELLED = "no reminder of a cancelled meeting"

_REMINDER, _CANCELLED, _MOVED = "meeting-reminder", "meeting-cancelled", "meeting-moved"
_HOUR = time(9)
_TOO_LATE = timedelta(hours=3)
_LONGEST_AHEAD = timedelta(hours=40)  # from nine on the day before to the end of the day
_A_SECOND = timedelta(seconds=1)  # mails are dated in whole seconds


@dataclass(frozen=True, slots=True)
class _Due:
    """What one of the two must be reminded of, and when."""

    meeting: Meeting
    at: datetime


def before_meetings(evidence: Evidence) -> Iterator[Violation]:
    """Whoever wants reminders gets exactly one per time; who stopped them gets no more."""
    for person_id, reader in evidence.people.items():
        stopped = False
        for due in _due(evidence, person_id):
            found = _reminders_of(evidence, due.meeting, person_id)
            in_time = [mail for mail in found if due.at - _A_SECOND <= mail.sent < due.meeting.starts]
            told = f"meeting of {due.meeting.starts:%Y-%m-%d %H:%M} UTC"
            if not in_time and reader.reminders:
                yield Violation(REMINDED, reader.called, f"{told}: not reminded", due.meeting.id)
            elif in_time and stopped:
                yield Violation(REMINDED, reader.called, f"{told}: had stopped reminders", in_time[0].file)
            elif len(found) > 1 + due.meeting.moves:
                yield Violation(REMINDED, reader.called, f"{told}: {len(found)} reminders", found[-1].file)
            stopped = stopped or not (in_time or reader.reminders)


def of_meetings(evidence: Evidence) -> Iterator[Violation]:
    """Every reminder is of a meeting that was to take place when it was sent."""
    for person_id in evidence.people:
        mine = evidence.meetings.get(person_id, [])
        for mail in evidence.got(person_id, _REMINDER):
            meant = [each for each in mine if _is_about(evidence, mail, each, person_id)]
            if not meant and not _moved_later(evidence, mail, person_id):
                yield Violation(
                    NOT_OF_CANCELLED, evidence.who(person_id), "of no meeting there is", mail.file
                )
            if meant and all(_was_cancelled(evidence, each, mail.sent) for each in meant):
                yield Violation(NOT_OF_CANCELLED, evidence.who(person_id), "was cancelled before", mail.file)


def due_at(starts: datetime, planned: datetime, zone: ZoneInfo) -> datetime | None:
    """At nine, local time, on the day before; at once for what is planned later; else not at all.

    Less than three hours before it begins nobody is reminded any more.
    """
    day_before = starts.astimezone(zone).date() - timedelta(days=1)
    due = datetime.combine(day_before, _HOUR, zone)
    if planned < due:
        return due
    return planned if starts - planned >= _TOO_LATE else None


def _due(evidence: Evidence, person_id: str) -> list[_Due]:
    """What a person must have been reminded of by the end, in order of time."""
    found = []
    for meeting in evidence.meetings.get(person_id, []):
        if meeting.status != "cancelled":
            at = due_at(meeting.starts, meeting.planned, ZoneInfo(meeting.zone))
            if at is not None and at <= evidence.folder.ended:
                found.append(_Due(meeting, at))
    return sorted(found, key=lambda due: due.at)


def _reminders_of(evidence: Evidence, meeting: Meeting, person_id: str) -> list[Mail]:
    mails = evidence.got(person_id, _REMINDER)
    return [mail for mail in mails if _is_about(evidence, mail, meeting, person_id)]


def _is_about(evidence: Evidence, mail: Mail, meeting: Meeting, person_id: str) -> bool:
    """Whether a mail names the other of the two and this very time, not long before it."""
    other = next(each for each in meeting.people if each != person_id)
    names = evidence.people[other].names if other in evidence.people else ()
    return (
        timedelta() < meeting.starts - mail.sent <= _LONGEST_AHEAD
        and says(mail.text, meeting.starts.astimezone(ZoneInfo(meeting.zone)))
        and any(mentions(mail.text, name) for name in names)
    )


def says(text: str, local: datetime) -> bool:
    """Whether a text says this day and time, in whatever language."""
    wanted = (rf"\b0?{local.hour}[.:]{local:%M}\b", rf"\b{local.day}\b", rf"\b{local.year}\b")
    return all(re.search(each, text) for each in wanted)


def _was_cancelled(evidence: Evidence, meeting: Meeting, moment: datetime) -> bool:
    """Whether one of the two had been told by then that it is off."""
    if meeting.status != "cancelled":
        return False
    local = meeting.starts.astimezone(ZoneInfo(meeting.zone))
    return any(
        mail.sent < moment and says(mail.text, local)
        for person_id in meeting.people
        for mail in evidence.got(person_id, _CANCELLED)
    )


def _moved_later(evidence: Evidence, mail: Mail, person_id: str) -> bool:
    """Whether the person was told afterwards that a meeting has another time: it was of the former one."""
    return any(later.sent >= mail.sent for later in evidence.got(person_id, _MOVED))
