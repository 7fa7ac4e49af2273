"""A service with all its parts running: opened and stopped in order, honest about what it still owes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx2
import structlog
from pydantic import AwareDatetime, BaseModel

from matka_contracts.event import Envelope, Event
from matka_kit.auth import Signer, Verifier
from matka_kit.bus import Bus, Consumer
from matka_kit.client import ServiceClient
from matka_kit.clock import Clock, clock_of
from matka_kit.consumer import Subscription
from matka_kit.declaration import Service
from matka_kit.errors import NotFound
from matka_kit.jobs import JOB_SHAPE, JOBS, JobRunner, StepFunction
from matka_kit.outbox import Relay, Sweeper
from matka_kit.repository import Repository
from matka_kit.runtime import Runtime
from matka_kit.settings import ServiceSettings
from matka_kit.store import Store, open_store
from matka_kit.timers import DEAD_TIMERS, TimerLoop
from matka_kit.topology import Topology

D = TypeVar("D")
_FLUSH_SECONDS = 3.0
_CLOSE_SECONDS = 5.0
_RESTART_SECONDS = 1.0
GATEWAY = "gateway"
OWN_COLLECTIONS = (JOBS, DEAD_TIMERS)
_log = structlog.get_logger()


class NotSubscribed(NotFound):
    """An event came to a service that has no handler for it: a wrong binding, or somebody's hand."""

    code = "not-found"


class Activity(BaseModel):
    """What one replica has done and what its service still owes; a rehearsal reads it to tell idle from busy.

    `consuming` is false while a consumer is paused or not there. `next_due` is on the domain's clock.
    """

    service: str
    instance: str
    consuming: bool
    received: int
    settled: int
    retried: int
    published: int
    fired: int
    outboxes: int
    jobs: int
    waiting: int
    retrying: int
    due: bool
    next_due: AwareDatetime | None


@dataclass(frozen=True)
class Parts:
    """What a host is made from besides the service and its settings; tests bring their own."""

    bus: Bus
    clock: Clock
    topology: Topology
    transports: Mapping[str, httpx2.AsyncBaseTransport] = field(default_factory=dict)


def topology_of(services: "list[Service[Any]]", rungs: tuple[float, ...]) -> Topology:
    """What the broker must hold for these services: subscriptions, the urgent ones by their own lane."""
    work = {
        each.name: [event.event_type() for event in each.subscriptions if event not in each.urgent]
        for each in services
    }
    urgent = {each.name: [event.event_type() for event in each.urgent] for each in services if each.urgent}
    return Topology(services=work, rungs=rungs, urgent=urgent)


