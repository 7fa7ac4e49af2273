"""A gathering: what a program's people come together for, who is expected, and until when one may sign up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from matka_contracts.event import Event
from matka_contracts.scheduling import GatheringHeld, GatheringScheduled
from matka_contracts.terms import GatheringKind
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError, InvalidInput
from matka_scheduling.domain.known import KnownProgram
from matka_scheduling.domain.local_time import LocalTime

FOR_PAIRS = frozenset({GatheringKind.START, GatheringKind.COACHING_TRAINING})
BY_INVITATION = FOR_PAIRS | {GatheringKind.CLOSING}
WITH_INVITATIONS = BY_INVITATION | {GatheringKind.MENTOR_TRAINING}

_BEFORE_THE_PROGRAM = timedelta(days=183)
_AFTER_THE_PROGRAM = timedelta(days=92)


class GatheringOutsideProgram(InvalidInput):
    """A gathering lies within half a year before its program and three months after it."""


class GatheringNotBegun(DomainError):
    """The gathering lies ahead, so it can't be over."""


class AttendanceTooEarly(DomainError):
    """Attendance is recorded from the day of the gathering on."""


class Gathering(Aggregate):
    """One gathering of a program. `title` maps languages to texts, `seats` are the most who can sign up.

    Start meeting and coaching training invite every member of a pair that formed before them, the mentor
    training every mentor who does not self-study, the closing event everybody whose participation is sealed.
    All others, and the mentor training too, are open for sign-up.
    """

    program_id: str
    kind: GatheringKind
    title: dict[str, str]
    at: LocalTime
    hours: float
    place: str
    seats: int
    status: Literal["scheduled", "held"] = "scheduled"

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins."""
        return self.at.instant()

    def schedule(self, program: KnownProgram) -> Sequence[Event]:
        """Plan the gathering. One that is past already keeps its attendance but invites nobody."""
        program.require_running()
        earliest = program.starts_on - _BEFORE_THE_PROGRAM
        latest = program.ends_on + _AFTER_THE_PROGRAM
        if not earliest <= self.at.date <= latest:
            raise GatheringOutsideProgram(earliest=earliest.isoformat(), latest=latest.isoformat())
        return (GatheringScheduled(**self.row(), seats=self.seats),)

    def hold(self, now: datetime) -> Sequence[Event]:
        """Close the gathering after it took place; closing twice changes nothing."""
        if self.status == "held":
            return ()
        if not self.has_begun(now):
            raise GatheringNotBegun
        self.status = "held"
        return (GatheringHeld(**self.row(), seats=self.seats),)

    def has_begun(self, now: datetime) -> bool:
        """Whether its beginning is reached."""
        return now >= self.starts_at

    def require_recordable(self, now: datetime) -> None:
        """Raise `AttendanceTooEarly` before the local day of the gathering."""
        if now < self.at.begin_of_day().instant():
            raise AttendanceTooEarly(date=self.at.date.isoformat())

    def row(self) -> dict[str, Any]:
        """What every event about this gathering, or about a place at it, says of it."""
        return {
            "gathering_id": self.id,
            "program_id": self.program_id,
            "kind": self.kind,
            "title": self.title,
            "starts_at": self.starts_at,
            "timezone": self.at.zone,
            "hours": self.hours,
            "place": self.place,
        }
