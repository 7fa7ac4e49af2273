"""The way to the services: single calls, several side by side, and requests passed through as they are."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
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
    `people` are the fields of its lines that hold persons whom the page will name.
    """

    service: str
    path: str
    essential: bool = False
    whole: str = ""
    people: tuple[str, ...] = ()


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

    async def side_by_side(
        self, caller: Caller, asks: Mapping[str, Ask], names: "Names | None" = None
    ) -> dict[str, Any]:
        """What the services answer to `asks`, all at once; `GAP` for each that is away, late or unwilling.

        `names` begins to look up each list's people as its lines come.
        Raises `Refused` for what is essential.
        """
        answers = await asyncio.gather(*(self._part(ask, caller, names) for ask in asks.values()))
        return dict(zip(asks, answers, strict=True))

    async def names(self, ids: Collection[str]) -> dict[str, str]:
        """The names of persons whom a service just named for this caller; none when `people` is away."""
        found = await self._in_parts(ids, "/persons/names")
        return {id_: name for part in found for id_, name in part["names"].items()}

    async def persons(self, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Names and addresses of persons whom a service just named for this caller, as `names` does."""
        found = await self._in_parts(ids, "/persons/lookup")
        return {person["id"]: person for part in found for person in part["persons"]}

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

    async def _part(self, ask: Ask, caller: Caller, names: "Names | None") -> Any:
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                if ask.whole:
                    return await self._every_page(ask, caller, names)
                return await self._client.call(ask.service, "GET", ask.path, caller=caller)
        except (Unavailable, Transient, TimeoutError) as error:
            _log.warning("a gap in a page", service=ask.service, error=str(error) or type(error).__name__)
        except Refused as refused:
            if ask.essential:
                raise
            _log.warning("a gap in a page", service=ask.service, refused=refused.refused_code)
        return GAP

    async def _every_page(self, ask: Ask, caller: Caller, names: "Names | None") -> Any:
        """An answer whose list holds the lines of all its pages."""
        mark, lines = "?" if "?" not in ask.path else "&", []
        after = ""
        while True:
            path = f"{ask.path}{mark}limit={_MOST_AT_ONCE}"
            path += f"&after={quote(after, safe='')}" if after else ""
            answer = await self._client.call(ask.service, "GET", path, caller=caller)
            lines += answer[ask.whole]
            if names:
                names.begin(line[field] for line in answer[ask.whole] for field in ask.people)
            after = answer.get("after") or ""
            if not after:
                return {**answer, ask.whole: lines}

    async def _in_parts(self, ids: Collection[str], path: str) -> list[Any]:
        """What `people` answers of these persons, so many at once; nothing when it is away or unwilling."""
        calls = (self._client.call("people", "POST", path, body={"ids": part}) for part in _parts(ids))
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                return await asyncio.gather(*calls)
        except (Unavailable, Transient, TimeoutError) as error:
            _log.warning("no names on this page", error=str(error))
        except Refused as refused:  # by an older version, say, that has no such route yet
            _log.warning("no names on this page", refused=refused.refused_code)
        return []


class Names:
    """The names that one page shows: each is looked up once, and as soon as it is known whose are needed.

    A lookup never fails; one that nobody waits for any more, because the page is refused, just ends.
    """

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._lookups: dict[str, asyncio.Task[dict[str, str]]] = {}

    def begin(self, ids: Iterable[str]) -> None:
        """Look up those of these persons who have not been yet, while the rest of the page is gathered."""
        for part in _parts({each for each in ids if each} - self._lookups.keys()):
            lookup = asyncio.create_task(self._upstream.names(part))
            self._lookups.update(dict.fromkeys(part, lookup))

    async def of(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of these persons; none of whom `people` has not told."""
        wanted = {each for each in ids if each}
        self.begin(wanted)
        found: dict[str, str] = {}
        for lookup in {self._lookups[each] for each in wanted}:
            found |= await lookup
        return {id_: name for id_, name in found.items() if id_ in wanted}


def _parts(ids: Collection[str]) -> list[list[str]]:
    """Ids in order, as many at once as `people` takes."""
    wanted = sorted(ids)
    return [wanted[start : start + _MOST_AT_ONCE] for start in range(0, len(wanted), _MOST_AT_ONCE)]


def _outside_path(incoming: Incoming) -> str:
    """The path below a service as it is sent on. Raises `NotFound` for dots, empty steps and operations."""
    steps = incoming.path.split("/")
    if incoming.service not in BEHIND or steps[0] in _OPERATIONS or any(s in {"", ".", ".."} for s in steps):
        raise NotFound
    path = "/" + "/".join(quote(step, safe="") for step in steps)
    return f"{path}?{incoming.query}" if incoming.query else path
