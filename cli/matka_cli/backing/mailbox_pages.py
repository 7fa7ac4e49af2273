"""The mailbox page: a list, each mail as text and sandboxed HTML, and its attachments to download."""

from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware.trustedhost import TrustedHostMiddleware

from matka_cli.backing.received import Received, read

SHOWN = 500  # newest mails on the list
PAGES = Path(__file__).with_name("pages")
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'"
# A mail's own HTML gets no scripts, no origin and nothing from the network; its links open beside it.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def app(received: Received) -> FastAPI:
    """The pages over one folder of mails."""
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Only by our own name: a page of another site that resolves to this address must not read sign-in links.
    pages.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    loader = FileSystemLoader(PAGES)
    templates = Jinja2Templates(env=Environment(loader=loader, autoescape=True, undefined=StrictUndefined))

    @pages.get("/health/ready")
    def ready() -> PlainTextResponse:
        return PlainTextResponse("ready")

    @pages.get("/")
    def inbox(request: Request, to: Annotated[str, Query(max_length=320)] = "") -> Response:
        newest = list(reversed(received.files()))
        chosen = [(number, path) for number, path in newest if to.lower() in path.name.lower()][:SHOWN]
        mails = [_summary(number, read(path.read_bytes())) for number, path in chosen]
        context = {"mails": mails, "to": to, "count": len(newest)}
        return templates.TemplateResponse(request, "inbox.html", context, headers=_headers(PAGE_POLICY))

    @pages.get("/mail/{number}")
    def mail(request: Request, number: int) -> Response:
        message = _mail(received, number)
        context = {
            "mail": _summary(number, message),
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
        parts = list(_mail(received, number).iter_attachments())
        if not 0 <= index < len(parts):
            raise HTTPException(404)
        name = quote(parts[index].get_filename() or "attachment", safe="")
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        content = _content(parts[index])
        return Response(
            content, media_type="application/octet-stream", headers=_headers(MAIL_POLICY) | disposition
        )

    return pages


def _headers(policy: str) -> dict[str, str]:
    return {**SAFE, "Content-Security-Policy": policy}


def _mail(received: Received, number: int) -> EmailMessage:
    path = next((path for found, path in received.files() if found == number), None)
    if path is None:
        raise HTTPException(404)
    return read(path.read_bytes())


def _summary(number: int, message: EmailMessage) -> dict[str, object]:
    date = message.get("Date")
    return {
        "number": number,
        "to": str(message.get("To", "")),
        "sender": str(message.get("From", "")),
        "subject": str(message.get("Subject", "")),
        "template": str(message.get("X-Matka-Template", "")),
        "date": f"{parsedate_to_datetime(str(date)):%Y-%m-%d %H:%M}" if date else "",
        "language": str(message.get("Content-Language", "")),
    }


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _content(part: EmailMessage) -> bytes:
    payload = part.get_content()
    if isinstance(payload, EmailMessage):
        return payload.as_bytes()
    return payload if isinstance(payload, bytes) else str(payload).encode()
