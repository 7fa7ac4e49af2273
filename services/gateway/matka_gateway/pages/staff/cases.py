"""Support cases of a program: who answers what by when."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import one_of
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.staff.standings import pairs_in_short
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import PairInShort, read_list
from matka_gateway.staff_readings import Case
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}")
_FILTERS = {
    "status": ["open", "resolved", "all"],
    "whose": ["mine", "unowned", "overdue"],
    "kind": [*STAFF_TERMS["case-kind"]],
    "sort": ["deadline", "newest"],
}
_FAR_AHEAD = datetime.max.replace(tzinfo=UTC)
_LONGEST_TEXT = 5000


@router.api_route("/cases", methods=["GET", "HEAD"])
async def cases(program_id: Id, visit: VisitOf) -> Response:
    """Open ones unless others are asked for, the nearest deadline first."""
    desk = Desk.at(visit, program_id)
    wanted = Wanted.of(f"{desk.home}/cases", visit.request.query_params, _FILTERS)
    status = wanted.choices["status"] or "open"
    answers = await desk.gather(**asked(desk, ("open", "resolved")))
    found, now = gathered(answers), visit.gateway.clock.now()
    known = [] if isinstance(found, Gap) else found
    everything = [each for each in known if status in {"all", each.status}]
    kept = [each for each in everything if _fits(each, wanted, desk.me, now)]
    kept.sort(key=_order(wanted.sort))
    return desk.show(
        "cases.html",
        answers,
        wanted=wanted,
        filters=_FILTERS,
        of_status=status,
        cases=found if isinstance(found, Gap) else Sheet.of(kept, wanted.page),
        everyone=len(everything),
        resolved=sum(each.status == "resolved" for each in known),
        names=await desk.names(person for each in kept for person in (each.opened_by, each.owner_id)),
    )


def asked(desk: Desk, statuses: Iterable[str]) -> dict[str, Ask]:
    """The questions for a program's cases of these statuses."""
    path = f"{desk.home}/cases?status="
    return {f"cases {each}": Ask("pairing", path + each, whole="cases") for each in statuses}


def gathered(answers: Mapping[str, Any]) -> list[Case] | Gap:
    """The cases in the answers to these questions; the gap if one of them has none."""
    found: list[Case] = []
    for name, answer in answers.items():
        if name.startswith("cases "):
            cases = read_list(Case, answer, "cases")
            if isinstance(cases, Gap):
                return cases
            found += cases
    return found


def _fits(case: Case, wanted: Wanted, me: str, now: datetime) -> bool:
    if wanted.choices["kind"] not in {"", case.kind}:
        return False
    match wanted.choices["whose"]:
        case "mine":
            return me in {case.owner_id, case.cover_id}
        case "unowned":
            return not case.owner_id
        case "overdue":
            return case.is_overdue(now)
    return True


def _order(sort: str) -> Callable[[Case], Any]:
    if sort == "newest":
        return lambda each: (-(each.opened_at or each.due_at or _FAR_AHEAD).timestamp(), each.id)
    return lambda each: (each.due_at or _FAR_AHEAD, each.id)


@router.api_route("/cases/new", methods=["GET", "HEAD"])
async def ask_for_one(program_id: Id, visit: VisitOf) -> Response:
    return await _form(Desk.at(visit, program_id))


@router.post("/cases/new")
async def open_case(program_id: Id, visit: VisitOf) -> Response:
    """Write down what staff heard of, about a pair or about none."""
    desk = Desk.at(visit, program_id)
    typed = {name: visit.field(name) for name in ("pair", "kind", "text")}
    kind, text = one_of(typed["kind"], STAFF_TERMS["case-kind"]), typed["text"].strip()
    if not text:
        problem = visit.language.say("Write what it is about.")
        return await _form(desk, Trouble(422, problem, "form", typed, {"text": problem}))
    chosen = await _form_facts(desk)
    about = typed["pair"] if typed["pair"] in chosen["pairs"] else ""
    path = f"/pairs/{about}/cases" if about else f"{desk.home}/cases"
    body = {"kind": kind, "text": text[:_LONGEST_TEXT]}
    made = await attempt(visit, do(visit, "pairing", path, body), "form", typed)
    if isinstance(made, Trouble):
        return await _form(desk, made)
    return visit.go(f"/cases/{made['id']}?done=case")


async def _form(desk: Desk, trouble: Trouble | None = None) -> Response:
    facts = await _form_facts(desk)
    typed = trouble.typed if trouble else {"pair": desk.visit.request.query_params.get("pair", "")}
    return desk.show("case-new.html", facts.pop("answers"), trouble, typed=typed, **facts)


async def _form_facts(desk: Desk) -> dict[str, Any]:
    """The active pairs, by id, as their two members."""
    answers = await desk.gather(pairs=pairs_in_short(desk, status="formed"))
    found = read_list(PairInShort, answers["pairs"], "pairs")
    two = {} if isinstance(found, Gap) else {pair.id: (pair.mentor_id, pair.mentee_id) for pair in found}
    names = await desk.names(person for pair in two.values() for person in pair)
    pairs = dict(sorted(two.items(), key=lambda each: names.get(each[1][0], "").casefold()))
    return {"answers": answers, "pairs": pairs, "names": names}
