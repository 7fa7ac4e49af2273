"""What people do without signing in: apply, say that a meeting took place, stop reminders."""

import re
from typing import Any
from urllib.parse import quote

from matka_gateway.allowances import PER_ADDRESS_APPLICATIONS, PER_CLIENT_APPLICATIONS
from matka_gateway.gateway import Gateway
from matka_gateway.readings import LinkedMeeting, Program
from matka_kit.errors import NotFound

_FIRST_PAGE = "?limit=500"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,480}\.[A-Za-z0-9_-]{1,40}")


async def open_programs(deps: Gateway) -> list[Program]:
    """The programs that take applications. Raises `Unavailable`, `Transient`."""
    found: list[Program] = []
    page = _FIRST_PAGE
    while page:
        answer = await deps.client.call("pairing", "GET", f"/open-programs{page}")
        found += (Program.model_validate(each) for each in answer["programs"])
        page = f"{_FIRST_PAGE}&after={quote(answer['after'], safe='')}" if answer["after"] else ""
    return found


async def apply(deps: Gateway, application: dict[str, Any], client: str, key: str) -> None:
    """Hand an application in; that it was taken says nothing of who is known here.

    Raises `TooManyAttempts`, `Refused` for what is not open or not right, `Unavailable`.
    """
    await deps.allowances.spend(PER_CLIENT_APPLICATIONS, client)
    await deps.allowances.spend(PER_ADDRESS_APPLICATIONS, str(application["email"]).strip().casefold())
    await deps.client.call("pairing", "POST", "/applications", body=application, key=key)


async def meeting_of_link(deps: Gateway, token: str) -> LinkedMeeting:
    """The meeting that a link in a mail is about.

    Raises `NotFound` or `Refused` for a link that is none or too old, `Unavailable`, `Transient`.
    """
    path = f"/log-links/{_whole(token)}"
    return LinkedMeeting.model_validate(await deps.client.call("scheduling", "GET", path))


async def log_by_link(deps: Gateway, token: str, body: dict[str, Any]) -> None:
    """Log a meeting in the name of whom the link was sent to. Raises as `meeting_of_link` does."""
    await deps.client.call("scheduling", "POST", f"/log-links/{_whole(token)}", body=body)


async def has_reminders(deps: Gateway, token: str) -> bool:
    """Whether the person whom a link was sent to gets reminders. Raises as `meeting_of_link` does."""
    return bool((await deps.client.call("people", "GET", f"/stop-links/{_whole(token)}"))["reminders"])


async def stop_reminders(deps: Gateway, token: str) -> None:
    """No more reminders for the person whom a link was sent to. Raises as `meeting_of_link` does."""
    await deps.client.call("people", "POST", f"/stop-links/{_whole(token)}")


def _whole(token: str) -> str:
    """A token that can be one of ours. Raises `NotFound` for what was cut or mistyped."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(kind="links")
    return token
