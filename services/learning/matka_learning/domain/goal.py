"""Goals that a mentee owns: their kind may be counted, their words are for the pair alone."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_contracts.learning import GoalReached, GoalSet
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError, InvalidInput

MOST_GOALS = 50


class GoalWithoutWords(InvalidInput):
    """A goal says in words what it is about."""


class TooManyGoals(DomainError):
    """The mentee has as many goals in this program as one person can keep in view."""


class GoalKind(StrEnum):
    """What a goal is about: the needs that mentees name when they apply, and whatever else matters."""

    CV = "cv"
    APPLICATION = "application"
    CULTURE = "culture"
    LABOUR_MARKET = "labour-market"
    NETWORK = "network"
    LANGUAGE = "language"
    RECOGNITION = "recognition"
    OTHER = "other"


class Goal(Aggregate):
    """One goal of one mentee in one program."""

    program_id: str
    person_id: str
    kind: GoalKind
    text: str
    set_at: AwareDatetime
    reached_at: AwareDatetime | None = None

    def write_down(self) -> Sequence[Event]:
        """Set the goal. Raises `GoalWithoutWords`."""
        if not self.text.strip():
            raise GoalWithoutWords
        return (GoalSet(goal_id=self.id, **self._row()),)

    def reach(self, now: datetime) -> Sequence[Event]:
        """The mentee says that it is reached; saying it twice changes nothing."""
        if self.reached_at is not None:
            return ()
        self.reached_at = now
        return (GoalReached(goal_id=self.id, **self._row()),)

    def _row(self) -> dict[str, str]:
        return {"program_id": self.program_id, "person_id": self.person_id, "kind": self.kind}
