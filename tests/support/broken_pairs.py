"""Ways to break what the checker reads of pairs and calendars: each with the invariant to be named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from matka_cli.check import invitations, pairs, reminders
from tests.support.checked import Trail

MAIJA, BJORN, NIAMH = "maija@mentors.example", "bjorn@mentors.example", "niamh@mentors.example"
NOUR, OLENA = "nour@mentees.example", "olena@mentees.example"
UNREADY, ALONE = "vaino@mentors.example", "meiling@mentees.example"
LAST = 90_000

Break = Callable[[Trail], object]


def _pairs(trail: Trail) -> Any:
    return next(found["pairs"] for key, found in trail.answers.items() if key.endswith("/pairs? "))


def _pair_of(trail: Trail, side: str, address: str) -> Any:
    return next(pair for pair in _pairs(trail) if pair[f"{side}_id"] == trail.person(address))


def _meeting_of(trail: Trail, address: str) -> Any:
    """Somebody's first meeting."""
    wanted = trail.person(address)
    return next(
        meeting
        for key, found in trail.answers.items()
        if "/meetings" in key
        for meeting in found["meetings"]
        if wanted in {meeting["mentor_id"], meeting["mentee_id"]}
    )


def _two_pairs(trail: Trail) -> None:
    """Olena is given to Maija too, in the last month."""
    second = _pair_of(trail, "mentee", OLENA) | {"id": "second", "mentor_id": trail.person(MAIJA)}
    _pairs(trail).append(second | {"formed_at": "2027-04-01T10:00:00+00:00"})


def _unready_door(trail: Trail) -> None:
    lines = trail.answer("/readiness")["mentors"]
    next(line for line in lines if line["person_id"] == trail.person(BJORN))["door"] = None


def _no_common_language(trail: Trail) -> None:
    trail.rewrite("people.csv", "uk:C2;sv:B1", "uk:C2;sv:A2")


def _told_too_late(trail: Trail) -> None:
    proposed = trail.mail("pair-proposed", BJORN).header("Date").datetime
    trail.mail("mentor-ready", BJORN).mark(
        "Date", f"{proposed + timedelta(hours=1):%a, %d %b %Y %H:%M:%S %z}"
    )


PAIRS: dict[str, tuple[str, str, Break]] = {
    "a mentee in two pairs at once": (pairs.TWO_PAIRS, OLENA, _two_pairs),
    "a mentor with more pairs than places": (pairs.OVER_CAPACITY, MAIJA, _two_pairs),
    "a pair without a common language": (pairs.NO_LANGUAGE, BJORN, _no_common_language),
    "a matched mentor who passed no door": (pairs.UNREADY, BJORN, _unready_door),
    "a mentor told of readiness too late": (pairs.UNREADY, BJORN, _told_too_late),
    "a mentor never told of readiness": (
        pairs.UNREADY,
        NIAMH,
        lambda t: t.mail("mentor-ready", NIAMH).path.unlink(),
    ),
}


def _invite_again(trail: Trail, address: str = "") -> None:
    twin = trail.mail("start-invitation", NOUR).copied(LAST, address)
    twin.mark("Message-ID", "<another@example.org>")


def _invite_late(trail: Trail) -> None:
    trail.mail("start-invitation", NOUR).mark("Date", "Thu, 04 Mar 2027 10:00:00 +0000")


def _remind_again(trail: Trail) -> None:
    twin = trail.mail("meeting-reminder", NOUR).copied(LAST)
    twin.mark("Message-ID", "<another@example.org>")
    twin.mark("Date", f"{twin.header('Date').datetime + timedelta(minutes=5):%a, %d %b %Y %H:%M:%S %z}")


def _stop_in_the_middle(trail: Trail) -> None:
    """Nour wants no reminders, and does not get the first, but the second all the same."""
    persons = trail.answer("/lookup")["persons"]
    next(person for person in persons if person["email"] == NOUR)["reminders"] = False
    trail.mail("meeting-reminder", NOUR).path.unlink()


def _cancel(trail: Trail) -> None:
    """Björn's and Olena's first meeting was off two days before it was reminded of."""
    _meeting_of(trail, BJORN).update(status="cancelled", revision=1)
    reminder = trail.mail("meeting-reminder", BJORN)
    told = reminder.copied(LAST)
    told.mark("X-Matka-Template", "meeting-cancelled")
    told.mark("Date", f"{reminder.header('Date').datetime - timedelta(days=2):%a, %d %b %Y %H:%M:%S %z}")


def _remind_of_nothing(trail: Trail) -> None:
    trail.mail("meeting-reminder", NIAMH).say(":00", ":07")


CALENDAR: dict[str, tuple[str, str, Break]] = {
    "a member of a pair who was not invited": (
        invitations.START_INVITATIONS,
        NOUR,
        lambda t: t.mail("start-invitation", NOUR).path.unlink(),
    ),
    "a member who was invited twice": (invitations.START_INVITATIONS, NOUR, _invite_again),
    "somebody invited who is in no pair": (
        invitations.START_INVITATIONS,
        ALONE,
        lambda t: _invite_again(t, ALONE),
    ),
    "an invitation after the meeting": (invitations.START_INVITATIONS, NOUR, _invite_late),
    "a meeting that nobody was reminded of": (
        reminders.REMINDED,
        NOUR,
        lambda t: t.mail("meeting-reminder", NOUR).path.unlink(),
    ),
    "a second reminder": (reminders.REMINDED, NOUR, _remind_again),
    "a reminder to somebody who stopped them": (reminders.REMINDED, NOUR, _stop_in_the_middle),
    "a reminder of a cancelled meeting": (reminders.NOT_OF_CANCELLED, BJORN, _cancel),
    "a reminder of a time at which nothing is": (reminders.NOT_OF_CANCELLED, NIAMH, _remind_of_nothing),
}
