"""Support cases over HTTP: opened by participants and staff, answered by staff."""

from fastapi import APIRouter

from matka_contracts.terms import PARTICIPANTS, STAFF
from matka_kit.http import CallerOf, CommandOf
from matka_pairing.api.access import PairingOf, case_for, case_to_answer, require_actor, require_reader
from matka_pairing.api.paging import After, Limit, next_of
from matka_pairing.case_models import (
    CaseLine,
    CaseLines,
    CaseView,
    CaseViews,
    Colleague,
    Colleagues,
    NewCase,
    NewCover,
    NewOwner,
    Resolving,
    Status,
)
from matka_pairing.handlers import cases
from matka_pairing.handlers.cases import Matter, Resolution
from matka_pairing.handlers.staffing import acting_staff

router = APIRouter()


@router.post("/pairs/{pair_id}/cases", status_code=201)
async def open_about_pair(
    pair_id: str, body: NewCase, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> CaseView:
    """One of the two turns to staff, or staff note that a pair needs them."""
    pair = await deps.pairs.get(pair_id)
    if caller.service or caller.subject not in {pair.mentor_id, pair.mentee_id}:
        require_actor(caller, pair.program_id, "pairs")
    matter = Matter(body.kind, caller.subject, body.text, pair)
    return CaseView.seen(await cases.open_case(deps, pair.program_id, matter, cause), by_staff=False)


@router.post("/programs/{program_id}/cases", status_code=201)
async def open_in_program(
    program_id: str, body: NewCase, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> CaseView:
    """Somebody turns to staff about what is not their pair."""
    if not caller.has(PARTICIPANTS, program_id):
        require_actor(caller, program_id)
    matter = Matter(body.kind, caller.subject, body.text)
    return CaseView.seen(await cases.open_case(deps, program_id, matter, cause), by_staff=False)


@router.get("/programs/{program_id}/cases")
async def list_cases(
    program_id: str,
    deps: PairingOf,
    caller: CallerOf,
    status: Status = "open",
    limit: Limit = 200,
    after: After = "",
) -> CaseLines:
    """Without those about a pair that the reader is one half of, but for their own."""
    require_reader(caller, program_id)
    page = await cases.cases_of(deps, program_id, status, limit, after)
    shown = [
        each for each in page.items if caller.subject not in each.members or each.opened_by == caller.subject
    ]
    return CaseLines(cases=[CaseLine.of(each) for each in shown], after=next_of(page))


@router.get("/programs/{program_id}/staff")
async def list_staff(program_id: str, deps: PairingOf, caller: CallerOf) -> Colleagues:
    """Those to whom a case can be handed over."""
    require_reader(caller, program_id)
    acting = {each.person_id for each in await acting_staff(deps, program_id)}
    return Colleagues(staff=[Colleague(person_id=each) for each in sorted(acting)])


@router.get("/cases")
async def list_own_cases(
    deps: PairingOf, caller: CallerOf, limit: Limit = 200, after: After = ""
) -> CaseViews:
    if caller.service:  # what scheduling noticed is for staff
        return CaseViews(cases=[], after="")
    page = await cases.cases_opened_by(deps, caller.subject, limit, after)
    return CaseViews(cases=[CaseView.seen(each, by_staff=False) for each in page.items], after=next_of(page))


@router.get("/cases/{case_id}")
async def get_case(case_id: str, deps: PairingOf, caller: CallerOf) -> CaseView:
    case = await case_for(deps, caller, case_id)
    by_staff = caller.has(STAFF, case.program_id) and caller.subject not in case.members
    return CaseView.seen(case, by_staff=by_staff)


@router.post("/cases/{case_id}/hand-over")
async def hand_over(
    case_id: str, body: NewOwner, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> CaseView:
    await case_to_answer(deps, caller, case_id)
    return CaseView.seen(await cases.hand_over(deps, case_id, body.owner_id, cause), by_staff=True)


@router.post("/cases/{case_id}/cover")
async def cover(
    case_id: str, body: NewCover, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> CaseView:
    await case_to_answer(deps, caller, case_id)
    return CaseView.seen(await cases.cover(deps, case_id, body.cover_id, cause), by_staff=True)


@router.post("/cases/{case_id}/resolve")
async def resolve(
    case_id: str, body: Resolving, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> CaseView:
    """With the outcome `pair-ended` the pair ends, without blame, and both are free for another."""
    await case_to_answer(deps, caller, case_id)
    how = Resolution(body.outcome, body.note, body.reason)
    return CaseView.seen(await cases.resolve(deps, case_id, how, cause), by_staff=True)
