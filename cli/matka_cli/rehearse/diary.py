"""A pair's diary: when it means to meet, what it puts off or calls off, and a silence if it is to slip."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Literal

EVENING, NOON = 20, 12  # hours: when people write things down, and when something comes up
DAYS_A_MONTH = 30
BEHIND = timedelta(days=35)  # how long a pair that slips stays behind its own rhythm
_PUT_OFF = timedelta(days=2)
_ONE_IN_EIGHT, _ONE_IN_TWELVE, _ONE_IN_THREE = 8, 12, 3
_LENGTHS = (45, 60, 90, 120)  # minutes
_HALF_AN_HOUR = timedelta(minutes=30)

Side = Literal[0, 1]
"""0 is the mentor, 1 the mentee."""


@dataclass(frozen=True, slots=True)
class Change:
    """A meeting put off or called off, at an hour of a day; `to` is the new local time, None cancels it."""

    day: date
    hour: int
    to: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting: `at` is local, `planned` the day on whose evening it is planned.

    The planner plans it and the logger logs it in the evening: by the link of the mail that asks when the
    meeting is over, or signed in while it has half an hour to go by the clock.
    """

    at: datetime
    minutes: int
    planned: date
    planner: Side
    logger: Side
    by_link: bool
    change: Change | None = None

    @property
    def takes_place(self) -> datetime | None:
        """The local time at which the two meet after all; None if they do not."""
        return self.change.to if self.change else self.at


def diary(dice: random.Random, pace: tuple[int, int], first: date, last: date) -> list[Entry]:
    """Meetings from one day to another at a pair's pace; nothing is put off past the last day."""
    step = DAYS_A_MONTH / (sum(pace) / 2)
    moved, cancelled = dice.randrange(_ONE_IN_EIGHT), dice.randrange(_ONE_IN_TWELVE)
    entries: list[Entry] = []
    day = first + timedelta(days=dice.randint(5, 9))
    while day <= last:
        entry, number = _entry(dice, day), len(entries)
        if number % _ONE_IN_TWELVE == cancelled:
            entry = replace(entry, change=Change(day - _PUT_OFF, EVENING, None))
        elif number % _ONE_IN_EIGHT == moved and day + _PUT_OFF <= last:
            entry = replace(entry, change=_put_off(dice, entry))
        entries.append(entry)
        day += timedelta(days=max(5, round(step + dice.uniform(-2, 2))))
    return entries


def with_silence(entries: Sequence[Entry], pace: tuple[int, int], last: date) -> list[Entry]:
    """The same diary of a pair that slips: after one meeting it is five weeks behind before the next.

    Unchanged where the time is too short for that. What is left is neither moved nor cancelled.
    """
    silence = timedelta(days=ceil(DAYS_A_MONTH / pace[0])) + BEHIND
    plain = [replace(entry, change=None) for entry in entries]
    for number, entry in reversed(list(enumerate(plain[: len(plain) // 2]))):
        again = entry.at + silence
        if again.date() <= last:
            back = replace(entry, at=again, planned=again.date() - _PUT_OFF)
            later = [each for each in plain if each.at >= again + timedelta(days=5)]
            return [*plain[: number + 1], back, *later]
    return list(entries)


def _entry(dice: random.Random, day: date) -> Entry:
    by_link, minutes = dice.randrange(_ONE_IN_THREE) == 0, dice.choice(_LENGTHS)
    ends = datetime.combine(day, time(EVENING)) + (timedelta() if by_link else _HALF_AN_HOUR)
    sides: tuple[Side, Side] = (0, 1)
    planner, logger = dice.sample(sides, 2)
    planned = day - timedelta(days=dice.randint(3, 5))
    return Entry(ends - timedelta(minutes=minutes), minutes, planned, planner, logger, by_link)


def _put_off(dice: random.Random, entry: Entry) -> Change:
    """Two days later: half of the time known in good time, else only after the reminder has come."""
    day, to = entry.at.date(), entry.at + _PUT_OFF
    in_good_time = dice.random() < 0.5
    return Change(day - _PUT_OFF, EVENING, to) if in_good_time else Change(day - timedelta(days=1), NOON, to)
