"""An application: what somebody brings and wishes, and what staff decided about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from matka_contracts.event import Event
from matka_contracts.pairing import (
    ApplicantAdmitted,
    ApplicantDeclined,
    ApplicantUnmatched,
    ApplicantWaiting,
    ApplicationReceived,
    ApplicationRepeated,
)
from matka_contracts.terms import Cefr, MeetingForm, Role
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError, InvalidInput
from matka_pairing.domain.matching_inputs import IscoCode

Path = Literal["training", "self-study", "none"]
Decision = Literal["received", "waiting", "admitted", "declined", "referred"]
Topic = Literal["cv", "application", "culture", "labour-market", "network", "language", "recognition"]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Availability = Literal["weekday-days", "weekday-evenings", "weekends"]
_MOST_CHOICES = 20
_A_DAY = timedelta(days=1)


class ApplicationDecided(DomainError):
    """Another decision about this application was made before."""


class NotEligible(InvalidInput):
    """Applying means declaring that the program is meant for one."""


class ProgramFull(DomainError):
    """All seats for mentees are taken; the application can wait."""


class Profile(BaseModel):
    """What matching may know of a person. Empty means unknown; no origin, no protected trait is asked.

    `languages` maps ISO 639 codes to levels, `field` holds ISCO-08 codes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: dict[LanguageCode, Cefr] = Field(default_factory=dict, max_length=50)
    field: tuple[IscoCode, ...] = Field(default=(), max_length=20)
    municipality: str = Field(default="", max_length=100)
    forms: tuple[MeetingForm, ...] = Field(default=(), max_length=_MOST_CHOICES)
    availability: tuple[Availability, ...] = Field(default=(), max_length=_MOST_CHOICES)
    needs: tuple[Topic, ...] = Field(default=(), max_length=_MOST_CHOICES)
    offers: tuple[Topic, ...] = Field(default=(), max_length=_MOST_CHOICES)
    capacity: int = Field(default=1, ge=1, le=20)
    goals: str = Field(default="", max_length=5000)


class Application(Aggregate):
    """One person's application to one program in one role. `path` is the door that a mentor means to take.

    `consented_at` is set where the applicants themselves agreed to what is kept of them, `repeated_at` when
    they were last told that it is known.
    """

    program_id: str
    person_id: str
    role: Literal[Role.MENTOR, Role.MENTEE]
    profile: Profile
    path: Path = "none"
    status: Decision = "received"
    reason: str = ""
    received_at: AwareDatetime | None = None
    consented_at: AwareDatetime | None = None
    repeated_at: AwareDatetime | None = None

    def receive(self) -> Sequence[Event]:
        """Note that it came in."""
        return (ApplicationReceived(**self._row()),)

    def repeat(self, now: datetime) -> Sequence[Event]:
        """Tell whoever applies again that their application is known; once a day, for anybody can try."""
        if self.repeated_at and now - self.repeated_at < _A_DAY:
            return ()
        self.repeated_at = now
        return (ApplicationRepeated(**self._row()),)

    def admit(self) -> Sequence[Event]:
        """Give the applicant a place; admitting twice changes nothing."""
        if self._is_decided("admitted"):
            return ()
        self.status = "admitted"
        return (ApplicantAdmitted(**self._row(), self_study=self.path == "self-study"),)

    def wait(self, reason: str) -> Sequence[Event]:
        """Keep the application for when a seat becomes free."""
        if self._is_decided("waiting"):
            return ()
        self.status, self.reason = "waiting", reason
        return (ApplicantWaiting(**self._row(), reason=reason),)

    def decline(self, reason: str, *, refer: bool) -> Sequence[Event]:
        """Offer no place, or point to another service that fits better; `reason` is a code."""
        decision: Decision = "referred" if refer else "declined"
        if self._is_decided(decision):
            return ()
        self.status, self.reason = decision, reason
        return (ApplicantDeclined(**self._row(), reason=reason, referred=refer),)

    def stay_alone(self) -> Sequence[Event]:
        """Say that a publication brought no pair; who has no place expects none."""
        return (ApplicantUnmatched(**self._row()),) if self.status == "admitted" else ()

    def forget(self) -> Sequence[Event]:
        """Forget what the applicant told: they are erased. That there was an application stays countable."""
        self.profile = Profile()
        return ()

    def _row(self) -> dict[str, Any]:
        return {
            "application_id": self.id,
            "program_id": self.program_id,
            "person_id": self.person_id,
            "role": self.role,
        }

    def _is_decided(self, decision: Decision) -> bool:
        if self.status == decision:
            return True
        if self.status not in {"received", "waiting"}:
            raise ApplicationDecided(status=self.status)
        return False
