"""Gatherings over HTTP."""

import asyncio

from fastapi import APIRouter, status

from matka_contracts.terms import PARTICIPANTS, STAFF, STAFF_WHO_ACT
from matka_kit.http import CallerOf, CommandOf
from matka_kit.store import Query
from matka_scheduling.api.access import After, Limit, SchedulingDeps, gathering_for
from matka_scheduling.api.gathering_models import (
    AttendanceRequest,
    Counts,
    GatheringAnswer,
    GatheringRequest,
    GatheringsAnswer,
    PlaceAnswer,
    PlacesAnswer,
)
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.place import place_id
from matka_scheduling.handlers import gatherings as commands

router = APIRouter()


@router.post("/programs/{program_id}/gatherings", status_code=status.HTTP_201_CREATED)
async def schedule(
    program_id: str, body: GatheringRequest, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps
) -> GatheringAnswer:
    caller.require(STAFF_WHO_ACT, program_id)
    wanted = commands.ScheduleGathering(program_id=program_id, **body.model_dump())
    return GatheringAnswer.of(await commands.schedule_gathering(deps, wanted, cause))


@router.get("/programs/{program_id}/gatherings")
async def of_program(program_id: str, caller: CallerOf, deps: SchedulingDeps) -> GatheringsAnswer:
    caller.require((*STAFF, *PARTICIPANTS), program_id)
    found = await deps.gatherings.every(Query({"program_id": program_id}, ("at_local",)))
    mine = {
        place.gathering_id: place
        for place in await deps.places.get_many([place_id(each.id, caller.subject) for each in found])
    }
    counts: list[Counts] | list[None] = [None] * len(found)
    if caller.has(STAFF, program_id):
        counts = await asyncio.gather(*(_counts(deps, each) for each in found))
    answers = [
        GatheringAnswer.of(each, count, mine.get(each.id)) for each, count in zip(found, counts, strict=True)
    ]
    return GatheringsAnswer(gatherings=answers)


@router.get("/gatherings/{id}")
async def with_places(
    id: str, caller: CallerOf, deps: SchedulingDeps, limit: Limit = 200, after: After = ""
) -> PlacesAnswer:
    gathering = await gathering_for(deps, caller, STAFF, id)
    where = {"program_id": gathering.program_id, "gathering_id": gathering.id}
    page = await deps.places.find(Query(where, limit=limit, after=(after,) if after else None))
    return PlacesAnswer(
        gathering=GatheringAnswer.of(gathering, await _counts(deps, gathering)),
        places=[PlaceAnswer.of(place) for place in page.items],
        after=str(page.after[0]) if page.after else "",
    )


@router.post("/gatherings/{id}/sign-up")
async def sign_up(id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps) -> PlaceAnswer:
    gathering = await gathering_for(deps, caller, PARTICIPANTS, id)
    roles = {grant.role for grant in caller.grants if grant.scope == gathering.program_id}
    return PlaceAnswer.of(await commands.sign_up(deps, gathering, caller.subject, roles, cause))


@router.post("/gatherings/{id}/sign-off")
async def sign_off(id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps) -> PlaceAnswer:
    gathering = await gathering_for(deps, caller, PARTICIPANTS, id)
    return PlaceAnswer.of(await commands.sign_off(deps, gathering, caller.subject, cause))


@router.post("/gatherings/{id}/attendance")
async def record_attendance(
    id: str, body: AttendanceRequest, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps
) -> list[PlaceAnswer]:
    gathering = await gathering_for(deps, caller, STAFF_WHO_ACT, id)
    records = {line.person_id: line.attended for line in body.records}
    places = await commands.record_attendance(deps, gathering, records, caller.subject, cause)
    return [PlaceAnswer.of(place) for place in places]


@router.post("/gatherings/{id}/held")
async def hold(id: str, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps) -> GatheringAnswer:
    gathering = await gathering_for(deps, caller, STAFF_WHO_ACT, id)
    return GatheringAnswer.of(await commands.hold_gathering(deps, gathering.id, cause))


async def _counts(deps: Scheduling, gathering: Gathering) -> Counts:
    where = {"program_id": gathering.program_id, "gathering_id": gathering.id}
    invited, signed_up, attended, absent = await asyncio.gather(
        deps.places.count({**where, "invited": True}),
        deps.places.count({**where, "signed_up": True}),
        deps.places.count({**where, "attendance": "attended"}),
        deps.places.count({**where, "attendance": "absent"}),
    )
    return Counts(invited=invited, signed_up=signed_up, attended=attended, absent=absent)
