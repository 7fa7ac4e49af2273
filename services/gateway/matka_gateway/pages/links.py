"""Links in mails that do one thing for whoever holds them: log a meeting, stop reminders.

Mail scanners open links, so that only POST does it. No session acts here: the link is the proof. A form of
the log comes from a page of ours, which may stand in a browser that keeps none of our cookies; reminders
also stop by the POST that mail programs send by themselves (RFC 8058), without cookies or redirects.
"""

from typing import Any

from fastapi import APIRouter, Response

from matka_contracts.terms import MeetingForm
from matka_gateway import open_doors
from matka_gateway.failures import failure_of
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import LinkRoute, OpenRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import LinkedMeeting
from matka_kit.client import Refused
from matka_kit.errors import NotFound

log = APIRouter(route_class=OpenRoute, prefix="/log")
stop = APIRouter(route_class=LinkRoute, prefix="/stop")
_FORMS = [each.value for each in MeetingForm]


@log.api_route("/{token}", methods=["GET", "HEAD"])
async def meeting(token: str, visit: VisitOf) -> Response:
    """Who meets whom and when, with a button for each of the two answers."""
    try:
        return await _meeting_page(visit, await open_doors.meeting_of_link(visit.gateway, token))
    except (Refused, NotFound) as refused:
        return _no_link(visit, refused, "log")


@log.post("/{token}")
async def log_meeting(token: str, visit: VisitOf) -> Response:
    """Log it: `held` is yes or no, `form` how they met where it was otherwise than planned."""
    held, form = visit.field("held"), visit.field("form")
    if held not in {"yes", "no"}:
        return visit.go(f"/log/{token}")
    body: dict[str, Any] = {"held": held == "yes"}
    body |= {"form": form} if form in _FORMS else {}
    try:
        await open_doors.log_by_link(visit.gateway, token, body)
    except (Refused, NotFound) as refused:
        return _no_link(visit, refused, "log")
    return visit.go(f"/log/{token}")


@stop.api_route("/{token}", methods=["GET", "HEAD"])
async def ask(token: str, visit: VisitOf) -> Response:
    """One button, unless it was pressed before."""
    try:
        on = await open_doors.has_reminders(visit.gateway, token)
    except (Refused, NotFound) as refused:
        return _no_link(visit, refused, "stop")
    return page(visit, "stop.html", stopped=not on)


@stop.post("/{token}")
async def stop_reminders(token: str, visit: VisitOf) -> Response:
    """At once, whoever sends it and however often."""
    try:
        await open_doors.stop_reminders(visit.gateway, token)
    except (Refused, NotFound) as refused:
        return _no_link(visit, refused, "stop")
    return page(visit, "stop.html", stopped=True)


async def _meeting_page(visit: Visit, found: LinkedMeeting) -> Response:
    names = await visit.gateway.upstream.names({found.other_id})
    return page(
        visit,
        "log.html",
        meeting=found,
        other=names.get(found.other_id, ""),
        forms=_FORMS,
        begun=found.starts_at <= visit.gateway.clock.now(),
    )


def _no_link(visit: Visit, refused: Refused | NotFound, kind: str) -> Response:
    """A link that is none, is too old, or whose meeting can't be logged so: what to do instead."""
    failure = failure_of(refused, visit.request.url.path)
    is_none = failure.code in {"not-found", "invalid-input"}
    return page(
        visit,
        "link-gone.html",
        failure.status,
        kind=kind,
        expired=failure.code == "link-expired",
        text="" if is_none else failure.text(visit.language),
    )


router = APIRouter()
router.include_router(log)
router.include_router(stop)
