"""When the checker wants a reminder, and how it counts pairs that overlap."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from matka_cli.check.pairs import most_at_once
from matka_cli.check.reminders import due_at, says
from matka_cli.check.told import Pair

HELSINKI = ZoneInfo("Europe/Helsinki")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("starts", "planned", "due"),
    [
        ("2027-03-11T16:00", "2027-03-05T12:00", "2027-03-10T09:00"),
        ("2027-03-28T16:00", "2027-03-05T12:00", "2027-03-27T09:00"),  # the clocks change in between
        ("2027-03-11T16:00", "2027-03-10T09:00", "2027-03-10T09:00"),
        ("2027-03-11T16:00", "2027-03-11T13:00", "2027-03-11T13:00"),
        ("2027-03-11T16:00", "2027-03-11T13:01", None),
        ("2027-03-11T16:00", "2027-03-12T08:00", None),  # logged when it was over
    ],
)
def test_a_reminder_is_due_on_the_morning_before_or_at_once(
    starts: str, planned: str, due: str | None
) -> None:
    assert due_at(local(starts).astimezone(UTC), local(planned), HELSINKI) == (due and local(due))


@pytest.mark.parametrize(
    "text",
    [
        "Aika: torstai 11. maaliskuuta 2027 klo 9.05",
        "Tid: torsdag 11 mars 2027 kl. 09.05",
        "Time: Thursday, 11 March 2027, 9:05",
    ],
)
def test_a_mail_says_a_time_in_its_own_way(text: str) -> None:
    assert says(text, local("2027-03-11T09:05"))
    assert not says(text, local("2027-03-12T09:05"))
    assert not says(text, local("2027-03-11T19:05"))


def pair(formed: str, ended: str = "") -> Pair:
    at = [datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None for text in (formed, ended)]
    return Pair("p", "m", "a", "formed", at[0], at[1], "", 1)


def test_a_pair_that_ends_makes_room_for_the_next() -> None:
    assert most_at_once([pair("2027-01-01", "2027-02-01"), pair("2027-02-01")]) == 1
    assert most_at_once([pair("2027-01-01", "2027-02-02"), pair("2027-02-01")]) == 2
    assert most_at_once([pair("2027-01-01"), pair("2027-02-01"), pair("2027-03-01", "2027-04-01")]) == 3
    assert most_at_once([pair("")]) == 0
