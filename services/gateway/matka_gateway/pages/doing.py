"""What a participant does on their own page: one form each, and back to the page, which shows the outcome."""

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response

from matka_gateway.failures import failure_of
from matka_gateway.pages.own import Trouble, own_page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.plans import TypedPlan
from matka_gateway.upstream import Deed
from matka_kit.client import Refused
from matka_kit.errors import InvalidInput, Transient, Unauthenticated, Unavailable

router = APIRouter(route_class=PageRoute, prefix="/mine")
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,100}$")]
_LONGEST_KEY = 100


@router.post("/pairs/{pair_id}/meetings")
async def plan_meeting(pair_id: Id, visit: VisitOf) -> Response:
    """Plan a meeting; what can't be planned so is kept in the form."""
    typed = TypedPlan(**{name: visit.field(name) for name in ("date", "time", "minutes", "form", "place")})
    try:
        body = typed.read()
    except InvalidInput as mistake:
        return await _in_trouble(visit, mistake, pair_id, typed)
    return await _do(visit, "scheduling", f"/pairs/{pair_id}/meetings", body, typed)


@router.post("/pairs/{pair_id}/{answer}")
async def answer_proposal(pair_id: Id, answer: Literal["accept", "decline"], visit: VisitOf) -> Response:
    """Accept or decline a proposed pair."""
    return await _do(visit, "pairing", f"/pairs/{pair_id}/{answer}")


@router.post("/meetings/{meeting_id}/{deed}")
async def settle_meeting(meeting_id: Id, deed: Literal["cancel", "hold"], visit: VisitOf) -> Response:
    """Cancel a meeting to come, or log a past one as held."""
    return await _do(visit, "scheduling", f"/meetings/{meeting_id}/{deed}")


@router.post("/gatherings/{gathering_id}/sign-up")
async def sign_up(gathering_id: Id, visit: VisitOf) -> Response:
    """Take a seat at a gathering."""
    return await _do(visit, "scheduling", f"/gatherings/{gathering_id}/sign-up")


@router.api_route("/pairs/{_id}/{_deed}", methods=["GET", "HEAD"])
@router.api_route("/meetings/{_id}/{_deed}", methods=["GET", "HEAD"])
@router.api_route("/gatherings/{_id}/{_deed}", methods=["GET", "HEAD"])
async def back_to_the_page(visit: VisitOf) -> Response:
    """A form's address opened as a link, such as after switching the language, shows the page."""
    return visit.go("/mine")


async def _do(
    visit: Visit, service: str, path: str, body: Any = None, typed: TypedPlan | None = None
) -> Response:
    """Have a service do it, once for each form in view: a double click is one command."""
    caller = visit.require().caller
    key = hashlib.sha256(f"{visit.field('once')[:_LONGEST_KEY]}\x1f{path}\x1f{body}".encode()).hexdigest()
    try:
        await visit.gateway.upstream.tell(caller, Deed(service, path, body, key))
    except (Refused, Transient, Unavailable, TimeoutError) as error:
        return await _in_trouble(visit, error, path.split("/")[2], typed)
    return visit.go("/mine")


async def _in_trouble(visit: Visit, error: Exception, about: str, typed: TypedPlan | None) -> Response:
    """The page again, with what went wrong."""
    failure = failure_of(error, visit.request.url.path)
    if failure.status == Unauthenticated.status:
        raise Unauthenticated
    text = failure.text(visit.language)
    trouble = Trouble(failure.status, text, about, typed) if typed else Trouble(failure.status, text)
    response = await own_page(visit, trouble)
    response.headers.update(failure.headers)
    return response
