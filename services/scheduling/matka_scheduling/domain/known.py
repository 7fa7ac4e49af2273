"""What pairing has told: programs, the people admitted to them, and pairs."""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_contracts.terms import MeetingForm, Pace, Role
from matka_kit.errors import DomainError


class ProgramHasClosed(DomainError):
    """The program is over."""


class PairHasEnded(DomainError):
    """The pair ended, and this would come after its end."""


class BeforeThePairFormed(DomainError):
    """The two were not a pair yet at that time."""


class KnownProgram(BaseModel):
    """A program as it was last told."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: dict[str, str]
    starts_on: date
    ends_on: date
    timezone: str
    status: Literal["open", "started", "closed"]

    def require_running(self) -> None:
        """Raise `ProgramHasClosed` once the program is over."""
        if self.status == "closed":
            raise ProgramHasClosed


class KnownMember(BaseModel):
    """Somebody who was admitted to a program in one role; `self_study` tells that a mentor goes by door B."""

    model_config = ConfigDict(frozen=True)

    id: str
    program_id: str
    person_id: str
    role: Role
    self_study: bool


class KnownPair(BaseModel):
    """A pair as it was last told; `formed_at` is missing where a later event overtook the first one."""

    model_config = ConfigDict(frozen=True)

    id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    pace: Pace
    status: Literal["active", "ended"]
    form: MeetingForm | None = None
    formed_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None

    @property
    def people(self) -> tuple[tuple[str, Role], ...]:
        """Both members with their roles."""
        return ((self.mentor_id, Role.MENTOR), (self.mentee_id, Role.MENTEE))

    def includes(self, person_id: str) -> bool:
        """Whether this person is one of the two."""
        return person_id in {self.mentor_id, self.mentee_id}

    def require_active(self) -> None:
        """Raise `PairHasEnded` once the pair has ended."""
        if self.status == "ended":
            raise PairHasEnded

    def require_together_at(self, moment: datetime) -> None:
        """Raise `PairHasEnded` or `BeforeThePairFormed` unless the two were a pair at a moment."""
        if self.ended_at is not None and moment > self.ended_at:
            raise PairHasEnded
        if self.formed_at is not None and moment < self.formed_at:
            raise BeforeThePairFormed
