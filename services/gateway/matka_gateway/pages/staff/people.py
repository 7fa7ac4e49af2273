"""The people of a program as a list: sorted, filtered, searched; and decisions about their applications."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import decide
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.staff.standings import applications, pairs_in_short, standings_of
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import PairInShort, read_list
from matka_gateway.staff_readings import Applicant, Readiness, Standing, everybody, pairing
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.terms import TERMS
from matka_gateway.upstream import GAP, Ask, Gap

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


class _Line(NamedTuple):
    """Somebody in the list; readiness and pairing are known where a filter asks for them."""

    applicant: Applicant
    readiness: str
    pairing: str


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
    """All are known by as little as narrows and sorts them; where they stand, only of whom the page shows."""
    wanted = _wanted(desk)
    answers = await desk.gather(**_asks(desk, wanted))
    found = _lines(answers)
    everyone = [] if isinstance(found, Gap) else found
    names = await desk.names(each.applicant.person_id for each in everyone)
    kept = [each for each in everyone if _fits(each, wanted, names)]
    kept.sort(key=_order(wanted.sort, names))
    sheet = Sheet.of([each.applicant.person_id for each in kept], wanted.page)
    standings = await standings_of(desk, sheet.items)
    return desk.show(
        "people.html",
        answers,
        trouble,
        wanted=wanted,
        filters=FILTERS,
        people=GAP if isinstance(found, Gap) else _shown(sheet, standings),
        everyone=len(everyone),
        names=names if isinstance(standings, Gap) else names | await desk.names(everybody(standings)),
        nameless=bool(everyone) and not names,
    )


def _asks(desk: Desk, wanted: Wanted) -> dict[str, Ask]:
    """The list of applications, and what else the chosen filters and order need."""
    asks = {"people": applications(desk, in_short=wanted.sort != "received")}
    if wanted.choices["readiness"]:
        asks["readiness"] = Ask("pairing", f"{desk.home}/readiness", whole="mentors")
    if wanted.choices["pair"]:
        asks["pairs"] = pairs_in_short(desk)
    return asks


def _lines(answers: Mapping[str, Any]) -> list[_Line] | Gap:
    """Everybody, as far as was asked; a gap if a part of it is away."""
    people = read_list(Applicant, answers["people"], "applications")
    mentors = read_list(Readiness, answers.get("readiness", {"mentors": []}), "mentors")
    pairs = read_list(PairInShort, answers.get("pairs", {"pairs": []}), "pairs")
    if isinstance(people, Gap) or isinstance(mentors, Gap) or isinstance(pairs, Gap):
        return GAP
    ready = {each.person_id: each.standing for each in mentors}
    paired: dict[str, set[str]] = {}
    for pair in pairs:
        for person_id in (pair.mentor_id, pair.mentee_id):
            paired.setdefault(person_id, set()).add(pair.standing)
    return [
        _Line(each, ready.get(each.person_id, ""), pairing(each.status, paired.get(each.person_id, ())))
        for each in people
    ]


def _shown(sheet: Sheet[str], standings: list[Standing] | Gap) -> Sheet[Standing] | Gap:
    """Those of one page of the list, in its order."""
    if isinstance(standings, Gap):
        return GAP
    known = {each.person_id: each for each in standings}
    items = [known[person_id] for person_id in sheet.items if person_id in known]
    return Sheet(items, sheet.number, sheet.pages, sheet.total)


def _fits(each: _Line, wanted: Wanted, names: Mapping[str, str]) -> bool:
    who = each.applicant
    mine = {"role": who.role, "status": who.status, "readiness": each.readiness, "pair": each.pairing}
    if any(value and value != mine[name] for name, value in wanted.choices.items()):
        return False
    return not wanted.search or wanted.finds(names.get(who.person_id, ""))


def _order(sort: str, names: Mapping[str, str]) -> Callable[[_Line], Any]:
    """By name; or what came last, or what needs a decision, first."""

    def key(line: _Line) -> tuple[Any, ...]:
        each = line.applicant
        name = names.get(each.person_id, "").casefold()
        if sort == "received":
            return (-(each.received_at or _LONG_AGO).timestamp(), name, each.person_id)
        if sort == "status":
            return (_ORDER.index(each.status) if each.status in _ORDER else 99, name, each.person_id)
        return (name, each.person_id, each.role)

    return key
