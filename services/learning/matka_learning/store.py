"""How learning's aggregates are stored, and what is kept of pairing's facts."""

from matka_kit.cause import derived_id
from matka_kit.shape import Shape
from matka_kit.store import Collection
from matka_learning.domain.exercise import Assignment
from matka_learning.domain.goal import Goal
from matka_learning.domain.introduction import Introduction
from matka_learning.domain.self_study import SelfStudy

MEMBERS = Collection("members")
PAIRS = Collection(
    "pairs",
    {"program_id": str, "mentor_id": str, "status": str},
    indexes=(("program_id", "mentor_id", "status"),),
)
SELF_STUDIES = Collection("self_studies", {"program_id": str}, indexes=(("program_id",),))
ASSIGNMENTS = Collection(
    "assignments",
    {"program_id": str, "pair_id": str, "is_done": bool},
    indexes=(("program_id", "is_done"), ("pair_id",)),
)
GOALS = Collection(
    "goals",
    {"program_id": str, "person_id": str, "is_reached": bool},
    indexes=(("program_id", "person_id"), ("program_id", "is_reached")),
)
INTRODUCTIONS = Collection(
    "introductions",
    {"program_id": str, "pair_id": str},
    indexes=(("program_id",), ("pair_id",)),
)
COLLECTIONS = (MEMBERS, PAIRS, SELF_STUDIES, ASSIGNMENTS, GOALS, INTRODUCTIONS)

SELF_STUDY_SHAPE = Shape(SELF_STUDIES, SelfStudy)
ASSIGNMENT_SHAPE = Shape(ASSIGNMENTS, Assignment, indexed=lambda each: {"is_done": each.done_at is not None})
GOAL_SHAPE = Shape(GOALS, Goal, indexed=lambda each: {"is_reached": each.reached_at is not None})
INTRODUCTION_SHAPE = Shape(INTRODUCTIONS, Introduction)


def member_id(program_id: str, person_id: str, role: str) -> str:
    """The row of a person who was admitted to a program in a role."""
    return derived_id("member", program_id, person_id, role)
