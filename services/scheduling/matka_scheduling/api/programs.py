"""What staff see of a whole program, and the seal, over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, status
from fastapi import Query as Parameters
from pydantic import AwareDatetime, BaseModel

from matka_contracts.scheduling import GatheringFact
from matka_contracts.terms import STAFF, MeetingForm, Pace, Role
from matka_kit.errors import NotFound
from matka_kit.http import CallerOf, CommandOf
from matka_kit.jobs import Job
from matka_kit.store import Query
from matka_scheduling.api.access import After, Chosen, Limit, SchedulingDeps
from matka_scheduling.domain.participation import Outcome, Participation, participation_id
from matka_scheduling.domain.rhythm import Signal, Step
from matka_scheduling.handlers.participation import seal_program
from matka_scheduling.handlers.rhythm import (
    PairRhythm,
    quiet_pairs,
    rhythm_of,
    rhythm_of_pair,
    rhythm_of_these,
)

router = APIRouter()

_WHO_SEALS = (Role.ADMINISTRATOR, Role.COORDINATOR)


class WantedPairs(BaseModel):
    """All pairs page by page, or these, or those that are `quiet`: whom, or about whom, somebody is asked."""

    pair_id: Chosen
    quiet: bool = False
    limit: Limit = 200
    after: After = ""


class RhythmLine(BaseModel):
    """A pair and how it meets; `unlogged` counts past meetings that nobody has logged.

    `step` is the last one taken about the present silence, which began at `quiet_since`.
    """

    pair_id: str
    mentor_id: str
    mentee_id: str
    status: Literal["active", "ended"]
    pace: Pace
    form: MeetingForm | None
    held: int
    unlogged: int
    last_held: AwareDatetime | None
    next_planned: AwareDatetime | None
    quiet_since: AwareDatetime | None
    step: Step
    signal: Signal

    @classmethod
    def of(cls, rhythm: PairRhythm) -> "RhythmLine":
        return cls(
            pair_id=rhythm.pair.id,
            mentor_id=rhythm.pair.mentor_id,
            mentee_id=rhythm.pair.mentee_id,
            status=rhythm.pair.status,
            pace=rhythm.pair.pace,
            form=rhythm.pair.form,
            held=rhythm.held,
            unlogged=rhythm.unlogged,
            last_held=rhythm.last_held,
            next_planned=rhythm.next_planned,
            quiet_since=rhythm.quiet_since,
            step=rhythm.step,
            signal=rhythm.signal,
        )


class RhythmAnswer(BaseModel):
    """One page of pairs; `after` asks for the next page, empty on the last."""

    pairs: list[RhythmLine]
    after: str


class ParticipationLine(BaseModel):
    """What one person took part in; `seal` is 0 while nothing is sealed."""

    person_id: str
    role: Role
    meetings_held: int
    gatherings: list[GatheringFact]
    outcome: Outcome
    seal: int

    @classmethod
    def of(cls, participation: Participation) -> "ParticipationLine":
        return cls(
            person_id=participation.person_id,
            role=participation.role,
            meetings_held=len(participation.meetings),
            gatherings=list(participation.gatherings),
            outcome=participation.outcome,
            seal=participation.seal,
        )


class ParticipationAnswer(BaseModel):
    """One page of people; `after` asks for the next page, empty on the last."""

    people: list[ParticipationLine]
    after: str


class JobStarted(BaseModel):
    """Where to ask how far a job is."""

    job_id: str


class JobAnswer(BaseModel):
    """How far a job is; `problem` is the code of what stopped it."""

    id: str
    kind: str
    status: Literal["running", "finished", "cancelled", "failed"]
    done: int
    total: int
    problem: str

    @classmethod
    def of(cls, job: Job) -> "JobAnswer":
        return cls(**job.model_dump(include=set(cls.model_fields)))


@router.get("/programs/{program_id}/rhythm")
async def rhythm(
    program_id: str, caller: CallerOf, deps: SchedulingDeps, wanted: Annotated[WantedPairs, Parameters()]
) -> RhythmAnswer:
    caller.require(STAFF, program_id)
    if wanted.pair_id:
        found, next_page = await rhythm_of_these(deps, program_id, wanted.pair_id), ""
    else:
        listed = quiet_pairs if wanted.quiet else rhythm_of
        found, next_page = await listed(deps, program_id, wanted.limit, wanted.after)
    return RhythmAnswer(pairs=[RhythmLine.of(each) for each in found], after=next_page)


@router.get("/pairs/{pair_id}/rhythm")
async def rhythm_of_one(pair_id: str, caller: CallerOf, deps: SchedulingDeps) -> RhythmLine:
    found = await rhythm_of_pair(deps, pair_id)
    if not caller.has(STAFF, found.pair.program_id):
        raise NotFound(kind="pairs")
    return RhythmLine.of(found)


@router.get("/programs/{program_id}/participation")
async def participation(
    program_id: str,
    caller: CallerOf,
    deps: SchedulingDeps,
    person_id: Chosen,
    limit: Limit = 200,
    after: After = "",
) -> ParticipationAnswer:
    """What everybody took part in, or each of these people."""
    caller.require(STAFF, program_id)
    if person_id:
        ids = [participation_id(program_id, each) for each in person_id]
        these = await deps.participations.get_many(ids)
        return ParticipationAnswer(people=[ParticipationLine.of(each) for each in these], after="")
    query = Query({"program_id": program_id}, limit=limit, after=(after,) if after else None)
    page = await deps.participations.find(query)
    return ParticipationAnswer(
        people=[ParticipationLine.of(each) for each in page.items],
        after=str(page.after[0]) if page.after else "",
    )


@router.post("/programs/{program_id}/seal", status_code=status.HTTP_202_ACCEPTED)
async def seal(program_id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps) -> JobStarted:
    caller.require(_WHO_SEALS, program_id)
    job = await seal_program(deps, program_id, caller.subject, cause)
    return JobStarted(job_id=job.id)


@router.get("/jobs/{id}")
async def job_progress(id: str, caller: CallerOf, deps: SchedulingDeps) -> JobAnswer:
    job = await deps.jobs.get(id)
    if not caller.has(STAFF, job.scope):
        raise NotFound(kind="jobs")
    return JobAnswer.of(job)
