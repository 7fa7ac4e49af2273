"""Programs, imports, applications and readiness over HTTP."""

from fastapi import APIRouter

from matka_contracts.terms import PARTICIPANTS, STAFF, Role
from matka_kit.auth import EVERYWHERE
from matka_kit.http import CallerOf, CommandOf
from matka_kit.store import Query
from matka_pairing.api.access import (
    PairingOf,
    application_for,
    require_actor,
    require_coordinator,
    require_insider,
    require_reader,
)
from matka_pairing.domain.application import Application
from matka_pairing.domain.program import Program
from matka_pairing.domain.readiness import StaffNote
from matka_pairing.handlers import applications, imports, overview, programs, readiness
from matka_pairing.models import (
    ApplicationView,
    Counts,
    Decision,
    Import,
    JobView,
    NewProgram,
    Note,
    ProgramView,
    ReadinessView,
    Waiver,
)

router = APIRouter()


@router.post("/programs", status_code=201)
async def open_program(body: NewProgram, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> ProgramView:
    caller.require((Role.ADMINISTRATOR,), EVERYWHERE)
    program = Program(id=cause.command_id, **body.model_dump())
    return ProgramView.of(await programs.open_program(deps, program, cause))


@router.get("/programs")
async def list_programs(deps: PairingOf, caller: CallerOf) -> dict[str, list[ProgramView]]:
    scopes = caller.scopes((*STAFF, *PARTICIPANTS))
    if EVERYWHERE in scopes:
        found = await deps.programs.every(Query(limit=200))
    else:
        found = await deps.programs.get_many(sorted(scopes))
    return {"programs": [ProgramView.of(program) for program in found]}


@router.get("/programs/{program_id}")
async def get_program(program_id: str, deps: PairingOf, caller: CallerOf) -> ProgramView:
    require_insider(caller, program_id)
    return ProgramView.of(await deps.programs.get(program_id))


@router.post("/programs/{program_id}/start")
async def start_program(program_id: str, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> ProgramView:
    require_coordinator(caller, program_id)
    return ProgramView.of(await programs.start_program(deps, program_id, cause))


@router.post("/programs/{program_id}/close")
async def close_program(program_id: str, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> ProgramView:
    require_coordinator(caller, program_id)
    return ProgramView.of(await programs.close_program(deps, program_id, cause))


@router.get("/programs/{program_id}/counts")
async def count(program_id: str, deps: PairingOf, caller: CallerOf) -> Counts:
    require_reader(caller, program_id)
    return await overview.counts(deps, program_id)


@router.post("/programs/{program_id}/imports", status_code=202)
async def import_people(
    program_id: str, body: Import, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> JobView:
    require_actor(caller, program_id)
    return JobView.of(await imports.start_import(deps, program_id, body.csv, cause))


@router.get("/jobs/{job_id}")
async def get_job(job_id: str, deps: PairingOf, caller: CallerOf) -> JobView:
    job = await deps.jobs.get(job_id)
    require_reader(caller, job.scope, "jobs")
    return JobView.of(job)


@router.post("/jobs/{job_id}/cancel")
async def cancel_job(job_id: str, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> JobView:
    job = await deps.jobs.get(job_id)
    require_actor(caller, job.scope, "jobs")
    return JobView.of(await imports.cancel_job(deps, job_id, cause))


@router.get("/programs/{program_id}/applications")
async def list_applications(
    program_id: str, deps: PairingOf, caller: CallerOf
) -> dict[str, list[ApplicationView]]:
    require_reader(caller, program_id)
    found = await deps.applications.every(Query({"program_id": program_id}, limit=500))
    return {"applications": [ApplicationView.of(application) for application in found]}


@router.get("/applications")
async def list_own_applications(deps: PairingOf, caller: CallerOf) -> dict[str, list[ApplicationView]]:
    found = await deps.applications.every(Query({"person_id": caller.subject}))
    return {"applications": [ApplicationView.of(application) for application in found]}


@router.post("/applications/{application_id}/admit")
async def admit(application_id: str, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> ApplicationView:
    await application_for(deps, caller, application_id)
    return ApplicationView.of(await applications.admit(deps, application_id, cause))


@router.post("/applications/{application_id}/wait")
async def let_wait(
    application_id: str, body: Decision, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> ApplicationView:
    await application_for(deps, caller, application_id)
    return ApplicationView.of(await applications.let_wait(deps, application_id, body.reason, cause))


@router.post("/applications/{application_id}/decline")
async def decline(
    application_id: str, body: Decision, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> ApplicationView:
    return await _refuse(application_id, body, deps, caller, cause, refer=False)


@router.post("/applications/{application_id}/refer")
async def refer(
    application_id: str, body: Decision, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> ApplicationView:
    return await _refuse(application_id, body, deps, caller, cause, refer=True)


@router.get("/programs/{program_id}/readiness")
async def list_readiness(
    program_id: str, deps: PairingOf, caller: CallerOf
) -> dict[str, list[ReadinessView]]:
    require_reader(caller, program_id)
    mentors: list[Application] = await overview.admitted_mentors(deps, program_id)
    known = await overview.readiness_by_person(deps, program_id)
    views = [ReadinessView.of(each.person_id, known.get(each.person_id)) for each in mentors]
    return {"mentors": views}


@router.post("/programs/{program_id}/mentors/{person_id}/contact")
async def record_contact(
    program_id: str, person_id: str, body: Note, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> ReadinessView:
    require_actor(caller, program_id)
    note = StaffNote(by=caller.subject, at=deps.clock.now(), reason=body.reason)
    return ReadinessView.of(
        person_id, await readiness.record_contact(deps, program_id, person_id, note, cause)
    )


@router.post("/programs/{program_id}/mentors/{person_id}/waive")
async def waive_contact(
    program_id: str, person_id: str, body: Waiver, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> ReadinessView:
    require_coordinator(caller, program_id)
    note = StaffNote(by=caller.subject, at=deps.clock.now(), reason=body.reason)
    return ReadinessView.of(
        person_id, await readiness.waive_contact(deps, program_id, person_id, note, cause)
    )


async def _refuse(
    application_id: str, body: Decision, deps: PairingOf, caller: CallerOf, cause: CommandOf, *, refer: bool
) -> ApplicationView:
    await application_for(deps, caller, application_id)
    declined = await applications.decline(deps, application_id, body.reason, refer=refer, cause=cause)
    return ApplicationView.of(declined)
