"""A participant's own page: my pair, our meetings, gatherings, my certificate."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from matka_gateway.pages.own import own_page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import VisitOf
from matka_gateway.upstream import Incoming
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/mine")
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,100}$")]


@router.api_route("", methods=["GET", "HEAD"])
async def mine(visit: VisitOf) -> Response:
    """All that is this person's own."""
    return await own_page(visit)


@router.api_route("/certificates/{certificate_id}", methods=["GET", "HEAD"])
async def certificate_file(certificate_id: Id, visit: VisitOf) -> Response:
    """The certificate's PDF, byte for byte; its owner's service says who may have it."""
    path = f"certificates/{certificate_id}/file"
    incoming = Incoming("certificates", "GET", path, "", {"accept": "application/pdf"}, b"")
    answer = await visit.gateway.upstream.pass_on(incoming, visit.require().caller)
    if answer.status != 200:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="matka-{certificate_id}.pdf"'}
    return Response(answer.content, media_type="application/pdf", headers=headers)
