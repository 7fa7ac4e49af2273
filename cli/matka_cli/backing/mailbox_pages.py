"""The mailbox page: a list, each mail as text and sandboxed HTML, and its attachments to download."""

from email.message import EmailMessage
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from matka_cli.backing.headers import Summary, summary
from matka_cli.backing.received import Received, read, read_headers

SHOWN = 50  # mails on one page of the list
PAGES = Path(__file__).with_name("pages")
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'"
# A mail's own HTML gets no scripts, no origin and nothing from the network; its links open beside it.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Listing:
    """The mails, newest first, in pages and searched."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._known: dict[int, Summary] = {}  # a mail that was kept never changes

    def page(self, words: str, number: int) -> dict[str, object]:
        """What a page of the list shows of the mails with these words; pages are counted from 1."""
        newest = list(reversed(self._received.files()))
        found = [each for each in newest if self._line(*each).matches(words)] if words.strip() else newest
        begin, end = SHOWN * (number - 1), SHOWN * number
        return {
            "mails": [self._line(*each) for each in found[begin:end]],
            "q": words,
            "count": len(newest),
            "found": len(found),
            "first": begin + 1,
            "newer": _link(words, number - 1) if begin else "",
            "older": _link(words, number + 1) if end < len(found) else "",
        }

    def _line(self, number: int, path: Path) -> Summary:
        if number not in self._known:
            self._known[number] = summary(number, read_headers(path))
        return self._known[number]


def _templates() -> Jinja2Templates:
    loader = FileSystemLoader(PAGES)
    return Jinja2Templates(env=Environment(loader=loader, autoescape=True, undefined=StrictUndefined))


def app(received: Received) -> FastAPI:
    """The pages over one folder of mails."""
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Only by our own name: a page of another site that resolves to this address must not read sign-in links.
    pages.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    templates = _templates()
    listing = Listing(received)
    _answer_errors(pages, templates)

    @pages.get("/health/ready")
    def ready() -> PlainTextResponse:
        return PlainTextResponse("ready")

    @pages.get("/")
    def inbox(
        request: Request,
        q: Annotated[str, Query(max_length=320)] = "",
        page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    ) -> Response:
        context = listing.page(q, page)
        return templates.TemplateResponse(request, "inbox.html", context, headers=_headers(PAGE_POLICY))

    @pages.get("/mail/{number}")
    def mail(request: Request, number: int) -> Response:
        message = _mail(received, number)
        context = {
            "mail": summary(number, message),
            "text": _body(message, "plain"),
            "html": bool(_body(message, "html")),
            "attachments": [part.get_filename() or "attachment" for part in message.iter_attachments()],
        }
        return templates.TemplateResponse(request, "mail.html", context, headers=_headers(PAGE_POLICY))

    @pages.get("/mail/{number}/html")
    def html(number: int) -> HTMLResponse:
        content = '<base target="_blank">' + _body(_mail(received, number), "html")
        return HTMLResponse(content, headers=_headers(MAIL_POLICY))

    @pages.get("/mail/{number}/attachments/{index}")
    def attachment(number: int, index: int) -> Response:
        return _attached(_mail(received, number), index)

    return pages


def _attached(message: EmailMessage, index: int) -> Response:
    """An attachment as a download, never as something to show."""
    parts = list(message.iter_attachments())
    if not 0 <= index < len(parts):
        raise HTTPException(404)
    name = quote(parts[index].get_filename() or "attachment", safe="")
    headers = _headers(MAIL_POLICY) | {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(_content(parts[index]), media_type="application/octet-stream", headers=headers)


def _answer_errors(pages: FastAPI, templates: Jinja2Templates) -> None:
    """People get a page, whatever went wrong."""

    @pages.exception_handler(StarletteHTTPException)
    @pages.exception_handler(RequestValidationError)
    def nothing_here(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, StarletteHTTPException) else 404
        headers = _headers(PAGE_POLICY)
        return templates.TemplateResponse(request, "nothing.html", {}, status_code=status, headers=headers)


def _headers(policy: str) -> dict[str, str]:
    return {**SAFE, "Content-Security-Policy": policy}


def _mail(received: Received, number: int) -> EmailMessage:
    path = next((path for found, path in received.files() if found == number), None)
    if path is None:
        raise HTTPException(404)
    return read(path.read_bytes())


def _link(words: str, page: int) -> str:
    return "/?" + urlencode({"q": words, "page": page})


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _content(part: EmailMessage) -> bytes:
    payload = part.get_content()
    if isinstance(payload, EmailMessage):
        return payload.as_bytes()
    return payload if isinstance(payload, bytes) else str(payload).encode()
