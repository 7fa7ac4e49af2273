"""Why not these two: any mentor and any mentee of a draft, rule by rule and wish by wish."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response

from matka_gateway.matching_readings import Explanation
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.desk import Desk, Id, with_query
from matka_gateway.pages.staff.standings import applications
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import read_list, read_one
from matka_gateway.staff_readings import Applicant
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}/matching/{draft_id}")


@router.api_route("/why-not", methods=["GET", "HEAD"])
async def why_not(program_id: Id, draft_id: Id, visit: VisitOf) -> Response:
    """Two lists to choose from; and the answer, once both are chosen."""
    desk, query = Desk.at(visit, program_id), visit.request.query_params
    chosen = {role: query.get(role, "")[:100] for role in ("mentor", "mentee")}
    path = with_query(f"/proposals/{draft_id}/why-not", **chosen)
    asks = {"answer": Ask("pairing", path)} if all(chosen.values()) else {}
    answers = await desk.gather(admitted=applications(desk, "admitted"), **asks)
    found = read_list(Applicant, answers["admitted"], "applications")
    people = [] if isinstance(found, Gap) else found
    names = await desk.names(each.person_id for each in people)
    return desk.show(
        "why-not.html",
        answers,
        draft_id=draft_id,
        chosen=chosen,
        people=found if isinstance(found, Gap) else {role: _sorted(people, role, names) for role in chosen},
        explanation=_explained(answers),
        names=names,
    )


def _explained(answers: Mapping[str, Any]) -> Explanation | Gap | None:
    return read_one(Explanation, answers["answer"]) if "answer" in answers else None


def _sorted(people: Sequence[Applicant], role: str, names: Mapping[str, str]) -> list[Applicant]:
    mine = [each for each in people if each.role == role]
    return sorted(mine, key=lambda each: (names.get(each.person_id, "").casefold(), each.person_id))
