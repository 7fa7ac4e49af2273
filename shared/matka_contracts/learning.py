"""Events of `learning`: self-study, exercises, goals, introductions."""

from typing import ClassVar

from pydantic import AwareDatetime

from matka_contracts.event import Event


class LearningEvent(Event):
    """A fact published by `learning`."""

    producer: ClassVar[str] = "learning"


class CourseCompleted(LearningEvent):
    """A person finished an agreed self-study course; `course` is its code in the library."""

    program_id: str
    person_id: str
    course: str
    completed_at: AwareDatetime


class ExerciseAssigned(LearningEvent):
    """A mentor or staff gave a pair an exercise from the library."""

    assignment_id: str
    program_id: str
    pair_id: str
    mentor_id: str
    mentee_id: str
    exercise: str


class GoalSet(LearningEvent):
    """A mentee wrote down a goal; `kind` is its category, its words stay with the mentee."""

    goal_id: str
    program_id: str
    person_id: str
    kind: str


class GoalReached(LearningEvent):
    """A mentee says that a goal is reached."""

    goal_id: str
    program_id: str
    person_id: str
    kind: str


class IntroductionMade(LearningEvent):
    """A mentor introduced the mentee to somebody of their network; the third person stays unnamed."""

    introduction_id: str
    program_id: str
    pair_id: str
    mentor_id: str
    mentee_id: str
    kind: str
