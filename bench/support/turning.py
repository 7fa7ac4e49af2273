"""What the measurements turn: a little aggregate with one event, its repository, and the relay at work."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.support.bare_loop import NAME
from bench.support.events import DOCUMENTS, PAYLOAD, ThingTurned, document_id
from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate
from matka_kit.bus import Bus
from matka_kit.cause import Cause
from matka_kit.clock import SystemClock
from matka_kit.outbox import Relay
from matka_kit.repository import Repository
from matka_kit.shape import Shape
from matka_kit.store import Collection, open_store

FLUSH_SECONDS = 30
THINGS = Collection(
    "things",
    {"program_id": str, "slot": str},
    indexes=(("program_id",),),
    unique=(("program_id", "slot"),),
)


class Thing(Aggregate):
    """As large as the bare loop's documents."""

    program_id: str = "p"
    slot: str
    name: str = NAME
    turns: int = 0

    def turn(self) -> Sequence[Event]:
        self.turns += 1
        return (ThingTurned(payload=PAYLOAD),)


class Commands:
    """A repository with its relay at work."""

    def __init__(self, repository: Repository[Thing], relay: Relay) -> None:
        self._repository = repository
        self.relay = relay

    async def fill(self) -> None:
        things = (Thing(id=document_id(number), slot=str(number)) for number in range(DOCUMENTS))
        await asyncio.gather(*(self._repository.add(thing, (), _new_command()) for thing in things))

    async def command(self, id_: str) -> None:
        """One command, as a route gives it; its event follows on its own."""
        await self._repository.update(id_, Thing.turn, _new_command())

    async def to_the_end(self, id_: str) -> None:
        """One command, waited for until its outbox is empty."""
        await self.command(id_)
        await self.finish()

    async def finish(self) -> None:
        assert await self.relay.flush(FLUSH_SECONDS)


def _new_command() -> Cause:
    return Cause.of_command("caller", "POST /things/turn", str(uuid.uuid4()), b"{}")


@asynccontextmanager
async def commands_on(folder: Path, bus: Bus, kind: type[Relay] = Relay) -> AsyncIterator[Commands]:
    """The repository on an SQLite file in this folder, filled, its relay publishing to the bus."""
    store = await open_store(f"sqlite:{folder}", "things", (THINGS,))
    relay = kind(store, bus)
    working = asyncio.create_task(relay.run())
    try:
        commands = Commands(Repository(Shape(THINGS, Thing), store, SystemClock(), relay), relay)
        await commands.fill()
        yield commands
    finally:
        working.cancel()
        await store.close()
