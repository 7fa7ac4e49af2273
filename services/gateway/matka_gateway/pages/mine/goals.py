"""What happens between the meetings: the mentee's goals, exercises of the library, introductions."""

from typing import Any

from fastapi import APIRouter, Response

from matka_gateway.pages.deeds import Id, Trouble, attempt, done, show, unfinished
from matka_gateway.pages.mine.paired import MyPair, my_pair
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import Assignment, Exercise, Goal, Introduction, read_list
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute, prefix="/mine")


@router.api_route("/pairs/{pair_id}/goals", methods=["GET", "HEAD"])
async def goals_page(pair_id: Id, visit: VisitOf) -> Response:
    """Goals, exercises and introductions of a pair."""
    return await _goals_page(visit, await my_pair(visit, pair_id))


@router.post("/pairs/{pair_id}/goals")
async def set_goal(pair_id: Id, visit: VisitOf) -> Response:
    """Write down a goal."""
    mine = await my_pair(visit, pair_id)
    kind, text = visit.field("kind"), visit.field("text").strip()
    if kind not in TERMS["goal"] or not text:
        missing = {} if text else {"text": "goal-missing"}
        missing |= {} if kind in TERMS["goal"] else {"kind": "kind-missing"}
        return await _goals_page(visit, mine, unfinished(visit, missing, "goal"))
    path = f"/programs/{mine.pair.program_id}/goals"
    return await _then(visit, mine, "learning", path, {"kind": kind, "text": text}, "goal-set")


@router.post("/pairs/{pair_id}/goals/{goal_id}/reach")
async def reach_goal(pair_id: Id, goal_id: Id, visit: VisitOf) -> Response:
    """Say that a goal is reached."""
    mine = await my_pair(visit, pair_id)
    return await _then(visit, mine, "learning", f"/goals/{goal_id}/reach", None, "goal-reached")


@router.post("/pairs/{pair_id}/exercises")
async def take_exercise(pair_id: Id, visit: VisitOf) -> Response:
    """Take an exercise of the library for the two."""
    mine = await my_pair(visit, pair_id)
    if not (exercise := visit.field("exercise")):
        return await _goals_page(visit, mine, unfinished(visit, {"exercise": "exercise-missing"}, "exercise"))
    path = f"/pairs/{pair_id}/exercises"
    return await _then(visit, mine, "learning", path, {"exercise": exercise}, "exercise-taken")


@router.post("/pairs/{pair_id}/exercises/{assignment_id}/done")
async def finish_exercise(pair_id: Id, assignment_id: Id, visit: VisitOf) -> Response:
    """Say that an exercise is done."""
    mine = await my_pair(visit, pair_id)
    return await _then(visit, mine, "learning", f"/exercises/{assignment_id}/done", None, "exercise-done")


@router.post("/pairs/{pair_id}/introductions")
async def introduce(pair_id: Id, visit: VisitOf) -> Response:
    """Note that the mentor introduced the mentee to somebody: how, never to whom."""
    mine = await my_pair(visit, pair_id)
    if (kind := visit.field("how")) not in TERMS["introduction"]:
        return await _goals_page(visit, mine, unfinished(visit, {"how": "kind-missing"}, "introduction"))
    body = {"kind": kind, "organisation_kind": visit.field("organisation") or None}
    return await _then(visit, mine, "learning", f"/pairs/{pair_id}/introductions", body, "introduced")


async def _then(visit: Visit, mine: MyPair, service: str, path: str, body: Any, outcome: str) -> Response:
    """Do it, and show the page again with how it went."""
    if trouble := await attempt(visit, service, path, body):
        return await _goals_page(visit, mine, trouble)
    return done(visit, f"/mine/pairs/{mine.pair.id}/goals", outcome)


async def _goals_page(visit: Visit, mine: MyPair, trouble: Trouble | None = None) -> Response:
    pair = mine.pair
    asks = {
        "goals": Ask("learning", f"/programs/{pair.program_id}/goals"),
        "exercises": Ask("learning", f"/pairs/{pair.id}/exercises"),
        "introductions": Ask("learning", f"/pairs/{pair.id}/introductions"),
        "library": Ask("learning", f"/library?language={visit.language.code}"),
    }
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    goals = read_list(Goal, answers["goals"], "goals")
    taken = read_list(Assignment, answers["exercises"], "exercises")
    library = read_list(Exercise, answers["library"], "exercises")
    known = {} if isinstance(library, Gap) else {each.id: each for each in library}
    held = set() if isinstance(taken, Gap) else {each.exercise for each in taken}
    return show(
        visit,
        "mine/goals.html",
        trouble,
        mine=mine,
        goals=goals if isinstance(goals, Gap) else [g for g in goals if g.person_id == pair.mentee_id],
        taken=taken,
        exercises=known,
        library=[each for each in known.values() if each.id not in held],
        introductions=read_list(Introduction, answers["introductions"], "introductions"),
    )
