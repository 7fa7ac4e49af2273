"""A pair, from the proposal that both may decline to the end without blame."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from matka_contracts.event import Event
from matka_contracts.pairing import AgreementSigned, PairDeclined, PairEnded, PairFormed, PairProposed
from matka_contracts.terms import Cefr, MeetingForm, Pace
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError, Forbidden
from matka_pairing.domain.matching_remarks import Remark
from matka_pairing.domain.pace import require_sensible

PairStatus = Literal["proposed", "formed", "declined", "ended"]


class MenteeAlreadyPaired(DomainError):
    """The mentee has a pair, or a proposal that waits for an answer, in this program."""


class SeatTaken(DomainError):
    """This seat of the mentor is taken."""


class MentorFull(DomainError):
    """All seats of the mentor are taken."""


class PairAnswered(DomainError):
    """The proposal has been answered already."""


class PairNotFormed(DomainError):
    """Only a pair that both have accepted can do this."""


class Agreement(BaseModel):
    """What mentor and mentee agreed on. `holidays` is free text, `language_level` the pact's CEFR level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: MeetingForm
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    language_level: Cefr | None = None
    pace: Pace
    goals: str = Field(default="", max_length=5000)
    holidays: str = Field(default="", max_length=1000)


def holds_seats(status: PairStatus) -> bool:
    """Whether a pair, or its proposal, holds the seats of its two people."""
    return status in {"proposed", "formed"}


class StandingOfPair(BaseModel):
    """Who a pair is, where it stands and since when."""

    id: str
    mentor_id: str
    mentee_id: str
    status: PairStatus
    proposed_at: AwareDatetime | None
    formed_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end_reason: str

    @property
    def is_active(self) -> bool:
        """Whether the pair, or its proposal, holds the seats of its two people."""
        return holds_seats(self.status)


class Pair(Aggregate):
    """One mentor and one mentee in one program; `seat` is which of the mentor's places it is, from 0."""

    program_id: str
    mentor_id: str
    mentee_id: str
    seat: int
    score: int
    reasons: tuple[Remark, ...] = ()
    doubts: tuple[Remark, ...] = ()
    common_language: str
    pace: Pace = Pace()
    status: PairStatus = "proposed"
    accepted: tuple[str, ...] = ()
    proposed_at: AwareDatetime | None = None
    declined_by: str = ""
    formed_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    end_reason: str = ""
    agreement: Agreement | None = None

    @property
    def is_active(self) -> bool:
        """Whether the pair, or its proposal, holds the seats of its two people."""
        return holds_seats(self.status)

    def propose(self) -> Sequence[Event]:
        """Ask both."""
        return (PairProposed(**self._row(), common_language=self.common_language),)

    def accept(self, person_id: str, now: datetime) -> Sequence[Event]:
        """One side says yes; with the second yes they are a pair. Saying it twice changes nothing."""
        self._require_member(person_id)
        if person_id in self.accepted and self.is_active:
            return ()
        if self.status != "proposed":
            raise PairAnswered
        self.accepted = (*self.accepted, person_id)
        if len(self.accepted) == 1:
            return ()
        self.status, self.formed_at = "formed", now
        return (PairFormed(**self._row(), formed_at=now, common_language=self.common_language),)

    def decline(self, person_id: str) -> Sequence[Event]:
        """One side says no, in private: the other only hears that it did not come about."""
        self._require_member(person_id)
        if self.status == "declined" and self.declined_by == person_id:
            return ()
        if self.status != "proposed":
            raise PairAnswered
        self.status, self.declined_by = "declined", person_id
        return (PairDeclined(**self._row()),)

    def sign(self, person_id: str, agreement: Agreement, now: datetime) -> Sequence[Event]:
        """Write down, or change, what the two agreed on."""
        self._require_member(person_id)
        if self.status != "formed":
            raise PairNotFormed
        require_sensible(agreement.pace)
        if agreement == self.agreement:
            return ()
        self.agreement, self.pace = agreement, agreement.pace
        return (
            AgreementSigned(
                **self._row(),
                form=agreement.form,
                language=agreement.language,
                language_level=agreement.language_level,
                signed_at=now,
            ),
        )

    def end(self, reason: str, now: datetime) -> Sequence[Event]:
        """End the pair without blame; ending twice changes nothing."""
        if self.status == "ended":
            return ()
        if self.status == "proposed":
            self.status, self.end_reason = "declined", reason
            return (PairDeclined(**self._row(), reason=reason),)
        if self.status != "formed":
            raise PairNotFormed
        self.status, self.end_reason, self.ended_at = "ended", reason, now
        return (PairEnded(**self._row(), reason=reason, ended_at=now),)

    def _require_member(self, person_id: str) -> None:
        if person_id not in {self.mentor_id, self.mentee_id}:
            raise Forbidden

    def _row(self) -> dict[str, Any]:
        return {
            "pair_id": self.id,
            "program_id": self.program_id,
            "mentor_id": self.mentor_id,
            "mentee_id": self.mentee_id,
            "pace": self.pace,
        }
