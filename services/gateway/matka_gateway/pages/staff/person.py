"""One person of a program: application and decision, readiness, pairs, participation."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response

from matka_contracts.terms import Role
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import DECISIONS, decide, one_of
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.standings import ask_standings
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import read_list, read_one
from matka_gateway.staff_readings import Application, Participation, Standing, everybody, first
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}")
_SHORTEST_REASON, _LONGEST_REASON = 3, 2000


@router.api_route("/people/{person_id}", methods=["GET", "HEAD"])
async def person(program_id: Id, person_id: Id, visit: VisitOf) -> Response:
    return await _person(Desk.at(visit, program_id), person_id)


@router.post("/people/{person_id}")
async def act(program_id: Id, person_id: Id, visit: VisitOf) -> Response:
    """Decide about the application, or record what makes a mentor ready."""
    desk, deed = Desk.at(visit, program_id), visit.field("deed")
    outcome = await (decide(visit) if deed in DECISIONS else note_readiness(desk, person_id))
    if isinstance(outcome, Trouble):
        return await _person(desk, person_id, outcome)
    return visit.go(f"{desk.home}/people/{person_id}?done={deed}")


async def note_readiness(desk: Desk, person_id: str) -> Any | Trouble:
    """Record the talk with a mentor, or waive it with a reason; what was typed is kept if that fails."""
    visit, deed = desk.visit, one_of(desk.visit.field("deed"), ("contact", "waive"))
    reason, about = visit.field("reason").strip(), f"{deed}-{person_id}"
    if problem := _problem_of(visit, deed, reason):
        return Trouble(422, problem, about, {"reason": reason})
    path = f"{desk.home}/mentors/{person_id}/{deed}"
    return await attempt(visit, do(visit, "pairing", path, {"reason": reason}), about, {"reason": reason})


def _problem_of(visit: Visit, deed: str, reason: str) -> str:
    if deed == "waive" and len(reason) < _SHORTEST_REASON:
        return visit.language.say("Write in a few words why the talk is waived.")
    if len(reason) > _LONGEST_REASON:
        most = visit.language.number(_LONGEST_REASON)
        return visit.language.say("That is too long: at most {most} characters.", most=most)
    return ""


async def _person(desk: Desk, person_id: str, trouble: Trouble | None = None) -> Response:
    answers = await desk.gather(
        standings=ask_standings(desk, [person_id]),
        participation=Ask("scheduling", f"{desk.home}/participation?person_id={person_id}"),
    )
    found = read_list(Standing, answers["standings"], "people")
    standings = [] if isinstance(found, Gap) else found
    if not standings and not isinstance(found, Gap):
        raise NotFound
    known, applications = await asyncio.gather(
        desk.visit.gateway.upstream.persons(everybody(standings)), _applications(desk, standings)
    )
    shares = read_list(Participation, answers["participation"], "people")
    return desk.show(
        "person.html",
        answers,
        trouble,
        person_id=person_id,
        person=known.get(person_id),
        standings=found if isinstance(found, Gap) else list(zip(standings, applications, strict=True)),
        share=shares if isinstance(shares, Gap) else first(shares, person_id=person_id),
        names={id_: each["name"] for id_, each in known.items()},
        mentor=first(standings, role=Role.MENTOR, status="admitted"),
    )


async def _applications(desk: Desk, standings: Sequence[Standing]) -> list[Application | Gap]:
    """What this person wrote, once per role."""
    asks = {each.role: Ask("pairing", f"/applications/{each.application_id}") for each in standings}
    answers = await desk.more(**asks)
    return [read_one(Application, answers[each.role]) for each in standings]
