"""A letter: what it tells whom, and its way to the mail server."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from matka_contracts.event import Event
from matka_contracts.notifications import LetterFailed, LetterSent
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError

SOON = timedelta(seconds=10)  # where nobody refused
_LONGEST_PAUSE = timedelta(hours=6)
_PATIENCE = timedelta(hours=48)


class LetterTaken(DomainError):
    """Another sender is at this letter, or it is done with."""


class Letter(Aggregate):
    """One mail to one person. Its id is `event id : recipient : template`, so that no event writes it twice.

    `facts` are the event's data, `mentions` the other persons whose names it tells: names and addresses are
    fetched when it is sent and never kept. `meeting_id` and `revision` name the plan that it speaks of,
    `told_at` is when the event happened. `created_at` and `ready_at` are machine time.
    """

    template: str
    person_id: str
    mentions: tuple[str, ...] = ()
    facts: dict[str, Any] = Field(default_factory=dict)
    meeting_id: str = ""
    revision: int = 0
    told_at: AwareDatetime | None = None
    urgent: bool = False
    status: Literal["waiting", "sending", "sent", "failed", "withdrawn"] = "waiting"
    created_at: AwareDatetime
    ready_at: AwareDatetime
    attempt: int = 0
    failures: int = 0
    reason: str = ""

    def claim(self, machine: datetime, lasts: timedelta) -> Sequence[Event]:
        """Take the letter in hand: nobody else sends it until the claim expires. Raises `LetterTaken`."""
        if self.status not in {"waiting", "sending"} or self.ready_at > machine:
            raise LetterTaken
        self.status, self.attempt, self.ready_at = "sending", self.attempt + 1, machine + lasts
        return ()

    def mark_sent(self, attempt: int, language: str, now: datetime) -> Sequence[Event]:
        """The mail server took it. Raises `LetterTaken` when the claim of `attempt` had expired."""
        self._require(attempt)
        self.status = "sent"
        return (
            LetterSent(
                letter_id=self.id,
                template=self.template,
                person_id=self.person_id,
                language=language,
                sent_at=now,
            ),
        )

    def put_off(self, attempt: int, reason: str, machine: datetime, first: timedelta) -> Sequence[Event]:
        """It did not go for now: try again after `first`, later each time, and give up after 48 hours."""
        self._require(attempt)
        if machine - self.created_at > _PATIENCE:
            return self.fail(attempt, reason)
        pause = min(first * 2**self.failures, _LONGEST_PAUSE)
        self.status, self.failures = "waiting", self.failures + 1
        self.reason, self.ready_at = reason, machine + pause
        return ()

    def give_back(self, attempt: int, machine: datetime) -> Sequence[Event]:
        """Something that the letter needs is away; it is nobody's failure."""
        self._require(attempt)
        self.status, self.ready_at = "waiting", machine
        return ()

    def fail(self, attempt: int, reason: str) -> Sequence[Event]:
        """It can't be delivered; staff hear of it."""
        self._require(attempt)
        self.status, self.reason = "failed", reason
        return (
            LetterFailed(letter_id=self.id, template=self.template, person_id=self.person_id, reason=reason),
        )

    def withdraw(self, attempt: int, reason: str) -> Sequence[Event]:
        """What it would say is no longer so, or its reader does not want it."""
        self._require(attempt)
        self.status, self.reason = "withdrawn", reason
        return ()

    def _require(self, attempt: int) -> None:
        if self.status != "sending" or self.attempt != attempt:
            raise LetterTaken
