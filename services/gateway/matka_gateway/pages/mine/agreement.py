"""What the two of a pair agree on: how, how often and in which language they meet, and for what."""

from fastapi import APIRouter, Response

from matka_contracts.terms import Cefr, MeetingForm
from matka_gateway.forms.agreement import TypedAgreement
from matka_gateway.pages.deeds import Id, Trouble, attempt, done, show, unfinished
from matka_gateway.pages.mine.paired import my_pair
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.tongues import by_name

router = APIRouter(route_class=PageRoute, prefix="/mine")
_FIELDS = ("form", "language", "language_level", "least", "most", "goals", "holidays")


@router.api_route("/pairs/{pair_id}/agreement", methods=["GET", "HEAD"])
async def agreement_page(pair_id: Id, visit: VisitOf) -> Response:
    """The form, filled with what was agreed before."""
    return await _agreement_page(visit, pair_id)


@router.post("/pairs/{pair_id}/agreement")
async def agree(pair_id: Id, visit: VisitOf) -> Response:
    """Write the agreement down, or change it."""
    typed = TypedAgreement(**{name: visit.field(name) for name in _FIELDS})
    if problems := typed.problems():
        return await _agreement_page(visit, pair_id, unfinished(visit, problems), typed)
    if trouble := await attempt(visit, "pairing", f"/pairs/{pair_id}/agreement", typed.read()):
        return await _agreement_page(visit, pair_id, trouble, typed)
    return done(visit, "/mine", "agreed")


async def _agreement_page(
    visit: Visit, pair_id: str, trouble: Trouble | None = None, typed: TypedAgreement | None = None
) -> Response:
    mine = await my_pair(visit, pair_id)
    return show(
        visit,
        "mine/agreement.html",
        trouble,
        mine=mine,
        typed=typed or TypedAgreement.of(mine.pair.agreement, mine.pair.common_language),
        forms=[each.value for each in MeetingForm],
        levels=[each.value for each in Cefr],
        tongues=by_name(visit.language.locale),
    )
