"""The front page, the language switch, and what stands where there is no page."""

from fastapi import APIRouter, Response

from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import VisitOf, our_path
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute)


@router.api_route("/", methods=["GET", "HEAD"])
async def front(visit: VisitOf) -> Response:
    """What Matka is; for those who are signed in, where to go."""
    return page(visit, "front.html")


@router.api_route("/me", methods=["GET", "HEAD"])
async def me(visit: VisitOf) -> Response:
    """Where letters led that were sent before the page was called otherwise."""
    return visit.go("/mine")


@router.post("/language")
async def choose_language(visit: VisitOf) -> Response:
    """Keep the language that somebody chose and go back to where they were."""
    response = visit.go(our_path(visit.field("back")))
    if visit.gateway.languages.known(wanted := visit.field("language")):
        visit.gateway.cookies.write(response, "language", wanted)
    return response


@router.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
async def nowhere() -> Response:
    """A page that says so."""
    raise NotFound
