"""A program: its model, its dates, its rules, and the three states that it goes through."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from matka_contracts.event import Event
from matka_contracts.pairing import ProgramClosed, ProgramOpened, ProgramStarted
from matka_contracts.terms import Cefr, Pace, ProgramModel
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError, InvalidInput
from matka_pairing.domain.pace import require_sensible


class ProgramEndsBeforeItStarts(InvalidInput):
    """The last day lies before the first."""


class TitleMissing(InvalidInput):
    """A program needs its title in every one of its languages."""


class FieldMissing(InvalidInput):
    """Career mentoring needs the professional field that it is about."""


class ProgramNotOpen(DomainError):
    """Only an open program takes applications and can start."""


class ProgramNotStarted(DomainError):
    """Only a program that has started can close."""


class ProgramIsClosed(DomainError):
    """Nothing changes in a program that is closed."""


class ProgramRules(BaseModel):
    """What a program demands; frozen when it starts.

    `training_hours` is the length of the mentor training, `seats` how many mentees there may be,
    `contact_after_self_study` whether door B needs the recorded contact with staff.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    common_language_level: Cefr = Cefr.B1
    pace: Pace = Pace()
    training_hours: float = Field(default=6, ge=0, le=100)
    seats: int = Field(default=70, ge=1, le=10_000, strict=True)
    contact_after_self_study: bool = True
    gatherings_required: int = Field(default=2, ge=0, le=20, strict=True)


class Program(Aggregate):
    """A program from its opening to its closing; dates are local to `timezone`, `title` is by language."""

    model: ProgramModel
    title: dict[str, str]
    field: str = ""
    languages: tuple[str, ...]
    starts_on: date
    ends_on: date
    timezone: str = "Europe/Helsinki"
    rules: ProgramRules = ProgramRules()
    status: Literal["open", "started", "closed"] = "open"

    def open(self) -> Sequence[Event]:
        """Check what was asked for and open the program for applications."""
        if self.ends_on <= self.starts_on:
            raise ProgramEndsBeforeItStarts(starts_on=str(self.starts_on), ends_on=str(self.ends_on))
        if missing := [language for language in self.languages if not self.title.get(language, "").strip()]:
            raise TitleMissing(languages=missing)
        if self.model is ProgramModel.CAREER_MENTORING and not self.field:
            raise FieldMissing
        require_sensible(self.rules.pace)
        return (ProgramOpened(**self._row()),)

    def start(self) -> Sequence[Event]:
        """Freeze the rules; starting twice changes nothing."""
        if self.status == "started":
            return ()
        self.require_open()
        self.status = "started"
        return (ProgramStarted(**self._row()),)

    def close(self, now: datetime) -> Sequence[Event]:
        """End the program; closing twice changes nothing."""
        if self.status == "closed":
            return ()
        if self.status != "started":
            raise ProgramNotStarted
        self.status = "closed"
        return (ProgramClosed(**self._row(), closed_at=now),)

    def require_open(self) -> None:
        """Raise `ProgramNotOpen` once the program has started or closed."""
        if self.status != "open":
            raise ProgramNotOpen

    def require_running(self) -> None:
        """Raise `ProgramIsClosed` once the program is over."""
        if self.status == "closed":
            raise ProgramIsClosed

    def _row(self) -> dict[str, Any]:
        return {
            "program_id": self.id,
            "model": self.model,
            "title": self.title,
            "languages": self.languages,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "timezone": self.timezone,
            "pace": self.rules.pace,
            "training_hours": self.rules.training_hours,
        }
