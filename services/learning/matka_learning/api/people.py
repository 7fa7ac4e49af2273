"""Courses and goals over HTTP."""

from typing import Annotated

from fastapi import APIRouter, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictStr

from matka_contracts.terms import PARTICIPANTS, Role
from matka_kit.errors import NotFound
from matka_kit.http import CallerOf, CommandOf
from matka_learning.api.access import LearningDeps
from matka_learning.domain.goal import Goal, GoalKind
from matka_learning.handlers import people as commands

router = APIRouter()


class CourseCompletion(BaseModel):
    """A course that somebody has finished."""

    program_id: str
    course: str
    completed_at: AwareDatetime | None


class CoursesAnswer(BaseModel):
    """Every course of the library; `completed_at` is null until its reader has finished it."""

    courses: list[CourseCompletion]


class GoalRequest(BaseModel):
    """A goal as the mentee writes it down."""

    model_config = ConfigDict(extra="forbid")

    kind: GoalKind
    text: Annotated[StrictStr, Field(min_length=1, max_length=5000)]


class GoalAnswer(BaseModel):
    """A goal; `reached_at` is null until it is reached."""

    id: str
    program_id: str
    person_id: str
    kind: GoalKind
    text: str
    set_at: AwareDatetime
    reached_at: AwareDatetime | None

    @classmethod
    def of(cls, goal: Goal) -> "GoalAnswer":
        return cls(**goal.model_dump(include=set(cls.model_fields)))


class GoalsAnswer(BaseModel):
    """Goals, the oldest first."""

    goals: list[GoalAnswer]


@router.post("/programs/{program_id}/courses/{course}/complete")
async def complete_course(
    program_id: str, course: str, caller: CallerOf, cause: CommandOf, deps: LearningDeps
) -> CourseCompletion:
    caller.require((Role.MENTOR,), program_id)
    done = await commands.complete_course(deps, program_id, course, caller.subject, cause)
    return CourseCompletion(program_id=done.program_id, course=done.course, completed_at=done.completed_at)


@router.get("/programs/{program_id}/courses")
async def courses(program_id: str, caller: CallerOf, deps: LearningDeps) -> CoursesAnswer:
    """How far the caller is with the courses of the library."""
    caller.require((Role.MENTOR,), program_id)
    found = await commands.courses_of(deps, program_id, caller.subject)
    return CoursesAnswer(
        courses=[
            CourseCompletion(program_id=each.program_id, course=each.course, completed_at=each.completed_at)
            for each in found
        ]
    )


@router.post("/programs/{program_id}/goals", status_code=status.HTTP_201_CREATED)
async def set_goal(
    program_id: str, body: GoalRequest, caller: CallerOf, cause: CommandOf, deps: LearningDeps
) -> GoalAnswer:
    caller.require((Role.MENTEE,), program_id)
    wanted = (body.kind, body.text)
    return GoalAnswer.of(await commands.set_goal(deps, program_id, caller.subject, wanted, cause))


@router.get("/programs/{program_id}/goals")
async def goals(program_id: str, caller: CallerOf, deps: LearningDeps) -> GoalsAnswer:
    caller.require(PARTICIPANTS, program_id)
    found = await commands.goals_seen_by(deps, program_id, caller.subject)
    return GoalsAnswer(goals=[GoalAnswer.of(goal) for goal in found])


@router.post("/goals/{id}/reach")
async def reach_goal(id: str, caller: CallerOf, cause: CommandOf, deps: LearningDeps) -> GoalAnswer:
    goal = await deps.goals.get(id)
    if goal.person_id != caller.subject:
        raise NotFound(kind="goals")
    return GoalAnswer.of(await commands.reach_goal(deps, goal.id, cause))
