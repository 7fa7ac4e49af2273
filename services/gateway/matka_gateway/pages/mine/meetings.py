"""A pair's meetings: planned, moved, cancelled, and said afterwards whether they took place."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Response

from matka_contracts.terms import MeetingForm
from matka_gateway.forms.plan import TypedPlan
from matka_gateway.pages.deeds import Id, Trouble, attempt, done, show, unfinished
from matka_gateway.pages.mine.overview import own_page
from matka_gateway.pages.mine.paired import my_pair
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import Meeting, read_list
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import NotFound, Unavailable

router = APIRouter(route_class=PageRoute, prefix="/mine")
_FIELDS = ("date", "time", "minutes", "form", "place")
_FORMS = [each.value for each in MeetingForm]
_OUTCOMES = {"cancel": "meeting-cancelled", "hold": "meeting-held", "missed": "meeting-missed"}


@router.api_route("/pairs/{pair_id}/meetings", methods=["GET", "HEAD"])
async def meetings_page(pair_id: Id, visit: VisitOf) -> Response:
    """A pair's meetings to come and past, and the form for the next."""
    return await _meetings_page(visit, pair_id)


@router.post("/pairs/{pair_id}/meetings")
async def plan_meeting(pair_id: Id, visit: VisitOf) -> Response:
    """Plan a meeting, or log one that took place unplanned; what can't be so is kept in the form."""
    typed, held = _typed(visit), visit.field("held") == "yes"
    about = "held" if held else "plan"
    if problems := typed.problems():
        return await _meetings_page(visit, pair_id, unfinished(visit, problems, about), typed)
    body: dict[str, Any] = typed.read() | ({"held": True} if held else {})
    if trouble := await attempt(visit, "scheduling", f"/pairs/{pair_id}/meetings", body, about=about):
        return await _meetings_page(visit, pair_id, trouble, typed)
    outcome = "meeting-held" if held else "meeting-planned"
    return done(visit, f"/mine/pairs/{pair_id}/meetings", outcome)


@router.api_route("/meetings/{meeting_id}/move", methods=["GET", "HEAD"])
async def move_page(meeting_id: Id, visit: VisitOf) -> Response:
    """The form for another time or place, filled with what is planned now."""
    meeting = await _planned(visit, meeting_id)
    return await _move_page(visit, meeting, TypedPlan.of(meeting))


@router.post("/meetings/{meeting_id}/move")
async def move_meeting(meeting_id: Id, visit: VisitOf) -> Response:
    """Move a planned meeting."""
    meeting, typed = await _planned(visit, meeting_id), _typed(visit)
    if problems := typed.problems():
        return await _move_page(visit, meeting, typed, unfinished(visit, problems, "move"))
    path = f"/meetings/{meeting_id}/move"
    if trouble := await attempt(visit, "scheduling", path, typed.read(), about="move"):
        return await _move_page(visit, meeting, typed, trouble)
    return done(visit, f"/mine/pairs/{meeting.pair_id}/meetings", "meeting-moved")


@router.post("/meetings/{meeting_id}/{deed}")
async def settle_meeting(
    meeting_id: Id, deed: Literal["cancel", "hold", "missed"], visit: VisitOf
) -> Response:
    """Cancel a meeting to come, or say of a past one whether it took place."""
    trouble = await attempt(visit, "scheduling", f"/meetings/{meeting_id}/{deed}")
    return await own_page(visit, trouble) if trouble else done(visit, "/mine", _OUTCOMES[deed])


def _anchors(trouble: Trouble | None) -> dict[str, str]:
    """Where on the page the fields are: two forms have the same ones."""
    return {name: f"{trouble.about}-{name}" for name in trouble.fields} if trouble else {}


def _typed(visit: Visit) -> TypedPlan:
    return TypedPlan(**{name: visit.field(name) for name in _FIELDS})


async def _planned(visit: Visit, meeting_id: str) -> Meeting:
    """One of the visitor's own planned meetings. Raises `NotFound`, `Unavailable`."""
    asks = {"meetings": Ask("scheduling", "/me/meetings", essential=True)}
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    meetings = read_list(Meeting, answers["meetings"], "meetings")
    if isinstance(meetings, Gap):
        raise Unavailable("scheduling")
    found = next((each for each in meetings if each.id == meeting_id), None)
    if found is None:
        raise NotFound(kind="meetings")
    return found


async def _meetings_page(
    visit: Visit, pair_id: str, trouble: Trouble | None = None, typed: TypedPlan | None = None
) -> Response:
    mine = await my_pair(visit, pair_id)
    asks = {"meetings": Ask("scheduling", f"/pairs/{pair_id}/meetings")}
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    meetings = read_list(Meeting, answers["meetings"], "meetings")
    return show(
        visit,
        "mine/meetings.html",
        trouble,
        mine=mine,
        typed=typed or TypedPlan(form=mine.pair.agreement.form if mine.pair.agreement else ""),
        forms=_FORMS,
        anchors=_anchors(trouble),
        **_by_time(meetings, visit.gateway.clock.now()),
    )


def _by_time(meetings: list[Meeting] | Gap, now: datetime) -> dict[str, list[Meeting] | Gap]:
    """The planned meetings to come, and all that are past, the latest first."""
    if isinstance(meetings, Gap):
        return {"ahead": meetings, "past": meetings}
    planned = [each for each in meetings if each.status == "planned" and each.starts_at > now]
    past = [each for each in meetings if each.status != "cancelled" and each not in planned]
    return {"ahead": planned, "past": past[::-1]}


async def _move_page(
    visit: Visit, meeting: Meeting, typed: TypedPlan, trouble: Trouble | None = None
) -> Response:
    return show(
        visit,
        "mine/move.html",
        trouble,
        mine=await my_pair(visit, meeting.pair_id),
        meeting=meeting,
        typed=typed,
        forms=_FORMS,
        anchors=_anchors(trouble),
    )
