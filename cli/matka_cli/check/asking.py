"""The public API through the gateway, asked as a member of staff."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx2

from matka_cli.check.folder import mail_files
from matka_cli.check.mail import read_mail

Json = dict[str, Any]
_AT_ONCE = 8
_PAGE = 500
_MAIL_SECONDS = 30.0
_LOOK_SECONDS = 0.1
_NOTHING = (httpx2.codes.NOT_FOUND, httpx2.codes.METHOD_NOT_ALLOWED)


class Refused(Exception):
    """The public API did not answer what staff may ask; the text says what was asked."""


class NoLink(Exception):
    """No sign-in link came by mail."""


class Asking:
    """One session at the gateway; few questions at once."""

    def __init__(self, http: httpx2.AsyncClient, session: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {session}"} if session else {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def get(self, path: str, **query: Any) -> Json:
        """The answer at `/api<path>`. Raises `Refused`."""
        found = await self.peek(path, **query)
        if found is None:
            raise Refused(f"GET {path}: 404")
        return found

    async def peek(self, path: str, **query: Any) -> Json | None:
        """The answer at `/api<path>`; None where there is nothing."""
        return await self._answer("GET", path, params=query)

    async def post(self, path: str, body: Json) -> Json | None:
        """The answer to a question that is asked with a body; None where there is nothing."""
        return await self._answer("POST", path, json=body)

    async def pages(self, path: str, key: str) -> list[Json]:
        """Everything of a list that comes page by page."""
        found: list[Json] = []
        after = ""
        while True:
            page = await self.get(path, limit=_PAGE, **({"after": after} if after else {}))
            found += page[key]
            after = page["after"]
            if not after:
                return found

    async def all(self, ask: Callable[[Any], Any], of: Iterable[Any]) -> list[Any]:
        """The same question about each of many, side by side."""
        return list(await asyncio.gather(*(ask(each) for each in of)))

    async def _answer(self, method: str, path: str, **how: Any) -> Json | None:
        async with self._places:
            try:
                response = await self._http.request(method, f"/api{path}", headers=self._headers, **how)
            except httpx2.TransportError as error:
                raise Refused(f"{method} {path}: {type(error).__name__}") from error
        if response.status_code in _NOTHING:
            return None
        if response.is_error:
            raise Refused(f"{method} {path}: {response.status_code} {response.text[:200]}")
        answer: Json = response.json()
        return answer


async def sign_in(http: httpx2.AsyncClient, email: str, out: Path) -> str:
    """A session by the link that comes by mail into the folder. Raises `Refused`, `NoLink`."""
    stranger = Asking(http, "")
    asked = await stranger.post("/sign-in", {"email": email})
    request = str(asked["request_id"]) if asked else ""
    deadline = time.monotonic() + _MAIL_SECONDS
    while time.monotonic() < deadline:
        if token := _token(out, request):
            opened = await stranger.post("/sign-in/redeem", {"request_id": request, "token": token})
            return str(opened["session"]) if opened else ""
        await asyncio.sleep(_LOOK_SECONDS)
    raise NoLink(f"no sign-in link for {email} came into {out / 'mail'} within {_MAIL_SECONDS:g} s")


def _token(out: Path, request: str) -> str:
    for path in reversed(mail_files(out)[-20:]):
        if (link := read_mail(path).sign_in) and link[0] == request:
            return link[1]
    return ""
