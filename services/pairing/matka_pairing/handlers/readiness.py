"""Readiness: fed by attendance and courses, decided by the rules, recorded by staff."""

from matka_contracts.event import Envelope
from matka_contracts.learning import CourseCompleted
from matka_contracts.scheduling import AttendanceRecorded
from matka_contracts.terms import GatheringKind, Role
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import Transient
from matka_kit.store import Query
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.readiness import Readiness, StaffNote, Training
from matka_pairing.handlers.applications import application_id


async def on_attendance_recorded(deps: Pairing, event: AttendanceRecorded, envelope: Envelope) -> None:
    """Door A: the mentor training; a correction may close it again."""
    if event.kind is not GatheringKind.MENTOR_TRAINING:
        return
    training = Training(sequence=envelope.sequence, attended=event.attended, at=event.starts_at)
    fresh = await _fresh(deps, event.program_id, event.person_id)
    await deps.readiness.ensure(
        fresh,
        lambda each: each.record_training(event.gathering_id, training),
        Cause.of_event(envelope),
    )


async def on_course_completed(deps: Pairing, event: CourseCompleted, envelope: Envelope) -> None:
    """The first half of door B."""
    fresh = await _fresh(deps, event.program_id, event.person_id)
    await deps.readiness.ensure(
        fresh, lambda each: each.record_course(event.completed_at), Cause.of_event(envelope)
    )


async def record_contact(
    deps: Pairing, program_id: str, person_id: str, note: StaffNote, cause: Cause
) -> Readiness:
    """The second half of door B. Raises `NotFound`, `CourseBeforeContact`."""
    fresh = await _fresh_of_applicant(deps, program_id, person_id)
    return await deps.readiness.ensure(fresh, lambda each: each.record_contact(note), cause)


async def waive_contact(
    deps: Pairing, program_id: str, person_id: str, note: StaffNote, cause: Cause
) -> Readiness:
    """Staff do without the talk, with a reason. Raises `NotFound`."""
    fresh = await _fresh_of_applicant(deps, program_id, person_id)
    return await deps.readiness.ensure(fresh, lambda each: each.waive_contact(note), cause)


async def own(deps: Pairing, person_id: str) -> list[tuple[Application, Readiness | None]]:
    """Where somebody who was admitted as a mentor stands in each of their programs."""
    applied = await deps.applications.every(Query({"person_id": person_id}))
    admitted = [each for each in applied if (each.role, each.status) == (Role.MENTOR, "admitted")]
    found = await deps.readiness.get_many([readiness_id(each.program_id, person_id) for each in admitted])
    known = {each.program_id: each for each in found}
    return [(each, known.get(each.program_id)) for each in admitted]


def readiness_id(program_id: str, person_id: str) -> str:
    """One record per mentor and program: the id that it always has."""
    return derived_id("readiness", program_id, person_id)


async def _fresh_of_applicant(deps: Pairing, program_id: str, person_id: str) -> Readiness:
    """An empty record of somebody who applied as a mentor. Raises `NotFound` for anybody else."""
    await deps.applications.get(application_id(program_id, person_id, Role.MENTOR))
    return await _fresh(deps, program_id, person_id)


async def _fresh(deps: Pairing, program_id: str, person_id: str) -> Readiness:
    """An empty record under the program's rules."""
    program = await deps.programs.peek(program_id)
    if program is None:
        raise Transient("the program is not known yet")
    return Readiness(
        id=readiness_id(program_id, person_id),
        program_id=program_id,
        person_id=person_id,
        contact_needed=program.rules.contact_after_self_study,
    )
