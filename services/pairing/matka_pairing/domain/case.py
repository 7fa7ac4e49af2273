"""A support case: somebody turns to staff, one of them answers, and nobody waits longer than was promised."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_contracts.pairing import CaseHandedOver, CaseOpened, CaseOverdue, CaseResolved
from matka_kit.aggregate import Aggregate, Timer
from matka_kit.errors import DomainError
from matka_pairing.domain.working_days import end_of_working_day

Kind = Literal["question", "meetings", "ending", "well-being", "other", "rhythm"]
Outcome = Literal["answered", "continues", "pair-ended"]
BY_RHYTHM = "scheduling"
_LONGEST_BEGINNING = 140
_WORKING_DAYS = 3
_OVERDUE = "overdue"


class CaseIsResolved(DomainError):
    """Staff are done with this case; a new one can be opened."""


class CaseWithoutPair(DomainError):
    """A case that is about no pair cannot end one."""


class NotAmongStaff(DomainError):
    """Only staff who act in the program answer or cover its cases."""


class CoverIsOwner(DomainError):
    """Whoever answers a case cannot be their own cover."""


class RhythmCaseOpen(DomainError):
    """Staff are at this pair's rhythm already."""


class Case(Aggregate):
    """What somebody turned to staff about, and what came of it.

    `text` is for staff and for who opened it, `note` for staff alone: neither ever leaves this service
    in an event. `members` are the two of the pair that it is about, `opened_by` is a person or the service
    that noticed a pair's silence.
    """

    program_id: str
    pair_id: str = ""
    members: tuple[str, ...] = ()
    kind: Kind
    text: str = ""
    opened_by: str
    opened_at: AwareDatetime
    owner_id: str
    cover_id: str = ""
    due_at: AwareDatetime
    status: Literal["open", "resolved"] = "open"
    overdue: bool = False
    outcome: Outcome | Literal[""] = ""
    note: str = ""
    end_reason: str = ""
    resolved_at: AwareDatetime | None = None

    @staticmethod
    def deadline(opened_at: datetime, timezone: str) -> datetime:
        """When an answer is due: at the end of the third working day."""
        return end_of_working_day(opened_at, _WORKING_DAYS, timezone)

    @property
    def beginning(self) -> str:
        """The first line of what was said, so that a list tells cases apart; dots where more follows."""
        said = self.text.strip()
        first = next(iter(said.splitlines()), "")[:_LONGEST_BEGINNING].rstrip()
        return f"{first} …" if len(first) < len(said) else first

    def open(self) -> Sequence[Event]:
        """Tell who is to answer."""
        return (CaseOpened(**self._row()),)

    def hand_over(self, owner_id: str, acting: Collection[str]) -> Sequence[Event]:
        """Let somebody else of the acting staff answer; if that was the cover, the two change places."""
        self._require_open()
        if owner_id == self.owner_id:
            return ()
        if owner_id not in acting:
            raise NotAmongStaff
        if owner_id == self.cover_id:
            self.cover_id = self.owner_id
        self.owner_id = owner_id
        return (CaseHandedOver(**self._row()),)

    def cover(self, cover_id: str, acting: Collection[str]) -> Sequence[Event]:
        """Say who answers when the owner is away; nobody if empty."""
        self._require_open()
        if cover_id and cover_id == self.owner_id:
            raise CoverIsOwner
        if cover_id and cover_id not in acting:
            raise NotAmongStaff
        self.cover_id = cover_id
        return ()

    def resolve(self, outcome: Outcome, note: str, end_reason: str, now: datetime) -> Sequence[Event]:
        """Be done with it; `end_reason` says without blame why a pair ends, where that is the outcome."""
        if self.status == "resolved" and self.outcome == outcome:
            return ()
        self._require_open()
        if outcome == "pair-ended" and not self.pair_id:
            raise CaseWithoutPair
        self.status, self.outcome, self.note, self.resolved_at = "resolved", outcome, note, now
        self.end_reason = end_reason if outcome == "pair-ended" else ""
        return (CaseResolved(**self._row(), outcome=outcome, resolved_at=now),)

    def forget_words(self) -> Sequence[Event]:
        """Keep that there was a case, and nothing of what was said: who opened it is erased."""
        self.text = self.note = ""
        return ()

    def timers(self) -> Sequence[Timer]:
        """The deadline, as long as it is waited for."""
        if self.status == "resolved" or self.overdue:
            return ()
        return (Timer(id=_OVERDUE, due=self.due_at, kind=_OVERDUE),)

    def fire(self, _: Timer, __: datetime) -> Sequence[Event]:
        """The deadline passed: the cover is to hear of it."""
        self.overdue = True
        return (CaseOverdue(**self._row()),)

    def _require_open(self) -> None:
        if self.status != "open":
            raise CaseIsResolved

    def _row(self) -> dict[str, Any]:
        return {
            "case_id": self.id,
            "program_id": self.program_id,
            "pair_id": self.pair_id,
            "kind": self.kind,
            "opened_by": self.opened_by,
            "owner_id": self.owner_id,
            "cover_id": self.cover_id,
            "due_at": self.due_at,
        }
