"""A pair's meeting: planned, moved, cancelled or held, and the one reminder that it may have."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_contracts.event import Event
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingPlanned,
    MeetingReminderDue,
)
from matka_contracts.terms import MeetingForm
from matka_kit.aggregate import Aggregate, Timer
from matka_kit.errors import DomainError
from matka_scheduling.domain.known import KnownPair
from matka_scheduling.domain.local_time import LocalTime

MOST_MEETINGS_OF_A_PAIR = 300
_REMIND_AT = time(9)
_TOO_LATE_TO_REMIND = timedelta(hours=3)
_FURTHEST_AHEAD = timedelta(days=366)


class MeetingInThePast(DomainError):
    """A meeting is planned for a time to come; one that took place is logged as held."""


class MeetingTooFarAhead(DomainError):
    """A meeting is planned at most a year ahead."""


class PairAlreadyMeetsThen(DomainError):
    """The pair has another planned meeting at that time."""


class TooManyMeetings(DomainError):
    """The pair has as many meetings on record as one pair can have."""


class MeetingAlreadyHeld(DomainError):
    """What took place can't be moved or cancelled."""


class MeetingWasCancelled(DomainError):
    """A cancelled meeting can't be moved or held; plan a new one."""


class MeetingNotBegun(DomainError):
    """A meeting is logged as held from its beginning on, not before."""


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

    def overlaps(self, other: "MeetingPlan") -> bool:
        """Whether the two would take place at the same time, in part at least."""
        ends, other_ends = (each.starts_at + timedelta(minutes=each.minutes) for each in (self, other))
        return self.starts_at < other_ends and other.starts_at < ends

    def require_ahead(self, now: datetime) -> None:
        """Raise `MeetingInThePast` or `MeetingTooFarAhead`."""
        if self.starts_at <= now:
            raise MeetingInThePast
        if self.starts_at > now + _FURTHEST_AHEAD:
            raise MeetingTooFarAhead

    def require_free(self, others: Iterable["Meeting"]) -> None:
        """Raise `PairAlreadyMeetsThen` when another planned meeting overlaps."""
        if any(self.overlaps(other.plan) for other in others if other.status == "planned"):
            raise PairAlreadyMeetsThen

    def reminder_due(self, planned_at: datetime) -> datetime | None:
        """When to remind of a meeting planned at `planned_at`: at nine, local time, on the day before.

        What is planned later than that is reminded of at once, unless less than three hours remain.
        """
        due = self.at.day_before(_REMIND_AT).instant()
        if planned_at < due:
            return due
        return None if self.starts_at - planned_at < _TOO_LATE_TO_REMIND else planned_at


class Meeting(Aggregate):
    """One meeting of one pair. `planned_at` is when its present time was set; `revision` counts its moves."""

    pair_id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    plan: MeetingPlan
    status: Literal["planned", "cancelled", "held"] = "planned"
    revision: int = 0
    planned_at: AwareDatetime
    reminded: bool = False
    logged_by: str = ""

    @classmethod
    def of(cls, id: str, pair: KnownPair, plan: MeetingPlan, now: datetime) -> "Meeting":
        """A meeting that nobody has been told of yet."""
        return cls(
            id=id,
            pair_id=pair.id,
            program_id=pair.program_id,
            mentor_id=pair.mentor_id,
            mentee_id=pair.mentee_id,
            plan=plan,
            planned_at=now,
        )

    def set_up(self, now: datetime) -> Sequence[Event]:
        """Plan it, for a time to come."""
        self.plan.require_ahead(now)
        return (MeetingPlanned(**self._row()),)

    def move(self, plan: MeetingPlan, now: datetime) -> Sequence[Event]:
        """Give it another time, length, form or place; a new time is reminded of anew."""
        self._require_planned()
        if plan == self.plan:
            return ()
        plan.require_ahead(now)
        if plan.at != self.plan.at:
            self.planned_at, self.reminded = now, False
        self.plan, self.revision = plan, self.revision + 1
        return (MeetingMoved(**self._row()),)

    def cancel(self) -> Sequence[Event]:
        """It will not take place; cancelling twice changes nothing."""
        if self.status == "cancelled":
            return ()
        self._require_planned()
        self.status, self.revision = "cancelled", self.revision + 1
        return (MeetingCancelled(**self._row()),)

    def call_off(self) -> Sequence[Event]:
        """Cancel it because its pair has ended, unless it is settled already."""
        return self.cancel() if self.status == "planned" else ()

    def hold(
        self, pair: KnownPair, by: str, form: MeetingForm | None, held_at: LocalTime | None, now: datetime
    ) -> Sequence[Event]:
        """Log that it took place, as planned unless told otherwise; the first to log it decides."""
        if self.status == "held":
            return ()
        self._require_planned()
        plan = self.plan.model_copy(update={"at": held_at or self.plan.at, "form": form or self.plan.form})
        if plan.starts_at > now:
            raise MeetingNotBegun
        pair.require_together_at(plan.starts_at)
        self.plan, self.status, self.logged_by = plan, "held", by
        return (MeetingHeld(**self._row(), logged_by=by),)

    def timers(self) -> Sequence[Timer]:
        """The reminder, while there is something to remind of."""
        due = self.plan.reminder_due(self.planned_at)
        if self.status != "planned" or self.reminded or due is None:
            return ()
        return (Timer("reminder", due, "reminder"),)

    def fire(self, timer: Timer, now: datetime) -> Sequence[Event]:  # noqa: ARG002 - there is one kind of timer
        """Remind both, unless the meeting has begun in the meantime."""
        self.reminded = True
        return () if now >= self.plan.starts_at else (MeetingReminderDue(**self._row()),)

    def _require_planned(self) -> None:
        if self.status == "held":
            raise MeetingAlreadyHeld
        if self.status == "cancelled":
            raise MeetingWasCancelled

    def _row(self) -> dict[str, Any]:
        return {
            "meeting_id": self.id,
            "pair_id": self.pair_id,
            "program_id": self.program_id,
            "mentor_id": self.mentor_id,
            "mentee_id": self.mentee_id,
            "starts_at": self.plan.starts_at,
            "timezone": self.plan.at.zone,
            "minutes": self.plan.minutes,
            "form": self.plan.form,
            "place": self.plan.place,
            "revision": self.revision,
        }
