"""Applications over HTTP: handed in by visitors, seen and decided by staff."""

from fastapi import APIRouter

from matka_kit.http import CallerOf, CommandOf
from matka_kit.store import Query
from matka_pairing.api.access import PairingOf, application_for, require_reader
from matka_pairing.api.paging import After, Chosen, Limit, narrowed, viewed
from matka_pairing.application_models import (
    ApplicationDetail,
    ApplicationInShort,
    Applications,
    ApplicationsInShort,
    ApplicationView,
    Board,
    OpenProgram,
    OpenPrograms,
    PublicApplication,
    Received,
)
from matka_pairing.domain.application import Decision as Status
from matka_pairing.handlers import applications, overview
from matka_pairing.models import Decision

router = APIRouter()


@router.get("/open-programs")
async def list_open_programs(
    deps: PairingOf, caller: CallerOf, limit: Limit = 200, after: After = ""
) -> OpenPrograms:
    """The programs that take applications, for visitors of the public site."""
    caller.require_service("gateway")
    found, next_page = await viewed(deps.programs, OpenProgram, {"status": "open"}, limit, after)
    return OpenPrograms(programs=[*found], after=next_page)


@router.post("/applications", status_code=202)
async def apply(body: PublicApplication, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> Received:
    """Somebody applies who has not signed in; the answer is the same whoever is known."""
    caller.require_service("gateway")
    await applications.apply(deps, body.program_id, body.row(), eligible=body.eligible, cause=cause)
    return Received()


@router.get("/applications/{application_id}")
async def get_application(application_id: str, deps: PairingOf, caller: CallerOf) -> ApplicationDetail:
    application = await deps.applications.get(application_id)
    require_reader(caller, application.program_id, "applications")
    return ApplicationDetail.of(application)


@router.get("/programs/{program_id}/board")
async def board(
    program_id: str,
    deps: PairingOf,
    caller: CallerOf,
    person_id: Chosen,
    limit: Limit = 200,
    after: After = "",
) -> Board:
    """Where everyone stands, or each of these people: applications with readiness and pairs."""
    require_reader(caller, program_id)
    return await overview.board(deps, program_id, person_id, limit, after)


@router.get("/programs/{program_id}/applications")
async def list_applications(
    program_id: str,
    deps: PairingOf,
    caller: CallerOf,
    status: Status | None = None,
    limit: Limit | None = None,
    after: After = "",
) -> Applications:
    require_reader(caller, program_id)
    where = narrowed(program_id, status)
    found, next_page = await viewed(deps.applications, ApplicationView, where, limit, after)
    return Applications(applications=[*found], after=next_page)


@router.get("/programs/{program_id}/applications/in-short")
async def list_applications_in_short(
    program_id: str,
    deps: PairingOf,
    caller: CallerOf,
    status: Status | None = None,
    limit: Limit | None = None,
    after: After = "",
) -> ApplicationsInShort:
    """Who applied and where they stand: for lists of thousands."""
    require_reader(caller, program_id)
    where = narrowed(program_id, status)
    found, next_page = await viewed(deps.applications, ApplicationInShort, where, limit, after)
    return ApplicationsInShort(applications=[*found], after=next_page)


@router.get("/applications")
async def list_own_applications(deps: PairingOf, caller: CallerOf) -> Applications:
    found = await deps.applications.every(Query({"person_id": caller.subject}))
    return Applications(applications=[ApplicationView.of(each) for each in found])


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


async def _refuse(
    application_id: str, body: Decision, deps: PairingOf, caller: CallerOf, cause: CommandOf, *, refer: bool
) -> ApplicationView:
    await application_for(deps, caller, application_id)
    declined = await applications.decline(deps, application_id, body.reason, refer=refer, cause=cause)
    return ApplicationView.of(declined)
