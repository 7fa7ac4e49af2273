"""One visit to a page: whose browser it is, which language it reads, who is signed in, what its form says."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from matka_contracts.terms import PARTICIPANTS, STAFF
from matka_gateway.client_address import client_of
from matka_gateway.cookies import new_browser
from matka_gateway.failures import bounded
from matka_gateway.gateway import Gateway
from matka_gateway.languages import Language
from matka_gateway.sessions import LONGEST, Session
from matka_kit.errors import Forbidden, MatkaError, Unauthenticated

MOST_FORM_BYTES = 5_000_000
_LONGEST_FIELD = 5000
_MOST_FIELDS = 2000  # staff mark a whole gathering in one form
_LONGEST_PATH = 150
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_HEADERS = {
    # no script at all, nothing from elsewhere, forms only to ourselves, in nobody's frame
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # with `no-referrer` browsers would send `Origin: null` with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Guard(Enum):
    """What a posted form must prove before it is read.

    `OUR_PAGE`: a page of ours in this very browser sent it, for it acts with the power of a session.
    `OUR_SITE`: a page of ours sent it; it has no power but what is typed into it or stands in its address.
    `ANYONE`: its address is a secret that only its reader has, and mail programs send it by themselves.
    """

    OUR_PAGE = auto()
    OUR_SITE = auto()
    ANYONE = auto()


class FormExpired(Forbidden):
    """A form that did not come from a page of ours in this browser, or from one that is too old."""


@dataclass
class Visit:
    """A request for a page, with all that its answer depends on.

    `trouble` is why nobody is signed in although a session was brought.
    """

    request: Request
    gateway: Gateway
    language: Language
    browser: str
    secret: str = field(repr=False)
    session: Session | None
    trouble: MatkaError | None
    form: FormData

    @classmethod
    async def begin(cls, request: Request) -> "Visit":
        """Read the cookies and find the session. Raises nothing that `require` could not raise later."""
        gateway: Gateway = request.app.state.deps
        cookies = gateway.cookies
        secret, session, trouble = cookies.read(request, "session"), None, None
        if secret:
            try:
                session = await gateway.sessions.of(secret)
            except MatkaError as error:
                trouble = error
        wanted = cookies.read(request, "language") or (session.language if session else "")
        language = gateway.languages.choose(wanted, request.headers.get("accept-language", ""))
        browser = cookies.read(request, "browser")
        return cls(request, gateway, language, browser or new_browser(), secret, session, trouble, FormData())

    def require(self) -> Session:
        """The session. Raises `Unauthenticated`, or why it could not be found."""
        if self.session is None:
            raise self.trouble or Unauthenticated()
        return self.session

    @property
    def form_token(self) -> str:
        """What forms on this page bring back."""
        return self.gateway.cookies.form_token(self.browser, self.secret if self.session else "")

    @property
    def here(self) -> str:
        """The address of this page within the site."""
        url = self.request.url
        return url.path + (f"?{url.query}" if url.query else "")

    @property
    def is_staff(self) -> bool:
        """Whether the visitor works for some program."""
        return self.session is not None and bool(self.session.caller.scopes(STAFF))

    @property
    def is_participant(self) -> bool:
        """Whether the visitor takes part in some program."""
        return self.session is not None and bool(self.session.caller.scopes(PARTICIPANTS))

    @property
    def client(self) -> str:
        """Whose attempts are counted."""
        return client_of(self.request)

    async def take_form(self, guard: Guard = Guard.OUR_PAGE) -> None:
        """Read a posted form. Raises `FormExpired` unless it proves what `guard` wants, `TooLarge`."""
        if self.request.method in _SAFE_METHODS:
            return
        if guard is not Guard.ANYONE and not self._from_our_page():
            raise FormExpired
        bounded(self.request, MOST_FORM_BYTES)
        self.form = await self.request.form(
            max_files=1, max_fields=_MOST_FIELDS, max_part_size=MOST_FORM_BYTES
        )
        if guard is not Guard.OUR_PAGE:
            return
        if not hmac.compare_digest(self.field("form_token").encode(), self.form_token.encode()):
            raise FormExpired

    def field(self, name: str) -> str:
        """What was typed into a field, cut to 5,000 characters; nothing if it is not there."""
        value = self.form.get(name, "")
        return "" if isinstance(value, UploadFile) else value[:_LONGEST_FIELD]

    def whole(self, name: str) -> str:
        """All that was typed into a field, however long it is; nothing if it is not there."""
        value = self.form.get(name, "")
        return "" if isinstance(value, UploadFile) else value

    def fields(self, name: str) -> list[str]:
        """All that was chosen in a field of several choices."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def upload(self, name: str) -> UploadFile | None:
        """The file in a field, if one was chosen."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def go(self, path: str) -> RedirectResponse:
        """On to another page of ours, which is then asked for by GET."""
        return RedirectResponse(path, 303)

    def sign_in(self, response: Response, secret: str) -> None:
        """Have the browser keep a new session."""
        self.gateway.cookies.write(response, "session", secret, int(LONGEST.total_seconds()))

    def finish(self, response: Response) -> Response:
        """Add what every page carries."""
        response.headers.update(_HEADERS)
        cookies = self.gateway.cookies
        if cookies.encrypted:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if not cookies.read(self.request, "browser"):
            cookies.write(response, "browser", self.browser)
        return response

    def _from_our_page(self) -> bool:
        """Browsers say where a form comes from in headers that no page can set."""
        headers: Mapping[str, str] = self.request.headers
        if site := headers.get("sec-fetch-site"):
            return site == "same-origin"
        return headers.get("origin") == self.gateway.settings.origin


def visit_of(request: Request) -> Visit:
    """The visit that the page's route began."""
    visit: Visit = request.state.visit
    return visit


VisitOf = Annotated[Visit, Depends(visit_of)]


def onward(path: str) -> str:
    """Where to go after signing in, if that is a short path of this site; else nothing."""
    return path if len(path) <= _LONGEST_PATH and path.isascii() and our_path(path) != "/" else ""


def our_path(path: str) -> str:
    """A path of this site, or the front page for anything that leads elsewhere."""
    parts = urlsplit(path)
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if inside and not parts.scheme and not parts.netloc else "/"
