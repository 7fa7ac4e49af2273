"""Cookies: their names, what they insist on, and the signed one that binds a sign-in link to its browser."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Literal

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

Word = Literal["session", "browser", "asked", "language"]
_YEAR_SECONDS = 365 * 24 * 3600
_ASKED_SECONDS = 30 * 24 * 3600  # a request itself ends after minutes; that it was used is told for longer
_MOST_ASKED = 5
_LONGEST = 2000


@dataclass(frozen=True)
class Asking:
    """A request to sign in that this browser knows: where it leads then, and whether it was used here."""

    request_id: str
    then: str = ""
    used: bool = False


@dataclass(frozen=True)
class Cookies:
    """The gateway's cookies, all for this host alone and out of scripts' reach.

    Over TLS their names begin with `__Host-`, so that no other host or plain connection can set them. A
    development server on plain http has other names: not every browser takes `Secure` cookies there.
    """

    secret: bytes = field(repr=False)
    encrypted: bool

    def name(self, word: Word) -> str:
        """A cookie's full name."""
        return f"__Host-matka-{word}" if self.encrypted else f"matka-{word}"

    def read(self, request: Request, word: Word) -> str:
        """A cookie's value, or nothing."""
        return request.cookies.get(self.name(word), "")[:_LONGEST]

    def write(self, response: Response, word: Word, value: str, seconds: int = _YEAR_SECONDS) -> None:
        """Have the browser keep a value; an empty one is forgotten."""
        response.set_cookie(
            self.name(word),
            value,
            max_age=seconds if value else 0,
            path="/",
            secure=self.encrypted,
            httponly=True,
            samesite="lax",  # a link in a mail must find its browser's cookies
        )

    def asked(self, request: Request) -> dict[str, Asking]:
        """The last few sign-in requests that this browser made or used, by their ids."""
        try:
            found = self._serializer.loads(self.read(request, "asked"), max_age=_ASKED_SECONDS)
            return {str(id_): Asking(str(id_), str(then), bool(used)) for id_, then, used in found}
        except (BadSignature, ValueError, TypeError):
            return {}

    def remember_asking(self, request: Request, response: Response, asking: Asking) -> None:
        """Bind a sign-in request to this browser, or note what became of it."""
        asked = self.asked(request)
        asked.pop(asking.request_id, None)
        last = [*asked.values(), asking][-_MOST_ASKED:]
        value = self._serializer.dumps([[each.request_id, each.then, int(each.used)] for each in last])
        self.write(response, "asked", value if isinstance(value, str) else value.decode(), _ASKED_SECONDS)

    def form_token(self, browser: str, session: str) -> str:
        """What a form must bring back: only our own page for this browser and session has it."""
        digest = hmac.digest(self.secret, f"form\x1f{browser}\x1f{session}".encode(), hashlib.sha256)
        return urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="matka asked")


def new_browser() -> str:
    """A name for a browser that has none yet."""
    return secrets.token_urlsafe(16)
