"""Turning to staff: what weighs on somebody is written to them alone, and it is seen what became of it."""

from datetime import datetime

from fastapi import APIRouter, Response

from matka_contracts.terms import PARTICIPANTS
from matka_gateway.pages.deeds import Trouble, attempt, done, show, unfinished
from matka_gateway.pages.mine.paired import MyPair, my_pairs
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import USUAL_ZONE, Case, Program, read_list
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute, prefix="/mine")
_LONGEST = 5000


@router.api_route("/support", methods=["GET", "HEAD"])
async def support_page(visit: VisitOf) -> Response:
    """The form, and what was written before."""
    return await _support_page(visit)


@router.post("/support")
async def turn_to_staff(visit: VisitOf) -> Response:
    """Open a case about one's pair, or about a program while one has none."""
    kind, text, about = visit.field("kind"), visit.field("text").strip(), visit.field("about")
    problems = {} if kind in TERMS["case"] else {"kind": "kind-missing"}
    problems |= {} if text else {"text": "text-missing"}
    places = await _places(visit)
    if about not in places:
        problems["about"] = "about-missing"
    if problems:
        return await _support_page(visit, unfinished(visit, problems))
    path = places[about]
    if trouble := await attempt(visit, "pairing", path, {"kind": kind, "text": text}):
        return await _support_page(visit, trouble)
    return done(visit, "/mine/support", "case-opened")


async def _places(visit: Visit) -> dict[str, str]:
    """Where a case can be opened: for each pair that is not over, and for programs without such a pair."""
    pairs = await my_pairs(visit)
    going = [each.pair for each in _going(pairs)]
    scopes = visit.require().caller.scopes(PARTICIPANTS) - {pair.program_id for pair in going}
    return {pair.id: f"/pairs/{pair.id}/cases" for pair in going} | {
        scope: f"/programs/{scope}/cases" for scope in sorted(scopes)
    }


def _going(pairs: list[MyPair] | Gap) -> list[MyPair]:
    return [] if isinstance(pairs, Gap) else [each for each in pairs if each.is_formed]


def _opened(case: Case) -> datetime:
    return case.opened_at


async def _support_page(visit: Visit, trouble: Trouble | None = None) -> Response:
    session = visit.require()
    asks = {"cases": Ask("pairing", "/cases"), "programs": Ask("pairing", "/programs")}
    answers = await visit.gateway.upstream.side_by_side(session.caller, asks)
    programs = read_list(Program, answers["programs"], "programs")
    going = _going(await my_pairs(visit))
    paired = {each.pair.program_id for each in going}
    scopes = session.caller.scopes(PARTICIPANTS) - paired
    cases = read_list(Case, answers["cases"], "cases")
    return show(
        visit,
        "mine/support.html",
        trouble,
        zones={} if isinstance(programs, Gap) else {each.id: each.timezone for each in programs},
        elsewhere=USUAL_ZONE,
        pairs=going,
        programs=[] if isinstance(programs, Gap) else [each for each in programs if each.id in scopes],
        cases=cases if isinstance(cases, Gap) else sorted(cases, key=_opened, reverse=True),
        typed={name: visit.field(name) for name in ("kind", "text", "about")},
        most=_LONGEST,
    )
