"""Gatherings: the list, and planning a new one."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import Program, read_list, read_one
from matka_gateway.staff_readings import DeskGathering, DeskProgram
from matka_gateway.terms import TERMS
from matka_gateway.typed_gathering import TypedGathering, fields_of
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import Unavailable

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}/gatherings")
_FILTERS = {"kind": [*TERMS["gathering"]], "state": ["ahead", "unmarked", "held"]}
_EMPTY = {"kind": "theme", "time": "17:00", "hours": "2", "seats": "30"}


@router.api_route("", methods=["GET", "HEAD"])
async def gatherings(program_id: Id, visit: VisitOf) -> Response:
    desk = Desk.at(visit, program_id)
    answers = await desk.gather(gatherings=Ask("scheduling", f"{desk.home}/gatherings"))
    found = read_list(DeskGathering, answers["gatherings"], "gatherings")
    wanted = Wanted.of(f"{desk.home}/gatherings", visit.request.query_params, _FILTERS)
    everything, now = [] if isinstance(found, Gap) else found, visit.gateway.clock.now()
    kept = [each for each in everything if _fits(each, wanted.choices, now)]
    kept.sort(key=lambda each: each.starts_at)
    return desk.show(
        "gatherings.html",
        answers,
        wanted=wanted,
        filters=_FILTERS,
        gatherings=found if isinstance(found, Gap) else Sheet.of(kept, wanted.page),
        everyone=len(everything),
        state=lambda each: _state(each, now),
    )


def _state(each: DeskGathering, now: datetime) -> str:
    if each.status == "held":
        return "held"
    return "unmarked" if each.lacks_attendance(now) else "ahead"


def _fits(each: DeskGathering, choices: Mapping[str, str], now: datetime) -> bool:
    return choices["kind"] in {"", each.kind} and choices["state"] in {"", _state(each, now)}


@router.api_route("/new", methods=["GET", "HEAD"])
async def ask_for_one(program_id: Id, visit: VisitOf) -> Response:
    return await _form(Desk.at(visit, program_id))


@router.post("/new")
async def plan(program_id: Id, visit: VisitOf) -> Response:
    """Plan it; what can't be planned so is kept in the form, each mistake beside its field."""
    desk = Desk.at(visit, program_id)
    program = read_one(DeskProgram, (await desk.gather())["program"])
    if isinstance(program, Gap):
        raise Unavailable("pairing")
    typed = {name: visit.field(name) for name in fields_of(program.languages)}
    gathering = TypedGathering(typed, program.languages)
    if problems := gathering.problems(visit.language):
        text = visit.language.say("Something is missing or cannot be read. See the marked fields.")
        return await _form(desk, Trouble(422, text, "form", typed, problems))
    path = f"{desk.home}/gatherings"
    made = await attempt(visit, do(visit, "scheduling", path, gathering.read()), "form", typed)
    if isinstance(made, Trouble):
        return await _form(desk, made)
    return visit.go(f"{desk.home}/gatherings/{made['id']}?done=planned")


async def _form(desk: Desk, trouble: Trouble | None = None) -> Response:
    answers = await desk.gather()
    program = read_one(Program, answers["program"])
    earliest = {} if isinstance(program, Gap) else {"date": str(program.starts_on)}
    return desk.show(
        "gathering-new.html", answers, trouble, typed=trouble.typed if trouble else {**_EMPTY, **earliest}
    )
