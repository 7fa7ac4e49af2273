"""What staff see of learning in a whole program: counts, never anybody's words."""

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel

from matka_contracts.terms import STAFF
from matka_kit.http import CallerOf
from matka_learning.api.access import LearningDeps

router = APIRouter()


class ExerciseCounts(BaseModel):
    """Exercises that pairs were given, and how many of them are done."""

    assigned: int
    done: int


class GoalCounts(BaseModel):
    """Goals that mentees set, and how many of them are reached."""

    set: int
    reached: int


class CountsAnswer(BaseModel):
    """Where a program stands between its meetings."""

    courses_completed: int
    exercises: ExerciseCounts
    goals: GoalCounts
    introductions: int


@router.get("/programs/{program_id}/counts")
async def counts(program_id: str, caller: CallerOf, deps: LearningDeps) -> CountsAnswer:
    caller.require(STAFF, program_id)
    where = {"program_id": program_id}
    courses, open_exercises, done, open_goals, reached, introductions = await asyncio.gather(
        deps.self_studies.count(where),
        deps.assignments.count({**where, "is_done": False}),
        deps.assignments.count({**where, "is_done": True}),
        deps.goals.count({**where, "is_reached": False}),
        deps.goals.count({**where, "is_reached": True}),
        deps.introductions.count(where),
    )
    return CountsAnswer(
        courses_completed=courses,
        exercises=ExerciseCounts(assigned=open_exercises + done, done=done),
        goals=GoalCounts(set=open_goals + reached, reached=reached),
        introductions=introductions,
    )
