"""Replicas of the kit's test service on one set of files, opened, killed and opened again by a test."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from matka_contracts.event import Envelope
from matka_kit.auth import create_keys
from matka_kit.bus import MemoryBus, Outgoing
from matka_kit.cause import Cause
from matka_kit.clock import Clock, ManualClock
from matka_kit.host import Host, Parts, topology_of
from matka_kit.outbox import Relay, Sweeper
from matka_kit.repository import Repository
from matka_kit.settings import ServiceSettings
from matka_kit.store import Document, Store, open_store
from matka_kit.timers import DEAD_TIMERS, TimerLoop
from tests.support.tally import SEEN, SERVICE, TALLIES, TALLY_SHAPE, Tally, Tallying, a_tally

NOON = datetime(2027, 1, 18, 10, 0, tzinfo=UTC)
_commands = iter(range(10**9))


def a_command(digest: str = "") -> Cause:
    """A command that nobody has given before."""
    return Cause(f"command-{next(_commands)}", digest)


def later(**by: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(**by)


class Miserly(MemoryBus):
    """A bus that confirms only so many messages of each publish, as a broker may that is going down.

    `offered` tells how many messages each publish brought.
    """

    def __init__(self, confirms: int) -> None:
        super().__init__()
        self.confirms = confirms
        self.offered: list[int] = []

    async def publish(self, messages: Iterable[Outgoing]) -> set[str]:
        messages = list(messages)
        self.offered.append(len(messages))
        return await super().publish(messages[: self.confirms])


@dataclass
class Replica:
    """The parts of one replica, none of them running by itself unless the test says so."""

    store: Store
    clock: Clock
    bus: MemoryBus
    relay: Relay
    sweeper: Sweeper
    tallies: Repository[Tally]
    timers: TimerLoop

    async def a_stored_tally(self, id_: str = "one", *, counted: int = 0) -> Tally:
        """A tally that is in the store, with so many events."""
        tally = a_tally(id_)
        return await self.tallies.add(tally, tally.count(counted) if counted else (), a_command())

    async def set_alarm(self, alarm: str, id_: str = "one", *, hours: float = 1) -> Tally:
        """A tally rings so many hours after noon."""
        at = later(hours=hours)
        return await self.tallies.update(id_, lambda each: each.set_alarm(alarm, at), a_command())

    async def document(self, id_: str = "one") -> Document:
        """How a tally is stored."""
        found = await self.store.get(TALLIES, id_)
        assert found is not None
        return found

    @contextlib.asynccontextmanager
    async def relaying(self) -> AsyncIterator[None]:
        """Publish what is announced, until the end of the block; what was is flushed before."""
        task = asyncio.create_task(self.relay.run())
        try:
            yield
            assert await self.relay.flush(5), "the relay came to no end"
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def a_replica(
    folder: Path, clock: Clock | None = None, bus: MemoryBus | None = None
) -> AsyncIterator[Replica]:
    """One replica; leaving the block is like dying: nothing is flushed."""
    clock, bus = clock or ManualClock(NOON), bus or MemoryBus()
    store = await open_store(f"sqlite:{folder}", "tally", (TALLIES, SEEN, DEAD_TIMERS))
    relay = Relay(store, bus)
    tallies = Repository(TALLY_SHAPE, store, clock, relay)
    sweeper = Sweeper(store, clock, relay, (TALLIES, SEEN))
    try:
        yield Replica(store, clock, bus, relay, sweeper, tallies, TimerLoop(store, clock, [tallies]))
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def a_host(
    folder: Path, clock: Clock, bus: MemoryBus | None = None, **settings: str
) -> AsyncIterator[Host[Tallying]]:
    """A whole replica that has not been started; it is stopped at the end."""
    create_keys(folder / "keys", ["tally", "gateway"])
    told = ServiceSettings(
        environment="development",
        broker_url="memory:",
        store_url=f"sqlite:{folder}",
        keys=folder / "keys",
        **settings,  # type: ignore[arg-type]  # each is checked by the model
    )
    parts = Parts(bus or MemoryBus(), clock, topology_of([SERVICE], (5, 30)))
    host = await Host.open(SERVICE, told, parts)
    try:
        yield host
    finally:
        await host.stop()


def published(bus: MemoryBus) -> list[Envelope]:
    """What the broker got, in order, duplicates included."""
    return [Envelope.model_validate_json(each.body) for each in bus.published]


def numbers(bus: MemoryBus) -> list[int]:
    """The numbers that tallies stood at, in the order of their publication."""
    return [each.data["number"] for each in published(bus) if "number" in each.data]
