"""Who may see or do what in scheduling; what somebody may not know of is not there."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Query

from matka_contracts.terms import STAFF, Role
from matka_kit.auth import Caller
from matka_kit.errors import NotFound
from matka_kit.http import service_of
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.known import KnownPair
from matka_scheduling.domain.meeting import Meeting
from matka_scheduling.handlers.meetings import pair_of

SchedulingDeps = Annotated[Scheduling, Depends(service_of)]
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[str, Query(max_length=100)]
# Whom or what a list is narrowed to; said again for each of several.
Chosen = Annotated[list[Annotated[str, Query(max_length=100)]], Query(default_factory=list, max_length=100)]


async def gathering_for(deps: Scheduling, caller: Caller, roles: Iterable[str], id: str) -> Gathering:
    """A gathering of a program where the caller holds one of these roles.

    Raises `NotFound` for somebody from elsewhere, `Forbidden` for another role of the same program.
    """
    gathering = await deps.gatherings.get(id)
    if not caller.has(Role, gathering.program_id):
        raise NotFound(kind="gatherings")
    caller.require(roles, gathering.program_id)
    return gathering


async def own_pair(deps: Scheduling, caller: Caller, id: str) -> KnownPair:
    """The caller's own pair. Raises `NotFound`."""
    pair = await pair_of(deps, id)
    if not pair.includes(caller.subject):
        raise NotFound(kind="pairs")
    return pair


async def visible_pair(deps: Scheduling, caller: Caller, id: str) -> KnownPair:
    """The caller's own pair or one of a program whose staff they are. Raises `NotFound`."""
    pair = await pair_of(deps, id)
    if not (pair.includes(caller.subject) or caller.has(STAFF, pair.program_id)):
        raise NotFound(kind="pairs")
    return pair


async def own_meeting(deps: Scheduling, caller: Caller, id: str) -> Meeting:
    """A meeting of the caller's own pair. Raises `NotFound`."""
    meeting = await deps.meetings.get(id)
    if caller.subject not in {meeting.mentor_id, meeting.mentee_id}:
        raise NotFound(kind="meetings")
    return meeting
