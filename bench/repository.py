"""Commands through the kit's repository and relay on SQLite against a bare loop: rates, then round trips.

Run: python -m bench.repository [seconds per contender]
A command loads an aggregate, changes it with one event, commits it under its version, hands the event to a bus
that confirms at once, and empties the outbox. Contenders take turns, every commit is flushed to disk.
"""

import statistics
import sys
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar

import asyncio
import uvloop

from bench.support.bare_loop import DOCUMENTS, NAME, PAYLOAD, BareLoop, Rate, document_id
from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate
from matka_kit.bus import Outgoing
from matka_kit.cause import Cause
from matka_kit.clock import SystemClock
from matka_kit.outbox import Relay
from matka_kit.repository import Repository
from matka_kit.shape import Shape
from matka_kit.store import Collection, open_store

TURNS = 15
TASKS = 8
ALONE, AT_ONCE = "repository, one by one", f"repository, {TASKS} tasks at once"
FLUSH_SECONDS = 10
THINGS = Collection(
    "things",
    {"program_id": str, "slot": str},
    indexes=(("program_id",),),
    unique=(("program_id", "slot"),),
)


class BenchEvent(Event):
    """Events that only this measurement publishes."""

    producer: ClassVar[str] = "bench"


class ThingTurned(BenchEvent):
    """A thing was turned once more."""

    payload: dict[str, str]


class Thing(Aggregate):
    """As large as the bare loop's documents."""

    program_id: str = "p"
    slot: str
    name: str = NAME
    turns: int = 0

    def turn(self) -> Sequence[Event]:
        self.turns += 1
        return (ThingTurned(payload=PAYLOAD),)


class ConfirmingBus:
    """Confirms at once what it is given."""

    consuming = False

    async def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        return {message.event_id for message in messages}

    async def consume(self, subscription: Any) -> Any:
        raise NotImplementedError

    async def close(self) -> None:
        """There is nothing to close."""


class Commands:
    """A repository with its relay at work."""

    def __init__(self, repository: Repository[Thing], relay: Relay) -> None:
        self._repository = repository
        self._relay = relay

    async def fill(self) -> None:
        for number in range(DOCUMENTS):
            thing = Thing(id=document_id(number), slot=str(number))
            await self._repository.add(thing, (), _new_command())

    async def command(self, id_: str) -> None:
        """One command, as a route gives it; its event follows on its own."""
        await self._repository.update(id_, Thing.turn, _new_command())

    async def to_the_end(self, id_: str) -> None:
        """One command, waited for until its outbox is empty."""
        await self.command(id_)
        await self.finish()

    async def finish(self) -> None:
        assert await self._relay.flush(FLUSH_SECONDS)


def _new_command() -> Cause:
    return Cause.of_command("caller", "POST /things/turn", str(uuid.uuid4()), b"{}")


async def measure(folder: Path, seconds: float) -> dict[str, Rate]:
    """Commands per second of each contender, turn by turn."""
    rates = {"bare loop": Rate(), ALONE: Rate(), AT_ONCE: Rate()}
    async with AsyncExitStack() as closing:
        bare = BareLoop(folder / "bare.sqlite")
        closing.callback(bare.close)
        store = await open_store(f"sqlite:{folder}", "things", (THINGS,))
        closing.push_async_callback(store.close)
        relay = Relay(store, ConfirmingBus())
        working = asyncio.create_task(relay.run())
        closing.callback(working.cancel)
        commands = Commands(Repository(Shape(THINGS, Thing), store, SystemClock(), relay), relay)
        await commands.fill()
        for _ in range(TURNS):
            await rates["bare loop"].measure(seconds / TURNS, bare.round)
            await rates[ALONE].measure(seconds / TURNS, commands.to_the_end)
            await rates[AT_ONCE].measure(seconds / TURNS, commands.command, TASKS, commands.finish)
    return rates


def show(rates: dict[str, Rate]) -> None:
    base = statistics.median(rates["bare loop"].per_second)
    for name, found in rates.items():
        rate = statistics.median(found.per_second)
        work = f"{found.microseconds:6.0f} µs of CPU each"
        print(f"{name:32} {rate:7,.0f} commands/s   ratio {rate / base:.2f}   {work}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    with tempfile.TemporaryDirectory() as folder:
        show(uvloop.run(measure(Path(folder), seconds)))


if __name__ == "__main__":
    main()
