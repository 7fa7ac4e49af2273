"""A pair's meeting: planned, moved, cancelled, held or missed; its reminder, and the question afterwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime

from matka_contracts.event import Event
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
from matka_kit.aggregate import Aggregate, Timer
from matka_kit.errors import DomainError, NotFound
from matka_scheduling.domain.known import KnownPair
from matka_scheduling.domain.local_time import LocalTime
from matka_scheduling.domain.plan import MeetingPlan

MOST_MEETINGS_OF_A_PAIR = 300
LOG_LINK_DAYS = 30


class TooManyMeetings(DomainError):
    """The pair has as many meetings on record as one pair can have."""


class MeetingAlreadyHeld(DomainError):
    """What took place can't be moved or cancelled."""


class MeetingWasCancelled(DomainError):
    """A cancelled meeting can't be moved or held; plan a new one."""


class MeetingWasMissed(DomainError):
    """A meeting that did not take place can't be moved or cancelled; plan a new one."""


class MeetingNotBegun(DomainError):
    """A meeting is logged, as held or missed, from its beginning on, not before."""


class LinkExpired(DomainError):
    """The link by which a meeting is logged without signing in is good for thirty days after it."""

    status: ClassVar[int] = 410


class Meeting(Aggregate):
    """One meeting of one pair.

    `planned_at` is when its present time was set; `revision` counts its moves; `by` planned, moved or
    cancelled it last (empty: the service). `reminded` and `asked` tell which of its timers have fired.
    """

    pair_id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    plan: MeetingPlan
    status: Literal["planned", "cancelled", "held", "missed"] = "planned"
    revision: int = 0
    by: str = ""
    planned_at: AwareDatetime
    reminded: bool = False
    asked: bool = False
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

    def set_up(self, by: str, now: datetime) -> Sequence[Event]:
        """Plan it, for a time to come."""
        self.plan.require_ahead(now)
        self.by = by
        return (MeetingPlanned(**self._row()),)

    def move(self, plan: MeetingPlan, by: str, now: datetime) -> Sequence[Event]:
        """Give it another time, length, form or place; a new time is reminded of and asked after anew."""
        self._require_planned()
        if plan == self.plan:
            return ()
        plan.require_ahead(now)
        if plan.at != self.plan.at:
            self.planned_at, self.reminded = now, False
        self.plan, self.by, self.asked, self.revision = plan, by, False, self.revision + 1
        return (MeetingMoved(**self._row()),)

    def cancel(self, by: str) -> Sequence[Event]:
        """It will not take place; cancelling twice changes nothing."""
        if self.status == "cancelled":
            return ()
        self._require_planned()
        self.status, self.by, self.revision = "cancelled", by, self.revision + 1
        return (MeetingCancelled(**self._row()),)

    def call_off(self) -> Sequence[Event]:
        """Cancel it because its pair has ended, unless it is settled already."""
        return self.cancel(by="") if self.status == "planned" else ()

    def hold(
        self, pair: KnownPair, by: str, form: MeetingForm | None, held_at: LocalTime | None, now: datetime
    ) -> Sequence[Event]:
        """Log that it took place, as planned unless told otherwise; the first to log it decides.

        That it was missed is corrected by this: two who met both know it.
        """
        if self.status == "held":
            return ()
        if self.status == "cancelled":
            raise MeetingWasCancelled
        plan = self.plan.model_copy(update={"at": held_at or self.plan.at, "form": form or self.plan.form})
        if plan.starts_at > now:
            raise MeetingNotBegun
        pair.require_together_at(plan.starts_at)
        self.plan, self.status, self.logged_by = plan, "held", by
        return (MeetingHeld(**self._row(), logged_by=by),)

    def miss(self, by: str, now: datetime) -> Sequence[Event]:
        """Log that it did not take place, once its time has come; saying it twice changes nothing."""
        if self.status == "missed":
            return ()
        self._require_planned()
        if self.plan.starts_at > now:
            raise MeetingNotBegun
        self.status, self.logged_by = "missed", by
        return (MeetingMissed(**self._row(), logged_by=by),)

    def other_than(self, person_id: str) -> str:
        """The other of the two. Raises `NotFound` for somebody who is neither."""
        two = [self.mentor_id, self.mentee_id]
        if person_id not in two:
            raise NotFound(kind="meetings")
        return two[1 - two.index(person_id)]

    def require_link_good(self, now: datetime) -> None:
        """Raise `LinkExpired` once the links that log it without signing in are too old."""
        if now > self.plan.starts_at + timedelta(days=LOG_LINK_DAYS):
            raise LinkExpired(days=LOG_LINK_DAYS)

    def timers(self) -> Sequence[Timer]:
        """The reminder and, at its planned end, the question whether it took place; until it is settled."""
        if self.status != "planned":
            return ()
        reminder = None if self.reminded else self.plan.reminder_due(self.planned_at)
        question = None if self.asked else self.plan.ends_at
        wanted = (("reminder", reminder), ("log", question))
        return tuple(Timer(kind, due, kind) for kind, due in wanted if due is not None)

    def fire(self, timer: Timer, now: datetime) -> Sequence[Event]:
        """Ask both after it, or remind both of it unless it has begun in the meantime."""
        if timer.kind == "log":
            self.asked = True
            return (MeetingLogDue(**self._row()),)
        self.reminded = True
        return () if now >= self.plan.starts_at else (MeetingReminderDue(**self._row()),)

    def _require_planned(self) -> None:
        if self.status == "held":
            raise MeetingAlreadyHeld
        if self.status == "cancelled":
            raise MeetingWasCancelled
        if self.status == "missed":
            raise MeetingWasMissed

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
            "by": self.by,
        }
