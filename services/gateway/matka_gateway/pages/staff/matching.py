"""Matching: drafts of the whole cohort, and one of them with its reasons and what changed."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response

from matka_gateway.matching_readings import Comparison, Draft, WholeDraft
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.staff.wishes import Wishes
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import read_list, read_one
from matka_gateway.staff_readings import Free
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}/matching")
_LINES = 50


@router.api_route("", methods=["GET", "HEAD"])
async def drafts(program_id: Id, visit: VisitOf) -> Response:
    return await _drafts(Desk.at(visit, program_id))


@router.post("")
async def make_first_draft(program_id: Id, visit: VisitOf) -> Response:
    """Match everybody who is free, without wishes."""
    desk = Desk.at(visit, program_id)
    made = await _make(desk, Wishes())
    return await _drafts(desk, made) if isinstance(made, Trouble) else visit.go(_address(desk, made))


@router.api_route("/{draft_id}", methods=["GET", "HEAD"])
async def draft(program_id: Id, draft_id: Id, visit: VisitOf) -> Response:
    return await _draft(Desk.at(visit, program_id), draft_id, None)


@router.post("/{draft_id}")
async def make_next_draft(program_id: Id, draft_id: Id, visit: VisitOf) -> Response:
    """Match anew with what staff wish: these two together, those two apart."""
    desk, wishes = Desk.at(visit, program_id), Wishes.typed(visit)
    made = await _make(desk, wishes)
    if isinstance(made, Trouble):
        return await _draft(desk, draft_id, wishes, made)
    return visit.go(_address(desk, made))


def _address(desk: Desk, made: Any) -> str:
    return f"{desk.home}/matching/{made['id']}?done=draft"


async def _make(desk: Desk, wishes: Wishes) -> Any | Trouble:
    visit = desk.visit
    made = await attempt(visit, do(visit, "pairing", f"{desk.home}/proposals", wishes.body()), "draft")
    if isinstance(made, Trouble) and made.failure and made.failure.code == "lock-breaks-rule":
        two = [str(made.failure.params.get(role, "")) for role in ("mentor", "mentee")]
        names = await desk.names(two)
        text = visit.language.say(
            "{mentor} and {mentee} cannot be kept together: a rule forbids it. See “Why not these two?”",
            mentor=f"\u2068{names.get(two[0], '')}\u2069",
            mentee=f"\u2068{names.get(two[1], '')}\u2069",
        )
        return Trouble(made.status, text, "draft", failure=made.failure)
    return made


async def _drafts(desk: Desk, trouble: Trouble | None = None) -> Response:
    answers = await desk.gather(
        proposals=Ask("pairing", f"{desk.home}/proposals", whole="proposals"),
        free=Ask("pairing", f"{desk.home}/free"),
    )
    found = read_list(Draft, answers["proposals"], "proposals")
    names = await desk.names([] if isinstance(found, Gap) else [each.made_by for each in found])
    return desk.show(
        "matching.html", answers, trouble, drafts=found, names=names, free=read_one(Free, answers["free"])
    )


async def _draft(
    desk: Desk, draft_id: str, wishes: Wishes | None, trouble: Trouble | None = None
) -> Response:
    answers = await desk.gather(
        draft=Ask("pairing", f"/proposals/{draft_id}", essential=True),
        proposals=Ask("pairing", f"{desk.home}/proposals", whole="proposals"),
    )
    shown = read_one(WholeDraft, answers["draft"])
    if isinstance(shown, Gap):
        return desk.show("draft.html", answers, trouble, draft=shown)
    if shown.program_id != desk.program_id:
        raise NotFound
    earlier = await _earlier(desk, shown, read_list(Draft, answers["proposals"], "proposals"))
    wishes = wishes or Wishes.of(shown).with_query(desk.visit)
    wanted = Wanted.of(f"{desk.home}/matching/{draft_id}", desk.visit.request.query_params, {})
    sheet = Sheet.of(shown.lines, wanted.page, _LINES)
    on_page = {line.two for line in sheet.items}
    people = shown.people() | wishes.people() | (earlier.people() if earlier else set())
    return desk.show(
        "draft.html",
        answers,
        trouble,
        draft=shown,
        sheet=sheet,
        wanted=wanted,
        wishes=wishes,
        others=wishes.beside(on_page),
        comparison=Comparison.of(earlier, shown) if earlier else None,
        names=await desk.names(people),
    )


async def _earlier(desk: Desk, shown: WholeDraft, known: Sequence[Draft] | Gap) -> WholeDraft | None:
    """The draft made before this one, if it can be reached; what was published is done and no comparison."""
    before = [] if isinstance(known, Gap) else [each for each in known if each.made_at < shown.made_at]
    if not before:
        return None
    last = max(before, key=lambda each: each.made_at)
    if last.status == "published":
        return None
    answers = await desk.more(earlier=Ask("pairing", f"/proposals/{last.id}"))
    found = read_one(WholeDraft, answers["earlier"])
    return None if isinstance(found, Gap) else found
