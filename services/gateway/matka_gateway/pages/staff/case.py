"""One support case: what it is about, who answers by when, handing it over, resolving it."""

import re
from typing import Any

from fastapi import APIRouter, Response

from matka_contracts.terms import STAFF
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import id_in, one_of
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble, words
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import USUAL_ZONE, Program, read_list, read_one
from matka_gateway.staff_readings import Case, Colleague, DeskPair
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import Unavailable

router = APIRouter(route_class=PageRoute, prefix="/cases")
_ANSWERED = ("answered", "continues", "pair-ended")
_LONGEST_NOTE = 5000
_PERSON = re.compile(r"[A-Za-z0-9_-]{20,100}")


@router.api_route("/{case_id}", methods=["GET", "HEAD"])
async def case(case_id: Id, visit: VisitOf) -> Response:
    return await _show(visit, await _case(visit, case_id))


@router.post("/{case_id}")
async def act(case_id: Id, visit: VisitOf) -> Response:
    """Hand it over, name a cover, or resolve it."""
    deed = one_of(visit.field("deed"), ("hand-over", "cover", "resolve"))
    body = _body(visit, deed)
    typed = {name: visit.field(name) for name in ("outcome", "note", "reason")}
    trouble = await attempt(visit, do(visit, "pairing", f"/cases/{case_id}/{deed}", body), deed, typed)
    if isinstance(trouble, Trouble):
        return await _show(visit, await _case(visit, case_id), trouble)
    return visit.go(f"/cases/{case_id}?done={deed}")


def _body(visit: Visit, deed: str) -> dict[str, Any]:
    if deed != "resolve":
        return {("owner_id" if deed == "hand-over" else "cover_id"): id_in(visit, "person")}
    outcome = one_of(visit.field("outcome"), _ANSWERED)
    body = {"outcome": outcome, "note": visit.field("note").strip()[:_LONGEST_NOTE]}
    if outcome == "pair-ended":
        body["reason"] = one_of(visit.field("reason"), STAFF_TERMS["end-reason"])
    return body


async def _case(visit: Visit, case_id: str) -> Case:
    """Raises `NotFound` for whom there is nothing to see, `Unavailable`."""
    asks = {"case": Ask("pairing", f"/cases/{case_id}", essential=True)}
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    found = read_one(Case, answers["case"])
    if isinstance(found, Gap):
        raise Unavailable("pairing")
    return found


async def _zone(visit: Visit, found: Case) -> str:
    """Where the clocks of the case's program are, as far as its opener still may know."""
    asks = {"program": Ask("pairing", f"/programs/{found.program_id}")}
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    program = read_one(Program, answers["program"])
    return USUAL_ZONE if isinstance(program, Gap) else program.timezone


async def _show(visit: Visit, found: Case, trouble: Trouble | None = None) -> Response:
    """For staff with all that they do about it; who opened it reads what they wrote and where it stands."""
    if not visit.require().caller.has(STAFF, found.program_id):
        status, zone = trouble.status if trouble else 200, await _zone(visit, found)
        return page(visit, "staff/own-case.html", status, case=found, zone=zone, **words(visit))
    desk = Desk.at(visit, found.program_id)
    pair = {"pair": Ask("pairing", f"/pairs/{found.pair_id}")} if found.pair_id else {}
    answers = await desk.gather(staff=Ask("pairing", f"{desk.home}/staff"), **pair)
    others = read_list(Colleague, answers["staff"], "staff")
    two = read_one(DeskPair, answers["pair"]) if pair else None
    colleagues = {desk.me} if isinstance(others, Gap) else {each.person_id for each in others}
    people = {found.opened_by, found.owner_id, found.cover_id, *colleagues}
    if isinstance(two, DeskPair):
        people |= {two.mentor_id, two.mentee_id}
    return desk.show(
        "case.html",
        answers,
        trouble,
        case=found,
        pair=two,
        colleagues=colleagues,
        names=await desk.names(each for each in people if _PERSON.fullmatch(each)),
    )
