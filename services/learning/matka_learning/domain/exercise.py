"""Exercises from the library that a pair was given, and which of them are done."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_contracts.learning import ExerciseAssigned
from matka_kit.aggregate import Aggregate
from matka_kit.cause import derived_id
from matka_learning.domain.known import KnownPair


class Assignment(Aggregate):
    """One exercise of one pair; a pair gets each exercise once. `exercise` is its code in the library."""

    program_id: str
    pair_id: str
    mentor_id: str
    mentee_id: str
    exercise: str
    assigned_by: str
    assigned_at: AwareDatetime
    done_at: AwareDatetime | None = None

    @classmethod
    def of(cls, pair: KnownPair, exercise: str, by: str, now: datetime) -> "Assignment":
        """An exercise that the pair is about to get."""
        return cls(
            id=derived_id("assignment", pair.id, exercise),
            program_id=pair.program_id,
            pair_id=pair.id,
            mentor_id=pair.mentor_id,
            mentee_id=pair.mentee_id,
            exercise=exercise,
            assigned_by=by,
            assigned_at=now,
        )

    def assign(self, pair: KnownPair) -> Sequence[Event]:
        """Give the exercise to the pair. Raises `PairHasEnded`."""
        pair.require_active()
        return (
            ExerciseAssigned(
                assignment_id=self.id,
                program_id=self.program_id,
                pair_id=self.pair_id,
                mentor_id=self.mentor_id,
                mentee_id=self.mentee_id,
                exercise=self.exercise,
            ),
        )

    def finish(self, now: datetime) -> Sequence[Event]:
        """The mentee says that it is done; saying it twice changes nothing."""
        self.done_at = self.done_at or now
        return ()
