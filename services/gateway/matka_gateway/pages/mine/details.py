"""My details: name, address, phone, language, and whether I want reminders."""

from fastapi import APIRouter, Response

from matka_gateway.forms.details import TypedDetails
from matka_gateway.pages.deeds import Trouble, attempt, done, show, unfinished
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import Person, read_one
from matka_gateway.tongues import name_of
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import Unavailable

router = APIRouter(route_class=PageRoute, prefix="/mine")
_FIELDS = ("name", "email", "phone", "language", "reminders")


@router.api_route("/details", methods=["GET", "HEAD"])
async def details_page(visit: VisitOf) -> Response:
    """The form, filled with what is known."""
    asks = {"me": Ask("people", "/me", essential=True)}
    answers = await visit.gateway.upstream.side_by_side(visit.require().caller, asks)
    person = read_one(Person, answers["me"])
    if isinstance(person, Gap):
        raise Unavailable("people")
    return _details_page(visit, TypedDetails.of(person))


@router.post("/details")
async def change(visit: VisitOf) -> Response:
    """Change them; pages are in the new language from here on."""
    person_id = visit.require().person_id
    typed = TypedDetails(**{name: visit.field(name) for name in _FIELDS})
    if problems := typed.problems():
        return _details_page(visit, typed, unfinished(visit, problems))
    if trouble := await attempt(visit, "people", f"/persons/{person_id}", typed.read(), method="PATCH"):
        return _details_page(visit, typed, trouble)
    response = done(visit, "/mine/details", "details-changed")
    if visit.gateway.languages.known(typed.language):
        visit.gateway.cookies.write(response, "language", typed.language)
    return response


def _details_page(visit: Visit, typed: TypedDetails, trouble: Trouble | None = None) -> Response:
    written = {each.code: each.name for each in visit.gateway.languages}
    if typed.language and typed.language not in written:
        written[typed.language] = name_of(
            typed.language, visit.language.locale
        )  # letters fall back by themselves
    return show(visit, "mine/details.html", trouble, typed=typed, written=written)
