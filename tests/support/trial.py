"""An event of no service, for tests of the kit, and what it takes to publish and handle it."""

import asyncio
import contextlib
import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from matka_contracts import event as contracts
from matka_contracts.event import Envelope, Event
from matka_kit import dead_letters
from matka_kit.bus import Consumer, MemoryBus, Outgoing, RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.dead_letters import DeadLetter
from matka_kit.topology import Topology
from tests.support.waiting import until

_ids = itertools.count(1)


class TrialEvent(Event):
    """Events that only tests publish."""

    producer: ClassVar[str] = "trial"


class ThingHappened(TrialEvent):
    """Something happened, with a number to tell it from the rest."""

    number: int


class UrgentThing(TrialEvent):
    """Something that does not wait behind other work."""

    number: int


KEY, URGENT_KEY = ThingHappened.event_type(), UrgentThing.event_type()
_TRIALS = {KEY: contracts._REGISTRY.pop(KEY), URGENT_KEY: contracts._REGISTRY.pop(URGENT_KEY)}


@contextlib.contextmanager
def registered() -> Iterator[None]:
    """Let envelopes with these events be opened for a while; other tests look at all events there are."""
    contracts._REGISTRY.update(_TRIALS)
    yield
    for key in _TRIALS:
        del contracts._REGISTRY[key]


def topology(**changes: Any) -> Topology:
    """Two services, `alpha` and `beta`; alpha has an urgent lane."""
    plain: dict[str, Any] = {
        "services": {"alpha": [KEY], "beta": [KEY]},
        "urgent": {"alpha": [URGENT_KEY]},
        "rungs": (0.1, 0.2),
    }
    return Topology(**plain | changes)


def message(number: int, *, subject: str = "", key: str = KEY, event_id: str = "") -> Outgoing:
    """An event ready to be published; by default each is about another aggregate."""
    return Outgoing.of(
        Envelope(
            id=event_id or f"event-{next(_ids)}",
            source="/matka/trial",
            type=key,
            subject=subject or f"subject-{number}",
            time=datetime.now(UTC),
            sequence=1,
            correlationid="the-first-cause",
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            data={"number": number},
        )
    )


class Handler:
    """Handles trial events as it was told and remembers them."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.attempts: Counter[int] = Counter()
        self.envelopes: list[Envelope] = []
        self._errors: dict[int, deque[Exception]] = defaultdict(deque)
        self._first: Callable[[int], Awaitable[None]] | None = None

    def fails(self, number: int, *errors: Exception) -> None:
        """Raise these one after the other when this number comes; after the last it succeeds."""
        self._errors[number].extend(errors)

    def does(self, something: Callable[[int], Awaitable[None]]) -> None:
        """Do something before anything else, with each number."""
        self._first = something

    async def __call__(self, envelope: Envelope, event: Event) -> None:
        number: int = event.model_dump()["number"]
        self.attempts[number] += 1
        if self._first is not None:
            await self._first(number)
        if self._errors[number]:
            raise self._errors[number].popleft()
        self.handled.append(number)
        self.envelopes.append(envelope)


@dataclass
class Scene:
    """A bus with services on it, in memory or on RabbitMQ (then `url` is set)."""

    bus: MemoryBus | RabbitBus
    topology: Topology
    url: str = ""

    async def listens(self, service: str, handler: Handler, **changes: Any) -> Consumer:
        """Let a service handle what it subscribes to."""
        return await self.bus.consume(Subscription(service, self.topology, handler, **changes))

    async def happens(self, what: str, probe: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until the probe says yes, letting retry rungs pass."""

        async def after_draining() -> bool:
            if isinstance(self.bus, MemoryBus):
                await asyncio.wait_for(self.bus.drain(), seconds)
            return probe()

        await until(what, after_draining, seconds)

    async def dead_letters(self, service: str, count: int = 1) -> list[DeadLetter]:
        """The dead letters of a service, once there are `count`."""
        found: list[DeadLetter] = []

        async def are_there() -> bool:
            if isinstance(self.bus, MemoryBus):
                await self.bus.drain()
                found[:] = self.bus.dead_letters(service)
            else:
                found[:] = await dead_letters.browse(self.url, service)
            return len(found) >= count

        await until(f"{count} dead letters of {service}", are_there)
        return found
