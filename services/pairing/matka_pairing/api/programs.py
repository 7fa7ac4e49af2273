"""Programs, imports and readiness over HTTP."""

from fastapi import APIRouter

from matka_contracts.terms import PARTICIPANTS, STAFF, Role
from matka_kit.auth import EVERYWHERE
from matka_kit.http import CallerOf, CommandOf
from matka_pairing.api.access import (
    PairingOf,
    require_actor,
    require_coordinator,
    require_insider,
    require_reader,
)
from matka_pairing.api.paging import After, Limit, viewed
from matka_pairing.application_models import ApplicationInShort
from matka_pairing.domain.program import Program
from matka_pairing.domain.readiness import StaffNote
from matka_pairing.handlers import imports, overview, programs, readiness
from matka_pairing.handlers.standing import readiness_of
from matka_pairing.models import (
    Checked,
    Counts,
    Free,
    Import,
    JobView,
    Mentors,
    NewProgram,
    Note,
    OwnReadiness,
    Programs,
    ProgramView,
    ReadinessView,
    Waiver,
    Ways,
)

router = APIRouter()


@router.post("/programs", status_code=201)
async def open_program(body: NewProgram, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> ProgramView:
    caller.require((Role.ADMINISTRATOR,), EVERYWHERE)
    program = Program(id=cause.command_id, **body.model_dump())
    return ProgramView.of(await programs.open_program(deps, program, cause))


@router.get("/programs")
async def list_programs(
    deps: PairingOf, caller: CallerOf, limit: Limit | None = None, after: After = ""
) -> Programs:
    """An administrator's list comes in pages; anybody else has few programs."""
    scopes = caller.scopes((*STAFF, *PARTICIPANTS))
    if EVERYWHERE in scopes:
        found, next_page = await viewed(deps.programs, ProgramView, {}, limit, after)
    else:
        found, next_page = await deps.programs.views_of(ProgramView, sorted(scopes)), ""
    return Programs(programs=[*found], after=next_page)


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


@router.get("/programs/{program_id}/free")
async def count_free(program_id: str, deps: PairingOf, caller: CallerOf) -> Free:
    require_reader(caller, program_id)
    return await overview.free(deps, program_id)


@router.post("/programs/{program_id}/imports", status_code=202)
async def import_people(
    program_id: str, body: Import, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> JobView:
    require_actor(caller, program_id)
    return JobView.of(await imports.start_import(deps, program_id, body.csv, cause))


@router.post("/programs/{program_id}/imports/check")
async def check_people(program_id: str, body: Import, deps: PairingOf, caller: CallerOf) -> Checked:
    """What an import would take in; nothing is taken in or kept."""
    require_actor(caller, program_id)
    return Checked.of(await imports.check_import(deps, program_id, body.csv))


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


@router.get("/readiness")
async def own_readiness(deps: PairingOf, caller: CallerOf) -> Ways:
    """The caller's own way to readiness in each program that has admitted them as a mentor."""
    return Ways(ways=[OwnReadiness.of(*each) for each in await readiness.own(deps, caller.subject)])


@router.get("/programs/{program_id}/readiness")
async def list_readiness(
    program_id: str, deps: PairingOf, caller: CallerOf, limit: Limit | None = None, after: After = ""
) -> Mentors:
    require_reader(caller, program_id)
    where = {"program_id": program_id, "role": Role.MENTOR.value, "status": "admitted"}
    mentors, next_page = await viewed(deps.applications, ApplicationInShort, where, limit, after)
    known = await readiness_of(deps, program_id, [each.person_id for each in mentors])
    views = [ReadinessView.of(each.person_id, known.get(each.person_id)) for each in mentors]
    return Mentors(mentors=views, after=next_page)


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
