"""Services with one of everything, running in a thread of their own, for tests that are no coroutines."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from matka_kit.auth import create_keys
from matka_kit.host import GATEWAY
from matka_kit.testing import World
from tests.support.everybody import as_everybody, everybody_and_everything, signed_in
from tests.support.own_pages import SERVICES, SITE
from tests.support.rights import SERVICES as CALLERS
from tests.support.small_program import BEGINNING

T = TypeVar("T")
_PATIENCE_SECONDS = 100.0
_TOKENS_LAST_SECONDS = 30.0


@dataclass
class Aside:
    """The services, what is known of them, and the loop that they run in."""

    loop: asyncio.AbstractEventLoop
    world: World
    known: dict[str, str] = field(default_factory=dict)
    at_the_gateway: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    turns: dict[tuple[str, str], Iterator[str]] = field(default_factory=dict)
    _clients: dict[str, tuple[float, dict[str, httpx2.AsyncClient]]] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done where the services run."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_PATIENCE_SECONDS)

    def ask(self, service: str, caller: str, request: httpx2.Request) -> httpx2.Response:
        """What somebody hears who asks just this."""
        client = self._client(service, caller)
        if token := client.headers.get("Authorization"):
            request.headers["Authorization"] = token
        return self.run(client.send(request))

    def dead_letters(self) -> list[str]:
        """What could not be dealt with of all that followed from what was asked."""
        self.run(self.world.drain())
        found = (self.world.bus.dead_letters(service.name) for service in SERVICES)
        return [
            f"{letter.service} {letter.event_type}: {letter.error} {letter.where}"
            for letters in found
            for letter in letters
        ]

    def _client(self, service: str, caller: str) -> httpx2.AsyncClient:
        """Somebody with a token that is not about to end."""
        if service == GATEWAY:
            return self.at_the_gateway[caller]
        made_at, clients = self._clients.get(service, (-_TOKENS_LAST_SECONDS, {}))
        if time.monotonic() - made_at >= _TOKENS_LAST_SECONDS:
            made_at, clients = time.monotonic(), as_everybody(self.world, service, self.known)
            self._clients[service] = made_at, clients
        return clients[caller]


@contextmanager
def running_aside(folder: Path) -> Iterator[Aside]:
    """Services that are started once and stopped at the end."""
    create_keys(folder / "keys", CALLERS)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="services", daemon=True)
    thread.start()
    aside = Aside(loop, World(folder, SERVICES, BEGINNING, {"public_url": SITE, "patience": 1000}))
    try:
        aside.run(aside.world.__aenter__())
        aside.known = aside.run(everybody_and_everything(aside.world))
        aside.at_the_gateway = aside.run(signed_in(aside.world))
        aside.at_the_gateway["nobody"] = aside.world.as_nobody(GATEWAY)
        yield aside
    finally:
        aside.run(aside.world.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE_SECONDS)
        loop.close()
