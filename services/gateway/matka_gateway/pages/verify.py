"""Anyone checks a certificate: by its number, or by the file itself, which is hashed and not kept."""

import hashlib
from urllib.parse import quote

from fastapi import APIRouter, Response

from matka_gateway import handlers
from matka_gateway.handlers import Registered
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_kit.client import Refused
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/verify")


@router.api_route("", methods=["GET", "HEAD"])
async def ask_page(visit: VisitOf, number: str = "") -> Response:
    """Ask for a number or a file; a number that was typed has an address of its own."""
    if number.strip():
        return visit.go(f"/verify/{quote(number.strip()[:60], safe='')}")
    return page(visit, "verify.html")


@router.post("")
async def check_file(visit: VisitOf) -> Response:
    """Look a file up by its hash: a file that somebody edited is not on the register."""
    upload = visit.upload("file")
    if upload is None:
        return visit.go("/verify")
    digest = hashlib.sha256()
    while chunk := await upload.read(1 << 16):
        digest.update(chunk)
    try:
        found = await handlers.check_file(visit.gateway, digest.hexdigest(), visit.client)
    except Refused as refused:
        return _unknown(visit, refused, by_file=True)
    return _result(visit, found, by_file=True)


@router.api_route("/{number}", methods=["GET", "HEAD"])
async def check_number(number: str, visit: VisitOf) -> Response:
    """Look a number up."""
    try:
        found = await handlers.check_number(visit.gateway, number, visit.client)
    except (Refused, NotFound) as refused:
        return _unknown(visit, refused, by_file=False)
    return _result(visit, found, by_file=False)


def _result(visit: Visit, found: Registered, *, by_file: bool) -> Response:
    return page(visit, "verified.html", found=found, by_file=by_file)


def _unknown(visit: Visit, error: Refused | NotFound, *, by_file: bool) -> Response:
    """Not on the register, unless the register itself had another reason to refuse."""
    if isinstance(error, Refused) and error.refused_status not in {404, 422}:
        raise error
    return page(visit, "verified.html", 404, found=None, by_file=by_file)
