"""Pairs over HTTP: seen by their members and staff, answered by their members."""

from fastapi import APIRouter

from matka_contracts.terms import STAFF
from matka_kit.errors import NotFound
from matka_kit.http import CallerOf, CommandOf
from matka_kit.store import Query
from matka_pairing.api.access import PairingOf, own_pair, require_actor, require_reader
from matka_pairing.api.paging import After, Limit, narrowed, viewed
from matka_pairing.domain.pair import Agreement, PairStatus
from matka_pairing.handlers import pairs
from matka_pairing.handlers.standing import in_order
from matka_pairing.pair_models import Ending, PairInShort, Pairs, PairsInShort, PairView

router = APIRouter()


@router.get("/programs/{program_id}/pairs")
async def list_pairs(
    program_id: str,
    deps: PairingOf,
    caller: CallerOf,
    status: PairStatus | None = None,
    limit: Limit | None = None,
    after: After = "",
) -> Pairs:
    require_reader(caller, program_id)
    found, next_page = await viewed(deps.pairs, PairView, narrowed(program_id, status), limit, after)
    return Pairs(pairs=[*found], after=next_page)


@router.get("/programs/{program_id}/pairs/in-short")
async def list_pairs_in_short(
    program_id: str,
    deps: PairingOf,
    caller: CallerOf,
    status: PairStatus | None = None,
    limit: Limit | None = None,
    after: After = "",
) -> PairsInShort:
    """Who is paired and how it stands: for lists of thousands."""
    require_reader(caller, program_id)
    found, next_page = await viewed(deps.pairs, PairInShort, narrowed(program_id, status), limit, after)
    return PairsInShort(pairs=[*found], after=next_page)


@router.get("/pairs")
async def list_own_pairs(deps: PairingOf, caller: CallerOf) -> Pairs:
    as_mentor = await deps.pairs.every(Query({"mentor_id": caller.subject}))
    as_mentee = await deps.pairs.every(Query({"mentee_id": caller.subject}))
    found = sorted((*as_mentor, *as_mentee), key=in_order)
    return Pairs(pairs=[PairView.of(pair, for_staff=False) for pair in found])


@router.get("/pairs/{pair_id}")
async def get_pair(pair_id: str, deps: PairingOf, caller: CallerOf) -> PairView:
    pair = await deps.pairs.get(pair_id)
    is_staff = caller.has(STAFF, pair.program_id)
    if not is_staff and caller.subject not in {pair.mentor_id, pair.mentee_id}:
        raise NotFound(kind="pairs")
    return PairView.of(pair, for_staff=is_staff)


@router.post("/pairs/{pair_id}/accept")
async def accept(pair_id: str, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> PairView:
    await own_pair(deps, caller, pair_id)
    return PairView.of(await pairs.accept(deps, pair_id, caller.subject, cause), for_staff=False)


@router.post("/pairs/{pair_id}/decline")
async def decline(pair_id: str, deps: PairingOf, caller: CallerOf, cause: CommandOf) -> PairView:
    await own_pair(deps, caller, pair_id)
    return PairView.of(await pairs.decline(deps, pair_id, caller.subject, cause), for_staff=False)


@router.post("/pairs/{pair_id}/agreement")
async def sign_agreement(
    pair_id: str, body: Agreement, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> PairView:
    await own_pair(deps, caller, pair_id)
    signed = await pairs.sign_agreement(deps, pair_id, caller.subject, body, cause)
    return PairView.of(signed, for_staff=False)


@router.post("/pairs/{pair_id}/end")
async def end_pair(
    pair_id: str, body: Ending, deps: PairingOf, caller: CallerOf, cause: CommandOf
) -> PairView:
    pair = await deps.pairs.get(pair_id)
    require_actor(caller, pair.program_id, "pairs")
    return PairView.of(await pairs.end_pair(deps, pair_id, body.reason, cause), for_staff=True)
