"""Meetings over HTTP."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime, StrictBool

from matka_contracts.terms import MeetingForm
from matka_kit.http import CallerOf, CommandOf
from matka_kit.store import Query
from matka_scheduling.api.access import SchedulingDeps, own_meeting, own_pair, visible_pair
from matka_scheduling.domain.meeting import Meeting
from matka_scheduling.handlers import meetings as commands

router = APIRouter()

Minutes = Annotated[int, Field(ge=5, le=1440, strict=True)]
Place = Annotated[str, Field(max_length=300)]


class PlanRequest(BaseModel):
    """A meeting to plan; `at` is local in the program's zone. `held` logs one that took place unplanned."""

    model_config = ConfigDict(extra="forbid")

    at: NaiveDatetime
    minutes: Minutes
    form: MeetingForm
    place: Place = ""
    held: StrictBool = False


class MoveRequest(BaseModel):
    """Another time, and whatever else changes."""

    model_config = ConfigDict(extra="forbid")

    at: NaiveDatetime
    minutes: Minutes | None = None
    form: MeetingForm | None = None
    place: Place | None = None


class HoldRequest(BaseModel):
    """What was otherwise than planned; `held_at` is local time in the program's zone."""

    model_config = ConfigDict(extra="forbid")

    form: MeetingForm | None = None
    held_at: NaiveDatetime | None = None


class MeetingAnswer(BaseModel):
    """A meeting; `at` is local time in `timezone`, `starts_at` the same as an instant."""

    id: str
    pair_id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    at: NaiveDatetime
    timezone: str
    starts_at: AwareDatetime
    minutes: int
    form: MeetingForm
    place: str
    status: Literal["planned", "cancelled", "held"]
    revision: int
    logged_by: str

    @classmethod
    def of(cls, meeting: Meeting) -> "MeetingAnswer":
        own = {"id", "pair_id", "program_id", "mentor_id", "mentee_id", "status", "revision", "logged_by"}
        return cls(
            **meeting.model_dump(include=own),
            at=meeting.plan.at.naive(),
            timezone=meeting.plan.at.zone,
            starts_at=meeting.plan.starts_at,
            minutes=meeting.plan.minutes,
            form=meeting.plan.form,
            place=meeting.plan.place,
        )


class MeetingsAnswer(BaseModel):
    """Meetings in order of time."""

    meetings: list[MeetingAnswer]


@router.post("/pairs/{pair_id}/meetings", status_code=status.HTTP_201_CREATED)
async def plan(
    pair_id: str, body: PlanRequest, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps
) -> MeetingAnswer:
    pair = await own_pair(deps, caller, pair_id)
    wanted = commands.PlanMeeting(**body.model_dump())
    return MeetingAnswer.of(await commands.plan_meeting(deps, pair, wanted, caller.subject, cause))


@router.get("/pairs/{pair_id}/meetings")
async def of_pair(pair_id: str, caller: CallerOf, deps: SchedulingDeps) -> MeetingsAnswer:
    pair = await visible_pair(deps, caller, pair_id)
    found = await deps.meetings.every(Query({"pair_id": pair.id}, ("starts_at",)))
    return MeetingsAnswer(meetings=[MeetingAnswer.of(meeting) for meeting in found])


@router.get("/me/meetings")
async def mine(caller: CallerOf, deps: SchedulingDeps) -> MeetingsAnswer:
    as_mentor, as_mentee = await asyncio.gather(
        *(
            deps.meetings.find(Query({side: caller.subject, "status": "planned"}, ("starts_at",), limit=100))
            for side in ("mentor_id", "mentee_id")
        )
    )
    found = sorted([*as_mentor.items, *as_mentee.items], key=lambda meeting: meeting.plan.starts_at)
    return MeetingsAnswer(meetings=[MeetingAnswer.of(meeting) for meeting in found])


@router.post("/meetings/{id}/move")
async def move(
    id: str, body: MoveRequest, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps
) -> MeetingAnswer:
    meeting = await own_meeting(deps, caller, id)
    wanted = commands.MoveMeeting(**body.model_dump())
    return MeetingAnswer.of(await commands.move_meeting(deps, meeting, wanted, cause))


@router.post("/meetings/{id}/cancel")
async def cancel(id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps) -> MeetingAnswer:
    meeting = await own_meeting(deps, caller, id)
    return MeetingAnswer.of(await commands.cancel_meeting(deps, meeting.id, cause))


@router.post("/meetings/{id}/hold")
async def hold(
    id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps, body: HoldRequest | None = None
) -> MeetingAnswer:
    meeting = await own_meeting(deps, caller, id)
    log = commands.HoldMeeting(by=caller.subject, **(body or HoldRequest()).model_dump())
    return MeetingAnswer.of(await commands.hold_meeting(deps, meeting, log, cause))
