"""Services of one process over a real broker, each with its own store, connections and tokens."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import aio_pika
import httpx2
from fastapi import FastAPI

from matka_contracts.event import Event
from matka_kit import dead_letters
from matka_kit.amqp import session
from matka_kit.app import create_app
from matka_kit.auth import Caller, Grant, Signer, create_keys
from matka_kit.bus import RabbitBus
from matka_kit.clock import ManualClock
from matka_kit.dead_letters import DeadLetter
from matka_kit.declaration import Service
from matka_kit.host import GATEWAY, Activity, Host, Parts, topology_of
from matka_kit.topology import EVENTS, UNROUTED, apply, depths
from tests.support.told import told
from tests.support.waiting import until

NOON = datetime(2027, 1, 18, 10, tzinfo=UTC)
_RUNGS = (0.1, 0.2)
_AFTER_RETRIES = 0.3


class Town:
    """Entered, all services consume; nothing here is faked but the HTTP between them, which stays inside."""

    def __init__(self, folder: Path, url: str, services: Sequence[Service[Any]]) -> None:
        self.clock = ManualClock(NOON)
        self.url = url
        self._folder = folder
        self._services = services
        self._topology = topology_of([*services], _RUNGS)
        self._apps: dict[str, FastAPI] = {}
        self._stack = AsyncExitStack()
        self._elsewhere = RabbitBus(url, name="elsewhere")

    async def __aenter__(self) -> Self:
        await apply(self.url, self._topology)
        create_keys(
            self._folder / "keys", {*(each.name for each in self._services), GATEWAY, "notifications"}
        )
        self._stack.push_async_callback(self._elsewhere.close)
        transports = {
            f"http://{name}.test": _Inside(self._apps, name)
            for name in (each.name for each in self._services)
        }
        for service in self._services:
            bus = RabbitBus(self.url, name=service.name)
            app = create_app(
                service, self._settings(service), Parts(bus, self.clock, self._topology, transports)
            )
            self._apps[service.name] = app
            await self._stack.enter_async_context(app.router.lifespan_context(app))
        await until("all services consume", self._all_ready)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def host(self, service: str) -> Host[Any]:
        """One of the running services."""
        host: Host[Any] = self._apps[service].state.host
        return host

    def token(self, service: str, person_id: str, *grants: tuple[str, str], by: str = GATEWAY) -> str:
        """A token for a service that says a person calls; only the gateway may sign such a one."""
        caller = Caller(
            subject=person_id, grants=tuple(Grant(role=role, scope=scope) for role, scope in grants)
        )
        return Signer.of(self._folder / "keys", by).token(service, caller)

    def as_person(self, service: str, person_id: str, *grants: tuple[str, str]) -> httpx2.AsyncClient:
        """A client that calls a service as the gateway does for a person; grants are (role, scope)."""
        return self.with_token(service, self.token(service, person_id, *grants))

    def as_service(self, service: str, caller: str) -> httpx2.AsyncClient:
        """A client that calls a service as another service does for itself."""
        return self.with_token(service, Signer.of(self._folder / "keys", caller).own_token(service))

    def with_token(self, service: str, token: str) -> httpx2.AsyncClient:
        """A client that shows this token, or none if it is empty."""
        transport = httpx2.ASGITransport(app=self._apps[service], raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx2.AsyncClient(transport=transport, base_url=f"http://{service}.test", headers=headers)
        self._stack.push_async_callback(client.aclose)
        return client

    async def throws(self, routing_key: str, *bodies: bytes) -> None:
        """Somebody who is no service of ours puts these on the exchange of all events."""
        async with session(self.url, "stranger") as connection:
            channel = await connection.channel(on_return_raises=True)
            exchange = await channel.get_exchange(EVENTS, ensure=False)
            for body in bodies:
                await exchange.publish(aio_pika.Message(body), routing_key)

    async def tells(self, event: Event, subject: str, sequence: int = 1) -> None:
        """A service that does not run here tells something, and all that follows from it happens."""
        message = told(event, subject, sequence)
        assert await self._elsewhere.publish([message]) == {message.event_id}
        await self.quiet()

    async def dead(self, service: str, count: int) -> list[DeadLetter]:
        """The dead letters of a service, once there are so many."""
        found: list[DeadLetter] = []

        async def are_there() -> bool:
            found[:] = await dead_letters.browse(self.url, service)
            return len(found) >= count

        await until(f"{count} dead letters of {service}", are_there)
        return found

    async def unrouted(self) -> int:
        """How many events wait that no service has asked for."""
        async with session(self.url, "operator") as connection:
            queue = await (await connection.channel()).declare_queue(UNROUTED, passive=True)
            return queue.declaration_result.message_count or 0

    async def published(self) -> dict[str, int]:
        """How many events each service has published so far."""
        return {name: (await self.host(name).activity()).published for name in self._apps}

    async def quiet(self) -> None:
        """Wait until nobody has anything to do any more, at two looks with the same counters.

        A message on its way back from a rung is in no queue for a moment, so after retries it takes longer.
        """
        now = asyncio.get_running_loop().time
        before: tuple[int, ...] = ()
        since = now()

        async def is_quiet() -> bool:
            nonlocal before, since
            looks = [await self.host(name).activity() for name in self._apps]
            counters = tuple(
                number
                for each in looks
                for number in (each.received, each.settled, each.published, each.fired, each.retried)
            )
            waiting = await depths(self.url, self._topology)
            busy = sum(number for queue, number in waiting.items() if not queue.endswith(".dead"))
            if counters != before or busy or any(map(_owes, looks)):
                before, since = counters, now()
                return False
            return now() - since >= (_AFTER_RETRIES if any(each.retried for each in looks) else 0)

        await until("all is quiet", is_quiet, 30)

    async def _all_ready(self) -> bool:
        return all([await self.host(name).ready() for name in self._apps])

    def _settings(self, service: Service[Any]) -> Any:
        return service.settings.model_validate(
            {
                "environment": "development",
                "broker_url": self.url,
                "store_url": f"sqlite:{self._folder}",
                "keys": self._folder / "keys",
                "urls": {each.name: f"http://{each.name}.test" for each in self._services},
                "public_url": "http://127.0.0.1:8000",
            }
        )


def _owes(seen: Activity) -> int:
    in_hand = seen.received - seen.settled
    return seen.outboxes + seen.jobs + seen.waiting + seen.retrying + seen.due + in_hand


class _Inside(httpx2.AsyncBaseTransport):
    """The way from one service of the town to another, which may be started later."""

    def __init__(self, apps: dict[str, FastAPI], name: str) -> None:
        self._apps = apps
        self._name = name

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await httpx2.ASGITransport(app=self._apps[self._name]).handle_async_request(request)
