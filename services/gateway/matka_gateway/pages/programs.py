"""The programs that somebody works for."""

from fastapi import APIRouter, Response

from matka_contracts.terms import STAFF
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import Program, read_list
from matka_gateway.upstream import Ask, Gap
from matka_kit.auth import EVERYWHERE
from matka_kit.errors import Forbidden

router = APIRouter(route_class=PageRoute, prefix="/programs")


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
