"""How staff pages have something done: once for each form in view, and in words where it did not work."""

import hashlib
from collections.abc import Awaitable, Mapping
from typing import Any

from matka_gateway.failures import failure_of
from matka_gateway.pages.staff.desk import Trouble
from matka_gateway.pages.visit import Visit
from matka_gateway.upstream import Deed
from matka_kit.client import Refused
from matka_kit.errors import Transient, Unauthenticated, Unavailable

_LONGEST_KEY = 100


async def do(visit: Visit, service: str, path: str, body: Any = None) -> Any:
    """A service's answer to a command; the same form sent again is the same command.

    Raises `Refused`, `Unavailable`, `Transient`.
    """
    once = visit.field("once")[:_LONGEST_KEY]
    key = hashlib.sha256(f"{once}\x1f{path}\x1f{body}".encode()).hexdigest()
    return await visit.gateway.upstream.tell(visit.require().caller, Deed(service, path, body, key))


async def attempt(
    visit: Visit, deed: Awaitable[Any], about: str = "", typed: Mapping[str, str] | None = None
) -> Any | Trouble:
    """What a command answers, or the trouble that it met. Raises `Unauthenticated`."""
    try:
        return await deed
    except (Refused, Transient, Unavailable, TimeoutError) as error:
        failure = failure_of(error, visit.request.url.path)
    if failure.status == Unauthenticated.status:
        raise Unauthenticated
    return Trouble(failure.status, failure.text(visit.language), about, typed or {}, failure=failure)
