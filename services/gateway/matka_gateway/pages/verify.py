"""Anyone checks a certificate: by its number, or by the file itself, which is hashed and not kept."""

import hashlib

from fastapi import APIRouter, Response

from matka_gateway import handlers
from matka_gateway.failures import TooLarge, failure_of
from matka_gateway.handlers import Registered
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_kit.client import Refused
from matka_kit.errors import NotFound


class VerifyRoute(PageRoute):
    """Pages of the check: a file that is too large is told of where it was chosen."""

    def went_wrong(self, visit: Visit, error: Exception) -> Response:
        if isinstance(error, TooLarge):
            text = failure_of(error, visit.request.url.path).text(visit.language)
            return _ask(visit, file=text, status=TooLarge.status)
        return super().went_wrong(visit, error)


router = APIRouter(route_class=VerifyRoute, prefix="/verify")
_PDF, _PDF_WITHIN = b"%PDF-", 1024


@router.api_route("", methods=["GET", "HEAD"])
async def ask_page(visit: VisitOf, number: str | None = None) -> Response:
    """Ask for a number or a file; a number that was typed has an address of its own."""
    if number is None:
        return _ask(visit)
    if not number.strip():
        return _ask(visit, number=visit.language.say("Type the number of the certificate."))
    if written := handlers.as_number(number):
        return visit.go(f"/verify/{written}")
    return await check_number(number, visit)


@router.post("")
async def check_file(visit: VisitOf) -> Response:
    """Look a file up by its hash: a file that somebody edited is not on the register."""
    upload = visit.upload("file")
    if upload is None:
        return _ask(visit, file=visit.language.say("Choose the PDF file of the certificate first."))
    start = await upload.read(1 << 16)
    if not start:
        return _ask(
            visit, file=visit.language.say("This file is empty. Choose the PDF file of the certificate.")
        )
    if _PDF not in start[:_PDF_WITHIN]:
        return _ask(
            visit, file=visit.language.say("This is not a PDF file. Choose the PDF file of the certificate.")
        )
    digest = hashlib.sha256(start)
    while chunk := await upload.read(1 << 16):
        digest.update(chunk)
    try:
        found = await handlers.check_file(visit.gateway, digest.hexdigest(), visit.client)
    except Refused as refused:
        return _unknown(visit, refused, by_file=True)
    return _result(visit, found, by_file=True)


@router.api_route("/{number:path}", methods=["GET", "HEAD"])
async def check_number(number: str, visit: VisitOf) -> Response:
    """Look a number up, whatever stands there in its place."""
    if not number.strip("/"):
        return visit.go("/verify")
    try:
        found = await handlers.check_number(visit.gateway, number.rstrip("/"), visit.client)
    except (Refused, NotFound) as refused:
        return _unknown(visit, refused, by_file=False)
    return _result(visit, found, by_file=False)


def _ask(visit: Visit, number: str = "", file: str = "", status: int = 422) -> Response:
    """The forms; with what is wrong with a number or a file."""
    status = status if number or file else 200
    return page(visit, "verify.html", status, number_problem=number, file_problem=file)


def _result(visit: Visit, found: Registered, *, by_file: bool) -> Response:
    return page(visit, "verified.html", found=found, by_file=by_file)


def _unknown(visit: Visit, error: Refused | NotFound, *, by_file: bool) -> Response:
    """Not on the register, unless the register itself had another reason to refuse."""
    if isinstance(error, Refused) and error.refused_status not in {404, 422}:
        raise error
    return page(visit, "verified.html", 404, found=None, by_file=by_file)
