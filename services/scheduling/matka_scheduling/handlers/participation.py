"""Participation: facts as they are told, sealed by staff, sealed anew when they change."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from matka_contracts.event import Envelope, Event
from matka_contracts.pairing import MentorReady, PairEvent
from matka_contracts.scheduling import AttendanceRecorded, GatheringFact, MeetingHeld
from matka_contracts.terms import PARTICIPANTS, PROGRAM_CLOSED, GatheringKind, Role
from matka_kit.cause import Cause
from matka_kit.errors import NotFound, Transient
from matka_kit.jobs import Job, Step
from matka_kit.store import Query
from matka_kit.store.port import Where
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.participation import (
    Attendance,
    PairState,
    Participation,
    Sealing,
    participation_id,
    sealing_id,
)
from matka_scheduling.handlers.rhythm import on_meeting_changed, rest
from matka_scheduling.store import member_id

SEAL = "seal"
_BATCH = 50


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose participation a fact belongs to."""

    program_id: str
    person_id: str
    role: Role

    def new(self) -> Participation:
        return Participation(
            id=participation_id(self.program_id, self.person_id),
            program_id=self.program_id,
            person_id=self.person_id,
            role=self.role,
        )


async def on_attendance_recorded(deps: Scheduling, event: AttendanceRecorded, envelope: Envelope) -> None:
    """Take in whether somebody attended. Raises `Transient` until their role is known."""
    ids = [member_id(event.program_id, event.person_id, role) for role in PARTICIPANTS]
    members = await deps.members.get_many(ids)
    if not members:
        raise Transient("this person's admission is not known yet")
    gathering = GatheringFact(
        gathering_id=event.gathering_id,
        kind=event.kind,
        title=event.title,
        held_at=event.starts_at,
        hours=event.hours,
    )
    fact = Attendance(sequence=envelope.sequence, attended=event.attended, gathering=gathering)
    whose = _Whose(event.program_id, event.person_id, members[0].role)
    await _note(deps, whose, lambda each: each.note_attendance(fact), envelope)


async def on_meeting_held(deps: Scheduling, event: MeetingHeld, envelope: Envelope) -> None:
    """Count a meeting in the pair's rhythm and in the participation of both."""
    await on_meeting_changed(deps, event, envelope)
    for person_id, role in ((event.mentor_id, Role.MENTOR), (event.mentee_id, Role.MENTEE)):
        await _note(
            deps,
            _Whose(event.program_id, person_id, role),
            lambda each: each.note_meeting(event.meeting_id, envelope.sequence),
            envelope,
        )


async def on_mentor_ready(deps: Scheduling, event: MentorReady, envelope: Envelope) -> None:
    """Keep by which door a mentor came."""
    whose = _Whose(event.program_id, event.person_id, Role.MENTOR)
    await _note(deps, whose, lambda each: each.note_door(event.door, envelope.sequence), envelope)


async def note_pair(deps: Scheduling, event: PairEvent, fact: PairState, envelope: Envelope) -> None:
    """Take in how a pair fares, for both of its members."""
    for person_id, role in ((event.mentor_id, Role.MENTOR), (event.mentee_id, Role.MENTEE)):
        await _note(
            deps,
            _Whose(event.program_id, person_id, role),
            lambda each: each.note_pair(event.pair_id, fact),
            envelope,
        )


async def seal_program(deps: Scheduling, program_id: str, by: str, cause: Cause) -> Job:
    """Mark a program's participation as sealed, then seal it person by person in a job.

    From the mark on every changed fact seals its person anew, so nothing falls between, and no pair is waited
    for any more. Sealing again only seals what changed. Raises `NotFound`.
    """
    if await deps.programs.get(program_id) is None:
        raise NotFound(kind="programs")
    mark = Sealing(id=sealing_id(program_id), program_id=program_id, sealed_at=deps.clock.now(), sealed_by=by)
    await deps.sealings.ensure(mark, lambda _: (), cause)
    return await _seal_everybody(deps, program_id, cause)


async def seal_at_closing(deps: Scheduling, program_id: str, cause: Cause) -> None:
    """Seal whatever is not sealed yet: nobody goes without a certificate because staff forgot to."""
    await seal_program(deps, program_id, PROGRAM_CLOSED, cause)


async def seal_anew(deps: Scheduling, program_id: str, cause: Cause) -> None:
    """Where a program is sealed, seal everybody anew whom a fact of the program itself concerns."""
    if await deps.sealings.peek(sealing_id(program_id)) is not None:
        await _seal_everybody(deps, program_id, cause)


async def seal_step(deps: Scheduling, job: Job, cause: Cause) -> Step:
    """Seal one batch of participations, and let the pairs in them rest."""
    query = Query({"program_id": job.scope}, limit=_BATCH, after=(job.cursor,) if job.cursor else None)
    page = await deps.participations.find(query)
    pairs = {pair_id for each in page.items for pair_id in each.pairs}
    await asyncio.gather(
        _put_seals(deps, job.scope, [each.id for each in page.items], cause),
        *(rest(deps, pair_id, cause) for pair_id in sorted(pairs)),
    )
    cursor = str(page.after[0]) if page.after else ""
    return Step(cursor=cursor, done=len(page.items), finished=page.after is None)


async def _seal_everybody(deps: Scheduling, program_id: str, cause: Cause) -> Job:
    job = Job(
        id=cause.child(SEAL).command_id,
        kind=SEAL,
        scope=program_id,
        total=await deps.participations.count({"program_id": program_id}),
        touched=deps.clock.machine(),
    )
    return await deps.start_once(job, cause)


async def _put_seals(deps: Scheduling, program_id: str, ids: Collection[str], cause: Cause) -> None:
    """Seal these participations; a closing event that is planned meanwhile is seen, whoever writes last."""
    closing = await _closing(deps, program_id)
    while True:
        change = partial(_put_seal, closing, deps.clock.now())
        await asyncio.gather(
            *(deps.participations.update(id_, change, cause.child(SEAL, id_, str(closing))) for id_ in ids)
        )
        seen, closing = closing, await _closing(deps, program_id)
        if seen == closing:
            return


def _put_seal(closing: datetime | None, now: datetime, participation: Participation) -> Sequence[Event]:
    return participation.put_seal(closing, now)


async def _closing(deps: Scheduling, program_id: str) -> datetime | None:
    """When the closing event begins, the first one if there are several."""
    where: Where = {"program_id": program_id, "kind": GatheringKind.CLOSING.value}
    planned = await deps.gatherings.every(Query(where))
    return min((gathering.starts_at for gathering in planned), default=None)


async def _note(
    deps: Scheduling, whose: _Whose, take_in: Callable[[Participation], None], envelope: Envelope
) -> None:
    """Take in a fact, then seal anew if the program is sealed: a mark that was set meanwhile is seen too."""

    def change(participation: Participation) -> Sequence[Event]:
        take_in(participation)
        return ()

    new, cause = whose.new(), Cause.of_event(envelope)
    await deps.participations.ensure(new, change, cause)
    if await deps.sealings.peek(sealing_id(whose.program_id)) is not None:
        await _put_seals(deps, whose.program_id, (new.id,), cause)
