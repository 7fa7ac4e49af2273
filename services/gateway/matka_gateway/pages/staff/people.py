"""The people of a program as a list: sorted, filtered, searched; and decisions about their applications."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import decide
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import read_list
from matka_gateway.staff_readings import Standing, everybody
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}")
FILTERS: Mapping[str, list[str]] = {
    "role": [*STAFF_TERMS["role"]],
    "status": [*TERMS["application"]],
    "readiness": [*TERMS["readiness"]],
    "pair": [*STAFF_TERMS["pairing"]],
    "sort": ["name", "received", "status"],
}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ORDER = [*TERMS["application"]]


@router.api_route("/people", methods=["GET", "HEAD"])
async def people(program_id: Id, visit: VisitOf) -> Response:
    return await _list(Desk.at(visit, program_id))


@router.post("/people")
async def decide_in_the_list(program_id: Id, visit: VisitOf) -> Response:
    """A decision about one application; the list stays as it was filtered."""
    desk = Desk.at(visit, program_id)
    trouble = await decide(visit)
    if isinstance(trouble, Trouble):
        return await _list(desk, trouble)
    return visit.go(_wanted(desk).address(done=visit.field("deed")))


def _wanted(desk: Desk) -> Wanted:
    return Wanted.of(f"{desk.home}/people", desk.visit.request.query_params, FILTERS)


async def _list(desk: Desk, trouble: Trouble | None = None) -> Response:
    answers = await desk.gather(board=Ask("pairing", f"{desk.home}/board", whole="people"))
    found, wanted = read_list(Standing, answers["board"], "people"), _wanted(desk)
    everyone = [] if isinstance(found, Gap) else found
    names = await desk.names(everybody(everyone))
    kept = [each for each in everyone if _fits(each, wanted, names)]
    kept.sort(key=_order(wanted.sort, names))
    return desk.show(
        "people.html",
        answers,
        trouble,
        wanted=wanted,
        filters=FILTERS,
        people=found if isinstance(found, Gap) else Sheet.of(kept, wanted.page),
        everyone=len(everyone),
        names=names,
        nameless=bool(everyone) and not names,
    )


def _fits(each: Standing, wanted: Wanted, names: Mapping[str, str]) -> bool:
    mine = {"role": each.role, "status": each.status, "readiness": each.readiness, "pair": each.pairing}
    if any(value and value != mine[name] for name, value in wanted.choices.items()):
        return False
    return not wanted.search or wanted.finds(names.get(each.person_id, ""))


def _order(sort: str, names: Mapping[str, str]) -> Callable[[Standing], Any]:
    """By name; or what came last, or what needs a decision, first."""

    def key(each: Standing) -> tuple[Any, ...]:
        name = names.get(each.person_id, "").casefold()
        if sort == "received":
            return (-(each.received_at or _LONG_AGO).timestamp(), name, each.person_id)
        if sort == "status":
            return (_ORDER.index(each.status) if each.status in _ORDER else 99, name, each.person_id)
        return (name, each.person_id, each.role)

    return key
