"""Self-study: a mentor's agreed course, finished once."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_contracts.learning import CourseCompleted
from matka_kit.aggregate import Aggregate
from matka_kit.cause import derived_id


class SelfStudy(Aggregate):
    """One person's way through one course in one program. `course` is its code in the library."""

    program_id: str
    person_id: str
    course: str
    completed_at: AwareDatetime | None = None

    @classmethod
    def of(cls, program_id: str, person_id: str, course: str) -> "SelfStudy":
        """A course that is not finished yet."""
        id_ = derived_id("self-study", program_id, person_id, course)
        return cls(id=id_, program_id=program_id, person_id=person_id, course=course)

    def complete(self, now: datetime) -> Sequence[Event]:
        """Finish the course; finishing twice changes nothing."""
        if self.completed_at is not None:
            return ()
        self.completed_at = now
        return (
            CourseCompleted(
                program_id=self.program_id, person_id=self.person_id, course=self.course, completed_at=now
            ),
        )
