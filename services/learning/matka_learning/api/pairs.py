"""Exercises and introductions over HTTP."""

from typing import Annotated

from fastapi import APIRouter, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictStr

from matka_contracts.terms import STAFF_WHO_ACT
from matka_kit.errors import Forbidden, NotFound
from matka_kit.http import CallerOf, CommandOf
from matka_learning.api.access import LearningDeps, mentored_pair, visible_pair
from matka_learning.domain.exercise import Assignment
from matka_learning.domain.introduction import Introduction, IntroductionKind, OrganisationKind
from matka_learning.handlers import pairs as commands

router = APIRouter()


class ExerciseRequest(BaseModel):
    """Which exercise of the library."""

    model_config = ConfigDict(extra="forbid")

    exercise: Annotated[StrictStr, Field(min_length=1, max_length=100)]


class AssignmentAnswer(BaseModel):
    """An exercise that a pair has; `done_at` is null until the mentee has done it."""

    id: str
    program_id: str
    pair_id: str
    exercise: str
    assigned_by: str
    assigned_at: AwareDatetime
    done_at: AwareDatetime | None

    @classmethod
    def of(cls, assignment: Assignment) -> "AssignmentAnswer":
        return cls(**assignment.model_dump(include=set(cls.model_fields)))


class AssignmentsAnswer(BaseModel):
    """Exercises, the oldest first."""

    exercises: list[AssignmentAnswer]


class IntroductionRequest(BaseModel):
    """How the mentee was introduced, and in what kind of organisation the other person works."""

    model_config = ConfigDict(extra="forbid")

    kind: IntroductionKind
    organisation_kind: OrganisationKind | None = None


class IntroductionAnswer(BaseModel):
    """One line of the ledger."""

    id: str
    program_id: str
    pair_id: str
    kind: IntroductionKind
    organisation_kind: OrganisationKind | None
    made_at: AwareDatetime

    @classmethod
    def of(cls, introduction: Introduction) -> "IntroductionAnswer":
        return cls(**introduction.model_dump(include=set(cls.model_fields)))


class IntroductionsAnswer(BaseModel):
    """The ledger, the oldest line first."""

    introductions: list[IntroductionAnswer]


@router.post("/pairs/{pair_id}/exercises", status_code=status.HTTP_201_CREATED)
async def assign(
    pair_id: str, body: ExerciseRequest, caller: CallerOf, cause: CommandOf, deps: LearningDeps
) -> AssignmentAnswer:
    pair = await visible_pair(deps, caller, pair_id)
    if pair.mentor_id != caller.subject and not caller.has(STAFF_WHO_ACT, pair.program_id):
        raise Forbidden
    assigned = await commands.assign_exercise(deps, pair, body.exercise, caller.subject, cause)
    return AssignmentAnswer.of(assigned)


@router.get("/pairs/{pair_id}/exercises")
async def exercises(pair_id: str, caller: CallerOf, deps: LearningDeps) -> AssignmentsAnswer:
    pair = await visible_pair(deps, caller, pair_id)
    found = await commands.exercises_of(deps, pair.id)
    return AssignmentsAnswer(exercises=[AssignmentAnswer.of(each) for each in found])


@router.post("/exercises/{id}/done")
async def done(id: str, caller: CallerOf, cause: CommandOf, deps: LearningDeps) -> AssignmentAnswer:
    assignment = await deps.assignments.get(id)
    if assignment.mentee_id != caller.subject:
        raise NotFound(kind="assignments")
    return AssignmentAnswer.of(await commands.finish_exercise(deps, assignment.id, cause))


@router.post("/pairs/{pair_id}/introductions", status_code=status.HTTP_201_CREATED)
async def introduce(
    pair_id: str, body: IntroductionRequest, caller: CallerOf, cause: CommandOf, deps: LearningDeps
) -> IntroductionAnswer:
    pair = await mentored_pair(deps, caller, pair_id)
    made = await commands.make_introduction(deps, pair, body.kind, body.organisation_kind, cause)
    return IntroductionAnswer.of(made)


@router.get("/pairs/{pair_id}/introductions")
async def introductions(pair_id: str, caller: CallerOf, deps: LearningDeps) -> IntroductionsAnswer:
    pair = await visible_pair(deps, caller, pair_id)
    found = await commands.introductions_of(deps, pair.id)
    return IntroductionsAnswer(introductions=[IntroductionAnswer.of(each) for each in found])
