"""The way to the services: single calls, several side by side, and requests passed through as they are."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog

from matka_kit.auth import Caller
from matka_kit.client import Refused, ServiceClient
from matka_kit.errors import NotFound, Transient, Unavailable

BEHIND = frozenset({"people", "pairing", "scheduling", "learning", "notifications", "certificates"})
_DEADLINE_SECONDS = 4.0
_MOST_AT_ONCE = 500  # lines of a list, and persons whom `people` looks up in one call
_OPERATIONS = frozenset({"health", "metrics", "activity", "openapi.json"})
_PASSED_ON = ("content-type", "idempotency-key", "accept", "accept-language")
_PASSED_BACK = ("content-type", "content-disposition", "retry-after", "etag")
_log = structlog.get_logger()


@dataclass(frozen=True)
class Ask:
    """A question to a service for a part of a page; if it is `essential`, a refusal is the page's.

    `whole` names the list in an answer that comes in pages: all of them are read, 500 lines at a time.
    """

    service: str
    path: str
    essential: bool = False
    whole: str = ""


@dataclass(frozen=True)
class Deed:
    """Something that a service is to do; the same `key` again is the same command."""

    service: str
    path: str
    body: Any
    key: str
    method: str = "POST"


class Gap:
    """The part of a page whose service did not answer in time."""


GAP = Gap()


@dataclass(frozen=True)
class Incoming:
    """A request to be passed on; `path` has been decoded once."""

    service: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Answer:
    """A service's answer to a request that was passed on."""

    status: int
    content: bytes
    headers: Mapping[str, str]


class Upstream:
    """The services behind the gateway."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def side_by_side(self, caller: Caller, asks: Mapping[str, Ask]) -> dict[str, Any]:
        """What the services answer to `asks`, all at once; `GAP` for each that is away, late or unwilling.

        Raises `Refused` for what is essential.
        """
        answers = await asyncio.gather(*(self._part(ask, caller) for ask in asks.values()))
        return dict(zip(asks, answers, strict=True))

    async def names(self, ids: set[str]) -> dict[str, str]:
        """The names of persons whom a service just named for this caller; none when `people` is away."""
        return {id_: person["name"] for id_, person in (await self.persons(ids)).items()}

    async def persons(self, ids: set[str]) -> dict[str, dict[str, Any]]:
        """Names and addresses of persons whom a service just named for this caller, as `names` does."""
        wanted = sorted(ids)
        parts = [wanted[start : start + _MOST_AT_ONCE] for start in range(0, len(wanted), _MOST_AT_ONCE)]
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                found = await asyncio.gather(*(self._look_up(part) for part in parts))
        except (Unavailable, Transient, TimeoutError) as error:
            _log.warning("no names on this page", error=str(error))
            return {}
        return {person["id"]: person for part in found for person in part}

    async def tell(self, caller: Caller, deed: Deed) -> Any:
        """Have a service do something in the caller's name; its answer.

        Raises `Refused`, `Unavailable`, `Transient`.
        """
        return await self._client.call(
            deed.service, deed.method, deed.path, body=deed.body, caller=caller, key=deed.key
        )

    async def pass_on(self, incoming: Incoming, caller: Caller) -> Answer:
        """A service's answer to a request as it came, in the caller's name.

        Only what is named here goes through, in either direction: nobody says who they are in a header.
        Raises `NotFound` for what is not to be reached from outside, `Unavailable`.
        """
        path = _outside_path(incoming)
        headers = {name: incoming.headers[name] for name in _PASSED_ON if name in incoming.headers}
        response = await self._client.forward(
            incoming.service, incoming.method, path, content=incoming.content, headers=headers, caller=caller
        )
        kept = {name: response.headers[name] for name in _PASSED_BACK if name in response.headers}
        return Answer(response.status_code, response.content, kept)

    async def _part(self, ask: Ask, caller: Caller) -> Any:
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                if ask.whole:
                    return await self._every_page(ask, caller)
                return await self._client.call(ask.service, "GET", ask.path, caller=caller)
        except (Unavailable, Transient, TimeoutError) as error:
            _log.warning("a gap in a page", service=ask.service, error=str(error) or type(error).__name__)
        except Refused as refused:
            if ask.essential:
                raise
            _log.warning("a gap in a page", service=ask.service, refused=refused.refused_code)
        return GAP

    async def _every_page(self, ask: Ask, caller: Caller) -> Any:
        """An answer whose list holds the lines of all its pages."""
        mark, lines = "?" if "?" not in ask.path else "&", []
        after = ""
        while True:
            path = f"{ask.path}{mark}limit={_MOST_AT_ONCE}"
            path += f"&after={quote(after, safe='')}" if after else ""
            answer = await self._client.call(ask.service, "GET", path, caller=caller)
            lines += answer[ask.whole]
            after = answer.get("after") or ""
            if not after:
                return {**answer, ask.whole: lines}

    async def _look_up(self, ids: list[str]) -> list[dict[str, Any]]:
        found = await self._client.call("people", "POST", "/persons/lookup", body={"ids": ids})
        persons: list[dict[str, Any]] = found["persons"]
        return persons


def _outside_path(incoming: Incoming) -> str:
    """The path below a service as it is sent on. Raises `NotFound` for dots, empty steps and operations."""
    steps = incoming.path.split("/")
    if incoming.service not in BEHIND or steps[0] in _OPERATIONS or any(s in {"", ".", ".."} for s in steps):
        raise NotFound
    path = "/" + "/".join(quote(step, safe="") for step in steps)
    return f"{path}?{incoming.query}" if incoming.query else path
