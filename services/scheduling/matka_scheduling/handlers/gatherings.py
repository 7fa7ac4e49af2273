"""Gatherings: scheduled by staff, signed up for by people, attended and held."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from matka_contracts.event import Event
from matka_contracts.terms import PARTICIPANTS, GatheringKind
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import DomainError, NotFound
from matka_kit.store import Query, Range
from matka_kit.store.port import Where
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.local_time import LocalTime
from matka_scheduling.domain.place import Place, SeatTaken, place_id
from matka_scheduling.store import SEATS_FROM, member_id, seat_slot


class NotAParticipant(DomainError):
    """Attendance is recorded for people who were admitted to the program."""


@dataclass(frozen=True, slots=True)
class ScheduleGathering:
    """A gathering as staff ask for it. `at` is naive and local, `hours` its length."""

    program_id: str
    kind: GatheringKind
    title: Mapping[str, str]
    at: datetime
    hours: float
    place: str
    seats: int


async def schedule_gathering(deps: Scheduling, wanted: ScheduleGathering, cause: Cause) -> Gathering:
    """Plan a gathering of a program. Raises `NotFound`, `ProgramHasClosed`, `GatheringOutsideProgram`,
    `NoSuchLocalTime`.
    """
    program = await deps.programs.get(wanted.program_id)
    if program is None:
        raise NotFound(kind="programs")
    gathering = Gathering(
        id=derived_id("gathering", cause.command_id),
        program_id=program.id,
        kind=wanted.kind,
        title=dict(wanted.title),
        at=LocalTime.of(wanted.at, program.timezone),
        hours=wanted.hours,
        place=wanted.place,
        seats=wanted.seats,
    )
    return await deps.gatherings.add(gathering, gathering.schedule(program), cause)


async def sign_up(
    deps: Scheduling, gathering: Gathering, person_id: str, roles: Collection[str], cause: Cause
) -> Place:
    """Give a person the seat after the last one taken, or one that was given back.

    Seats are unique keys, so a race can't overbook.

    Raises `SignUpClosed`, `ByInvitationOnly`, `ForMentorsOnly`, `GatheringFull`.
    """
    now = deps.clock.now()
    last = await _last_seat(deps, gathering)
    seat = last + 1
    while True:
        if seat > gathering.seats:
            seat = await _seat_given_back(deps, gathering)
        change = partial(_take_seat, gathering, seat, roles, now)
        try:
            return await deps.places.ensure(Place.at(gathering, person_id), change, cause)
        except SeatTaken:
            seat = seat + 1 if seat > last else gathering.seats + 1


async def sign_off(deps: Scheduling, gathering: Gathering, person_id: str, cause: Cause) -> Place:
    """Give a person's seat back; without a seat nothing changes. Raises `SignUpClosed`."""
    now = deps.clock.now()
    if await deps.places.peek(place_id(gathering.id, person_id)) is None:
        return Place.at(gathering, person_id)
    return await deps.places.update(
        place_id(gathering.id, person_id), lambda place: place.sign_off(gathering, now), cause
    )


async def record_attendance(
    deps: Scheduling, gathering: Gathering, records: Mapping[str, bool], by: str, cause: Cause
) -> list[Place]:
    """Record, or correct, who was there; nothing is recorded unless all of them take part in the program.

    Raises `AttendanceTooEarly`, `NotAParticipant` with the ids of those who are none.
    """
    gathering.require_recordable(deps.clock.now())
    await _require_participants(deps, gathering.program_id, records)
    writes = [
        deps.places.ensure(
            Place.at(gathering, person_id),
            partial(_record, gathering, by, attended),
            cause.child(person_id),
        )
        for person_id, attended in records.items()
    ]
    return await asyncio.gather(*writes)


async def hold_gathering(deps: Scheduling, gathering_id: str, cause: Cause) -> Gathering:
    """Close a gathering that took place. Raises `NotFound`, `GatheringNotBegun`."""
    now = deps.clock.now()
    return await deps.gatherings.update(gathering_id, lambda each: each.hold(now), cause)


def _take_seat(
    gathering: Gathering, seat: int, roles: Collection[str], now: datetime, place: Place
) -> Sequence[Event]:
    return place.sign_up(gathering, seat, roles, now)


def _record(gathering: Gathering, by: str, attended: bool, place: Place) -> Sequence[Event]:
    return place.record(gathering, by, attended=attended)


async def _last_seat(deps: Scheduling, gathering: Gathering) -> int:
    query = Query(_with_a_seat(gathering, gathering.seats), ("seat_slot",), descending=True, limit=1)
    page = await deps.places.find(query)
    return page.items[0].seat if page.items else 0


async def _seat_given_back(deps: Scheduling, gathering: Gathering) -> int:
    """The lowest seat that is free, or one seat too many where there is none.

    Up to a seat as many are taken as its number says, unless there is a free one among them.
    """
    free_from, free_to = 1, gathering.seats + 1
    while free_from < free_to:
        middle = (free_from + free_to) // 2
        if await deps.places.count(_with_a_seat(gathering, middle)) < middle:
            free_to = middle
        else:
            free_from = middle + 1
    return free_from


def _with_a_seat(gathering: Gathering, up_to: int) -> Where:
    taken = Range(gte=SEATS_FROM, lte=seat_slot(up_to))
    return {"program_id": gathering.program_id, "gathering_id": gathering.id, "seat_slot": taken}


async def _require_participants(deps: Scheduling, program_id: str, people: Collection[str]) -> None:
    ids = [member_id(program_id, person_id, role) for person_id in people for role in PARTICIPANTS]
    known = {member.person_id for member in await deps.members.get_many(ids)}
    if unknown := sorted(set(people) - known):
        raise NotAParticipant(people=unknown)
