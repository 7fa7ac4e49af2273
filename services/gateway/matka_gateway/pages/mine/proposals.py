"""What takes one press of a button on the own page: answer a proposal, take a seat or give it back."""

from typing import Literal

from fastapi import APIRouter, Response

from matka_gateway.pages.deeds import Id, attempt, done
from matka_gateway.pages.mine.overview import own_page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import VisitOf

router = APIRouter(route_class=PageRoute, prefix="/mine")


@router.post("/pairs/{pair_id}/{answer}")
async def answer_proposal(pair_id: Id, answer: Literal["accept", "decline"], visit: VisitOf) -> Response:
    """Accept or decline a proposed pair."""
    trouble = await attempt(visit, "pairing", f"/pairs/{pair_id}/{answer}")
    outcome = {"accept": "accepted", "decline": "declined"}[answer]
    return await own_page(visit, trouble) if trouble else done(visit, "/mine", outcome)


@router.post("/gatherings/{gathering_id}/{deed}")
async def sign_up(gathering_id: Id, deed: Literal["sign-up", "sign-off"], visit: VisitOf) -> Response:
    """Take a seat at a gathering, or give it back for somebody else."""
    trouble = await attempt(visit, "scheduling", f"/gatherings/{gathering_id}/{deed}")
    outcome = {"sign-up": "signed-up", "sign-off": "signed-off"}[deed]
    return await own_page(visit, trouble) if trouble else done(visit, "/mine", outcome)


@router.api_route("/pairs/{_id}/{_deed}", methods=["GET", "HEAD"])
@router.api_route("/meetings/{_id}/{_deed}", methods=["GET", "HEAD"])
@router.api_route("/gatherings/{_id}/{_deed}", methods=["GET", "HEAD"])
async def back_to_the_page(visit: VisitOf) -> Response:
    """A form's address opened as a link, such as after switching the language, shows the own page."""
    return visit.go("/mine")
