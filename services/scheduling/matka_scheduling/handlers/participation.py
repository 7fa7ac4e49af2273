"""Participation: facts from the service's own events, sealed by staff, sealed anew when they change."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matka_contracts.event import Envelope, Event
from matka_contracts.pairing import PairEvent
from matka_contracts.scheduling import AttendanceRecorded, GatheringFact, MeetingHeld
from matka_contracts.terms import PARTICIPANTS, Role
from matka_kit.cause import Cause
from matka_kit.errors import NotFound, Transient
from matka_kit.jobs import Job, Step
from matka_kit.store import Query
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.participation import (
    Attendance,
    PairState,
    Participation,
    Sealing,
    participation_id,
    sealing_id,
)
from matka_scheduling.handlers.rhythm import on_meeting_changed
from matka_scheduling.store import member_id

SEAL = "seal"
_BATCH = 50
_BY_CLOSING = "program-closed"


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
    now = deps.clock.now()
    await _note(deps, whose, lambda each, sealed: each.note_attendance(fact, now, sealed=sealed), envelope)


async def on_meeting_held(deps: Scheduling, event: MeetingHeld, envelope: Envelope) -> None:
    """Count a meeting in the pair's rhythm and in the participation of both."""
    await on_meeting_changed(deps, event, envelope)
    now = deps.clock.now()
    for person_id, role in ((event.mentor_id, Role.MENTOR), (event.mentee_id, Role.MENTEE)):
        await _note(
            deps,
            _Whose(event.program_id, person_id, role),
            lambda each, sealed: each.note_meeting(event.meeting_id, envelope.sequence, now, sealed=sealed),
            envelope,
        )


async def note_pair(deps: Scheduling, event: PairEvent, fact: PairState, envelope: Envelope) -> None:
    """Take in how a pair fares, for both of its members."""
    now = deps.clock.now()
    for person_id, role in ((event.mentor_id, Role.MENTOR), (event.mentee_id, Role.MENTEE)):
        await _note(
            deps,
            _Whose(event.program_id, person_id, role),
            lambda each, sealed: each.note_pair(event.pair_id, fact, now, sealed=sealed),
            envelope,
        )


async def seal_program(deps: Scheduling, program_id: str, by: str, cause: Cause) -> Job:
    """Mark a program's participation as sealed, then seal it person by person in a job.

    From the mark on every changed fact seals its person anew, so nothing falls between. Sealing again only
    seals what changed. Raises `NotFound`.
    """
    if await deps.programs.get(program_id) is None:
        raise NotFound(kind="programs")
    mark = Sealing(id=sealing_id(program_id), program_id=program_id, sealed_at=deps.clock.now(), sealed_by=by)
    await deps.sealings.ensure(mark, lambda _: (), cause)
    job = Job(
        id=cause.child(SEAL).command_id,
        kind=SEAL,
        scope=program_id,
        total=await deps.participations.count({"program_id": program_id}),
        touched=deps.clock.machine(),
    )
    return await deps.start_once(job, cause)


async def seal_at_closing(deps: Scheduling, program_id: str, cause: Cause) -> None:
    """Seal whatever is not sealed yet: nobody goes without a certificate because staff forgot to."""
    await seal_program(deps, program_id, _BY_CLOSING, cause)


async def seal_step(deps: Scheduling, job: Job, cause: Cause) -> Step:
    """Seal one batch of participations."""
    query = Query({"program_id": job.scope}, limit=_BATCH, after=(job.cursor,) if job.cursor else None)
    page = await deps.participations.find(query)
    now = deps.clock.now()
    await asyncio.gather(
        *(
            deps.participations.update(each.id, lambda one: one.put_seal(now), cause.child(each.id))
            for each in page.items
        )
    )
    cursor = str(page.after[0]) if page.after else ""
    return Step(cursor=cursor, done=len(page.items), finished=page.after is None)


async def _note(
    deps: Scheduling,
    whose: _Whose,
    change: Callable[[Participation, bool], Sequence[Event]],
    envelope: Envelope,
) -> None:
    """Take in a fact; a mark that was set in the meantime is seen by whoever comes second."""
    new, cause = whose.new(), Cause.of_event(envelope)
    mark = sealing_id(whose.program_id)
    sealed = await deps.sealings.peek(mark) is not None
    await deps.participations.ensure(new, lambda each: change(each, sealed), cause)
    if not sealed and await deps.sealings.peek(mark) is not None:
        now = deps.clock.now()
        await deps.participations.update(new.id, lambda each: each.put_seal(now), cause.child(SEAL))
