"""When, how long, how and where a pair means to meet, and when to remind of it and ask after it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from pydantic import BaseModel, ConfigDict

from matka_contracts.terms import MeetingForm
from matka_kit.errors import DomainError
from matka_scheduling.domain.local_time import LocalTime

_REMIND_AT = time(9)
_TOO_LATE_TO_REMIND = timedelta(hours=3)
_FURTHEST_AHEAD = timedelta(days=366)


class MeetingInThePast(DomainError):
    """A meeting is planned for a time to come; one that took place is logged as held."""


class MeetingTooFarAhead(DomainError):
    """A meeting is planned at most a year ahead."""


class PairAlreadyMeetsThen(DomainError):
    """The pair has another planned meeting at that time."""


class MeetingPlan(BaseModel):
    """When, how long (minutes), how and where a pair means to meet."""

    model_config = ConfigDict(frozen=True)

    at: LocalTime
    minutes: int
    form: MeetingForm
    place: str = ""

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins."""
        return self.at.instant()

    @property
    def ends_at(self) -> datetime:
        """The instant at which it is over by the clock."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "MeetingPlan") -> bool:
        """Whether the two would take place at the same time, in part at least."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def require_ahead(self, now: datetime) -> None:
        """Raise `MeetingInThePast` or `MeetingTooFarAhead`."""
        if self.starts_at <= now:
            raise MeetingInThePast
        if self.starts_at > now + _FURTHEST_AHEAD:
            raise MeetingTooFarAhead

    def require_free(self, others: Iterable["MeetingPlan"]) -> None:
        """Raise `PairAlreadyMeetsThen` when another plan of the pair overlaps."""
        if any(self.overlaps(other) for other in others):
            raise PairAlreadyMeetsThen

    def reminder_due(self, planned_at: datetime) -> datetime | None:
        """When to remind of a meeting planned at `planned_at`: at nine, local time, on the day before.

        What is planned later than that is reminded of at once, unless less than three hours remain.
        """
        due = self.at.day_before(_REMIND_AT).instant()
        if planned_at < due:
            return due
        return None if self.starts_at - planned_at < _TOO_LATE_TO_REMIND else planned_at
