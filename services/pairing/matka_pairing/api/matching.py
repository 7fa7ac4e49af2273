"""Matching over HTTP: drafts, explanations, publication."""

from fastapi import APIRouter

from matka_kit.auth import Caller
from matka_kit.http import CallerOf, CommandOf
from matka_pairing.api.access import PairingOf, require_actor, require_coordinator, require_reader
from matka_pairing.api.paging import After, Limit, next_of
from matka_pairing.deps import Pairing
from matka_pairing.domain.matching_results import Explanation
from matka_pairing.domain.proposal import Draft
from matka_pairing.handlers import matching, publishing
from matka_pairing.handlers.matching import Wishes
from matka_pairing.models import DraftLine, DraftLines, DraftView, JobView, NewDraft

router = APIRouter()


@router.post("/programs/{program_id}/proposals", status_code=201)
async def make_draft(
    program_id: str, body: NewDraft, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> DraftView:
    require_actor(caller, program_id)
    wishes = Wishes(locks=frozenset(body.locks), vetoes=frozenset(body.vetoes))
    draft = await matching.make_draft(deps, program_id, wishes, caller.subject, cause)
    return await _view(deps, draft)


@router.get("/programs/{program_id}/proposals")
async def list_drafts(
    program_id: str, deps: PairingOf, caller: CallerOf, limit: Limit = 100, after: After = ""
) -> DraftLines:
    require_reader(caller, program_id)
    page = await matching.drafts_of(deps, program_id, limit, after)
    return DraftLines(proposals=[DraftLine.of(draft) for draft in page.items], after=next_of(page))


@router.get("/proposals/{draft_id}")
async def get_draft(draft_id: str, deps: PairingOf, caller: CallerOf) -> DraftView:
    return await _view(deps, await _seen(deps, caller, draft_id))


@router.get("/proposals/{draft_id}/why-not")
async def why_not(draft_id: str, mentor: str, mentee: str, deps: PairingOf, caller: CallerOf) -> Explanation:
    await _seen(deps, caller, draft_id)
    return await matching.explain(deps, draft_id, mentor, mentee)


@router.post("/proposals/{draft_id}/publish", status_code=202)
async def publish(draft_id: str, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> JobView:
    draft = await _seen(deps, caller, draft_id)
    require_coordinator(caller, draft.program_id, "drafts")
    return JobView.of(await publishing.publish(deps, draft_id, cause))


async def _seen(deps: Pairing, caller: Caller, draft_id: str) -> Draft:
    draft = await deps.drafts.get(draft_id)
    require_reader(caller, draft.program_id, "drafts")
    return draft


async def _view(deps: Pairing, draft: Draft) -> DraftView:
    result = await matching.draft_result(deps, draft.id)
    return DraftView(
        id=draft.id,
        program_id=draft.program_id,
        status=draft.status,
        made_at=draft.made_at,
        vetoes=await matching.vetoes_of(deps, draft.id),
        lines=result.lines,
        unmatched=result.unmatched,
    )
