"""Meetings over HTTP."""

import asyncio

from fastapi import APIRouter, status

from matka_kit.http import CallerOf, CommandOf
from matka_kit.store import Query
from matka_scheduling.api.access import SchedulingDeps, own_meeting, own_pair, visible_pair
from matka_scheduling.api.meeting_models import (
    HoldRequest,
    MeetingAnswer,
    MeetingsAnswer,
    MoveRequest,
    PlanRequest,
)
from matka_scheduling.handlers import meetings as commands

router = APIRouter()


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
    return MeetingAnswer.of(await commands.move_meeting(deps, meeting, wanted, caller.subject, cause))


@router.post("/meetings/{id}/cancel")
async def cancel(id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps) -> MeetingAnswer:
    meeting = await own_meeting(deps, caller, id)
    return MeetingAnswer.of(await commands.cancel_meeting(deps, meeting.id, caller.subject, cause))


@router.post("/meetings/{id}/hold")
async def hold(
    id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps, body: HoldRequest | None = None
) -> MeetingAnswer:
    meeting = await own_meeting(deps, caller, id)
    log = commands.HoldMeeting(by=caller.subject, **(body or HoldRequest()).model_dump())
    return MeetingAnswer.of(await commands.hold_meeting(deps, meeting, log, cause))


@router.post("/meetings/{id}/missed")
async def miss(id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps) -> MeetingAnswer:
    meeting = await own_meeting(deps, caller, id)
    return MeetingAnswer.of(await commands.miss_meeting(deps, meeting.id, caller.subject, cause))
