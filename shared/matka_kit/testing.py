"""Services in one process for tests: real SQLite files and routes, a bus in memory, a clock set by hand."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx2
from fastapi import FastAPI

from matka_contracts.event import Envelope
from matka_kit.app import create_app
from matka_kit.auth import Caller, Grant, Signer, create_keys
from matka_kit.bus import MemoryBus
from matka_kit.clock import ManualClock
from matka_kit.declaration import Service
from matka_kit.host import GATEWAY, Host, Parts, topology_of

_ROUNDS = 20
_PATIENCE_SECONDS = 5.0


class World:
    """Some services that talk to each other as they do in production, without a network between them.

    `settings` are further environment values for all of them, such as `smtp_url`.
    """

    def __init__(
        self,
        folder: Path,
        services: Sequence[Service[Any]],
        start: datetime,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.clock = ManualClock(start)
        self.bus = MemoryBus()
        self._folder = folder
        self._services = {service.name: service for service in services}
        self._settings = settings or {}
        self._apps: dict[str, FastAPI] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        names = [*self._services]
        create_keys(self._folder / "keys", {*names, GATEWAY, "cli"})
        urls = {name: f"http://{name}.test" for name in names}
        transports: dict[str, httpx2.AsyncBaseTransport] = {
            f"http://{name}.test": _Later(self._apps, name) for name in names
        }
        parts = Parts(self.bus, self.clock, topology_of([*self._services.values()], (5, 30)), transports)
        for name, service in self._services.items():
            settings = service.settings(
                environment="development",
                broker_url="memory:",
                store_url=f"sqlite:{self._folder}",
                keys=self._folder / "keys",
                urls=urls,
                **self._settings,
            )
            app = create_app(service, settings, parts)
            self._apps[name] = app
            await self._stack.enter_async_context(app.router.lifespan_context(app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def deps(self, service: str) -> Any:
        """What a service's handlers are given."""
        return self._apps[service].state.deps

    def host(self, service: str) -> Host[Any]:
        """One of the running services."""
        host: Host[Any] = self._apps[service].state.host
        return host

    def as_person(self, service: str, person_id: str, *grants: tuple[str, str]) -> httpx2.AsyncClient:
        """A client that calls as the gateway does for a signed-in person; grants are (role, scope)."""
        caller = Caller(
            subject=person_id, grants=tuple(Grant(role=role, scope=scope) for role, scope in grants)
        )
        return self._client(service, _signed(self._folder, GATEWAY, service, caller))

    def as_service(self, service: str, caller: str) -> httpx2.AsyncClient:
        """A client that calls a service as another service does for itself."""
        signer = Signer.of(self._folder / "keys", caller)
        return self._client(service, signer.own_token(service))

    def as_nobody(self, service: str) -> httpx2.AsyncClient:
        """A client without a token."""
        return self._client(service, "")

    async def drain(self) -> None:
        """Go on until nothing is left to do at this moment of the clock.

        Raises `AssertionError` naming what is still owed when it does not come to rest.
        """
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        rounds = 0
        while rounds < _ROUNDS or asyncio.get_running_loop().time() < deadline:
            rounds += 1
            for app in self._apps.values():
                await app.state.host.settle()
            await self.bus.drain()
            if not await self.owed():
                return
            await asyncio.sleep(0.001 * min(rounds, 20))  # background work of a service goes on meanwhile
        raise AssertionError(f"still busy: {await self.owed()}")

    async def owed(self) -> dict[str, int]:
        """What each service still owes, leaving out those that owe nothing."""
        left: dict[str, int] = {}
        for name, app in self._apps.items():
            activity = await app.state.host.activity()
            owed = activity.outboxes + activity.jobs + activity.waiting + activity.retrying + activity.due
            if owed:
                left[name] = owed
        return left

    def published(self, kind: type[Any]) -> list[Any]:
        """The events of one kind that were published, each once, in order."""
        found: dict[str, Any] = {}
        for outgoing in self.bus.published:
            if outgoing.routing_key == kind.event_type():
                envelope = Envelope.model_validate_json(outgoing.body)
                found.setdefault(envelope.id, envelope.open())
        return list(found.values())

    def _client(self, service: str, token: str) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx2.ASGITransport(app=self._apps[service], raise_app_exceptions=False)

        async def told(_: httpx2.Response) -> None:
            """When a test has its answer, what it asked for is told: nobody guesses how long that takes."""
            await self.host(service).flush()

        client = httpx2.AsyncClient(
            transport=transport,
            base_url=f"http://{service}.test",
            headers=headers,
            event_hooks={"response": [told]},
        )
        self._stack.push_async_callback(client.aclose)
        return client


class _Later(httpx2.AsyncBaseTransport):
    """The way to a service that may be started after its callers."""

    def __init__(self, apps: Mapping[str, FastAPI], name: str) -> None:
        self._apps = apps
        self._name = name

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._name not in self._apps:
            raise httpx2.ConnectError(f"{self._name} is not running")
        return await httpx2.ASGITransport(app=self._apps[self._name]).handle_async_request(request)


def _signed(folder: Path, issuer: str, audience: str, caller: Caller) -> str:
    return Signer.of(folder / "keys", issuer).token(audience, caller)
