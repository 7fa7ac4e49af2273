"""Which mentors are ready, by which door, and what the others still lack."""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import id_in
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.staff.person import note_readiness
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import read_list
from matka_gateway.staff_readings import TALK_MISSING, Readiness
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}")
_FILTERS = {"readiness": [*TERMS["readiness"]]}
_URGENCY: Mapping[str, int] = {TALK_MISSING: 0, "not-ready": 1}  # the others need nothing


@router.api_route("/readiness", methods=["GET", "HEAD"])
async def readiness(program_id: Id, visit: VisitOf) -> Response:
    return await _list(Desk.at(visit, program_id))


@router.post("/readiness")
async def note(program_id: Id, visit: VisitOf) -> Response:
    """Record or waive a talk without leaving the list."""
    desk = Desk.at(visit, program_id)
    trouble = await note_readiness(desk, id_in(visit, "person"))
    if isinstance(trouble, Trouble):
        return await _list(desk, trouble)
    return visit.go(_wanted(desk).address(done=visit.field("deed")))


def _wanted(desk: Desk) -> Wanted:
    return Wanted.of(f"{desk.home}/readiness", desk.visit.request.query_params, _FILTERS)


async def _list(desk: Desk, trouble: Trouble | None = None) -> Response:
    """Those whom staff can help come first."""
    path = f"{desk.home}/readiness"
    answers = await desk.gather(readiness=Ask("pairing", path, whole="mentors", people=("person_id",)))
    found, wanted = read_list(Readiness, answers["readiness"], "mentors"), _wanted(desk)
    mentors = [] if isinstance(found, Gap) else found
    names = await desk.names(each.person_id for each in mentors)
    chosen = wanted.choices["readiness"]
    kept = [each for each in mentors if chosen in {"", each.standing}]
    kept.sort(key=lambda each: (_URGENCY.get(each.standing, 2), names.get(each.person_id, "").casefold()))
    return desk.show(
        "readiness.html",
        answers,
        trouble,
        wanted=wanted,
        mentors=found if isinstance(found, Gap) else Sheet.of(kept, wanted.page),
        everyone=len(mentors),
        ready=sum(each.door is not None for each in mentors),
        filters=_FILTERS,
        names=names,
    )
