"""Turning to staff: what weighs on somebody is written to them alone, and it is seen what became of it."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response

from matka_contracts.terms import PARTICIPANTS
from matka_gateway.failures import Failure
from matka_gateway.pages.deeds import Trouble, attempt, done, show, trouble_of, unfinished
from matka_gateway.pages.mine.paired import MyPair, are_over, by_id, my_pairs
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import USUAL_ZONE, Case, Program, read_list
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute, prefix="/mine")
_LONGEST = 5000


@dataclass(frozen=True)
class Reach:
    """Where somebody can turn to staff: about pairs that go on, or programs in which they have none.

    `over` tells that all of their programs are closed, `known` are the programs that could be read.
    """

    pairs: list[MyPair]
    scopes: list[str]
    known: dict[str, Program]
    over: bool

    @property
    def places(self) -> dict[str, str]:
        """Where a case is opened, by what it is about."""
        return {each.pair.id: f"/pairs/{each.pair.id}/cases" for each in self.pairs} | {
            scope: f"/programs/{scope}/cases" for scope in self.scopes
        }


@router.api_route("/support", methods=["GET", "HEAD"])
async def support_page(visit: VisitOf) -> Response:
    """The form, and what was written before."""
    return await _support_page(visit, await _reach(visit))


@router.post("/support")
async def turn_to_staff(visit: VisitOf) -> Response:
    """Open a case about one's pair, or about a program while one has none."""
    reach = await _reach(visit)
    if reach.over:
        return await _support_page(visit, reach, trouble_of(visit, Failure(409, "program-is-closed")))
    kind, text, about = visit.field("kind"), visit.field("text").strip(), visit.field("about")
    problems = {} if kind in TERMS["case"] else {"kind": "kind-missing"}
    problems |= {} if text else {"text": "text-missing"}
    if about not in reach.places:
        problems["about"] = "about-missing"
    if problems:
        return await _support_page(visit, reach, unfinished(visit, problems))
    path = reach.places[about]
    if trouble := await attempt(visit, "pairing", path, {"kind": kind, "text": text}):
        return await _support_page(visit, reach, trouble)
    return done(visit, "/mine/support", "case-opened")


async def _reach(visit: Visit) -> Reach:
    caller = visit.require().caller
    found = await visit.gateway.upstream.side_by_side(caller, {"programs": Ask("pairing", "/programs")})
    known = by_id(read_list(Program, found["programs"], "programs"))
    pairs = await my_pairs(visit)
    going = [] if isinstance(pairs, Gap) else [each for each in pairs if each.is_formed]
    scopes = caller.scopes(PARTICIPANTS)
    free = scopes - {each.pair.program_id for each in going}
    return Reach(
        pairs=going,
        scopes=sorted(each for each in free if not (each in known and known[each].is_closed)),
        known=known,
        over=are_over(scopes, known),
    )


def _opened(case: Case) -> datetime:
    return case.opened_at


async def _support_page(visit: Visit, reach: Reach, trouble: Trouble | None = None) -> Response:
    asks = {"cases": Ask("pairing", "/cases")}
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    cases = read_list(Case, answers["cases"], "cases")
    return show(
        visit,
        "mine/support.html",
        trouble,
        over=reach.over,
        zones={each.id: each.timezone for each in reach.known.values()},
        elsewhere=USUAL_ZONE,
        pairs=reach.pairs,
        programs=[reach.known[each] for each in reach.scopes if each in reach.known],
        cases=cases if isinstance(cases, Gap) else sorted(cases, key=_opened, reverse=True),
        typed={name: visit.field(name) for name in ("kind", "text", "about")},
        most=_LONGEST,
    )