class Host(Generic[D]):
    """One replica of one service."""

    def __init__(self, service: Service[D], settings: ServiceSettings, parts: Parts, store: Store) -> None:
        self.service = service
        self.settings = settings
        self.verifier = Verifier(settings.keys, service.name, GATEWAY)
        self._parts = parts
        self._store = store
        signer = Signer.of(settings.keys, service.name)
        self._client = ServiceClient(settings, signer, parts.transports)
        self._relay = Relay(store, parts.bus)
        collections = (*service.collections, JOBS)
        self._sweeper = Sweeper(store, parts.clock, self._relay, collections)
        job_repository = Repository(JOB_SHAPE, store, parts.clock, self._relay)
        steps: dict[str, StepFunction] = {}
        self._jobs = JobRunner(job_repository, parts.clock, steps)
        runtime = Runtime(settings, store, parts.clock, self._relay, self._jobs, self._client, signer)
        self.deps = service.build(runtime)
        steps.update(service.jobs(self.deps))
        self._timed = [*service.timed(self.deps)]
        self._timers = TimerLoop(store, parts.clock, self._timed)
        self._tasks: list[asyncio.Task[None]] = []
        self._consumer: Consumer | None = None
        self._stopping = False

    @classmethod
    async def open(cls, service: Service[D], settings: ServiceSettings, parts: Parts) -> "Host[D]":
        """Open the store and put the parts together; nothing runs yet. Raises `Unavailable`."""
        store = await open_store(settings.store_url, service.name, (*service.collections, *OWN_COLLECTIONS))
        try:
            return cls(service, settings, parts, store)
        except BaseException:
            await store.close()
            raise

    async def start(self) -> None:
        """Begin to publish and, in a worker, to consume, fire timers and do jobs."""
        self._run(self._relay.run, self._sweeper.run)
        if self.settings.role == "api":
            return
        if self.service.subscriptions:
            self._consumer = await self._parts.bus.consume(self._subscription())
        self._run(self._jobs.run, *self.service.background(self.deps))
        if self._timed:
            self._run(self._timers.run)

    async def stop(self) -> None:
        """Not ready, no intake, finish what is in hand, flush the relay, close; bounded at each step."""
        self._stopping = True
        if self._consumer:
            await self._consumer.stop()
        await self._jobs.stop()
        if self._tasks:
            await self._relay.flush(_FLUSH_SECONDS)
        for task in self._tasks:  # once: some finish what they have in hand
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for close in (self._close_service, self._client.close, self._parts.bus.close, self._store.close):
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await close()
            except Exception as error:  # noqa: BLE001 - the others want to be closed too
                _log.warning("not closed well", service=self.service.name, error=type(error).__name__)

    async def _close_service(self) -> None:
        if self.service.close is not None:
            await self.service.close(self.deps)

    async def settle(self) -> None:
        """Bring this replica's own pending work a step further now, instead of waiting for its rhythm."""
        await self._timers.fire_due()
        await self._jobs.finish_active()
        await self.flush()

    async def flush(self) -> bool:
        """Wait a moment until this replica has published what it committed; whether it has."""
        return await self._relay.flush(_FLUSH_SECONDS)

    async def ready(self) -> bool:
        """Whether this replica can do its work now: the store answers and messages reach it."""
        if self._stopping or any(task.done() for task in self._tasks):
            return False
        consuming = self._consumer is None or self._consumer.consuming
        return consuming and await self._store.ping()

    async def activity(self) -> Activity:
        """What this replica has done and what its service still owes. Raises `Unavailable`."""
        collections = (*self.service.collections, JOBS)
        backlog, jobs, waiting = await asyncio.gather(
            self._store.backlog(*collections), self._jobs.unfinished(), self._waiting()
        )
        consumer = self._consumer
        return Activity(
            service=self.service.name,
            instance=self.settings.instance,
            consuming=consumer is None or consumer.consuming,
            received=consumer.received if consumer else 0,
            settled=consumer.settled if consumer else 0,
            retried=consumer.retried if consumer else 0,
            published=self._relay.published,
            fired=self._timers.fired,
            outboxes=backlog.unpublished,
            jobs=jobs,
            waiting=waiting,
            retrying=backlog.retrying,
            due=backlog.next_due is not None and backlog.next_due <= self._parts.clock.now(),
            next_due=backlog.next_due,
        )

    async def _waiting(self) -> int:
        return await self.service.waiting(self.deps) if self.service.waiting else 0

    def _run(self, *works: Callable[[], Awaitable[None]]) -> None:
        self._tasks.extend(asyncio.create_task(_kept_running(work)) for work in works)

    def _subscription(self) -> Subscription:
        return Subscription(
            service=self.service.name,
            topology=self._parts.topology,
            dispatch=self._dispatch,
            probes={"store": self._store.ping},
            machine=self._parts.clock.machine,
        )

    async def _dispatch(self, envelope: Envelope, event: Event) -> None:
        handler = self.service.subscriptions.get(type(event))
        if handler is None:
            raise NotSubscribed(type=envelope.type)
        with structlog.contextvars.bound_contextvars(
            event=envelope.id, type=envelope.type, correlation=envelope.correlationid
        ):
            await handler(self.deps, event, envelope)


async def _kept_running(work: Callable[[], Awaitable[None]]) -> None:
    """Endless work goes on after a bug in one of its rounds: others depend on it."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - logged, and begun again
            _log.exception("background work begins again")
            await asyncio.sleep(_RESTART_SECONDS)
        else:
            return


def system_parts(service: Service[Any], settings: ServiceSettings, bus: Bus) -> Parts:
    """The parts of a real process: its broker, and the clock that its settings name."""
    return Parts(bus, clock_of(settings.clock), topology_of([service], settings.rungs))
