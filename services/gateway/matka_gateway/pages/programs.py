"""Staff pages: the programs that somebody works for, and where everyone in one of them stands."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Response

from matka_contracts.terms import STAFF
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import Certificate, Counts, Gathering, Pair, Program, read_list, read_one
from matka_gateway.terms import in_order
from matka_gateway.upstream import Ask, Gap
from matka_kit.auth import EVERYWHERE
from matka_kit.errors import Forbidden, NotFound

router = APIRouter(route_class=PageRoute, prefix="/programs")
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,100}$")]


@router.api_route("", methods=["GET", "HEAD"])
async def programs(visit: VisitOf) -> Response:
    """The programs of a member of staff, the running ones first."""
    caller = visit.require().caller
    mine = caller.scopes(STAFF)
    if not mine:
        raise Forbidden
    answers = await visit.gateway.upstream.side_by_side(caller, {"programs": Ask("pairing", "/programs")})
    found = read_list(Program, answers["programs"], "programs")
    if not isinstance(found, Gap):
        found = [each for each in found if EVERYWHERE in mine or each.id in mine]
        found.sort(key=lambda each: (each.status == "closed", each.starts_on, each.id))
    return page(visit, "programs.html", programs=found)


@router.api_route("/{program_id}", methods=["GET", "HEAD"])
async def overview(program_id: Id, visit: VisitOf) -> Response:
    """Where everyone in a program stands: one call per service and matter, a marked gap for what is away."""
    caller = visit.require().caller
    if not caller.has(STAFF, program_id):
        raise NotFound
    here = f"/programs/{program_id}"
    answers = await visit.gateway.upstream.side_by_side(
        caller,
        {
            "program": Ask("pairing", here, essential=True),
            "counts": Ask("pairing", f"{here}/counts"),
            "gatherings": Ask("scheduling", f"{here}/gatherings"),
            "certificates": Ask("certificates", f"{here}/certificates"),
        },
    )
    counts, program = read_one(Counts, answers["counts"]), read_one(Program, answers["program"])
    return page(
        visit,
        "program.html",
        program=program,
        counts=counts,
        pairs={} if isinstance(counts, Gap) else await _pairs(visit, program, counts),
        statuses=_statuses(counts),
        gatherings=_in_order(read_list(Gathering, answers["gatherings"], "gatherings")),
        certificates=_by_status(read_list(Certificate, answers["certificates"], "certificates")),
    )


def _in_order(gatherings: list[Gathering] | Gap) -> list[Gathering] | Gap:
    return gatherings if isinstance(gatherings, Gap) else sorted(gatherings, key=lambda each: each.starts_at)


async def _pairs(visit: Visit, program: Program | Gap, counts: Counts) -> Mapping[str, int]:
    """Pairs by where they stand. Once a program is closed, each pair tells whether it lasted until then."""
    if isinstance(program, Gap) or program.status != "closed" or not counts.pairs.get("ended"):
        return counts.pairs
    asks = {"pairs": Ask("pairing", f"/programs/{program.id}/pairs")}
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    found = read_list(Pair, answers["pairs"], "pairs")
    return counts.pairs if isinstance(found, Gap) else Counter(each.standing for each in found)


def _statuses(counts: Counts | Gap) -> list[str]:
    """The statuses that applications have, whatever their role."""
    if isinstance(counts, Gap):
        return []
    found: Counter[str] = Counter()
    for numbers in counts.applications.values():
        found.update(numbers)
    return [*in_order("application", found)]


def _by_status(certificates: list[Certificate] | Gap) -> Mapping[str, int] | Gap:
    return certificates if isinstance(certificates, Gap) else Counter(each.standing for each in certificates)
