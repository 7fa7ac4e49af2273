"""A service process that tests may kill: URL FOLDER; what it did stands in FOLDER afterwards.

Event 1 fails twice for now, event 2 breaks a rule, event 13 takes the process down; every other is handled.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from matka_contracts.event import Envelope, Event
from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.errors import DomainError, Transient
from tests.support import trial

FAILING, BROKEN, DEADLY = 1, 2, 13


class Work:
    """Writes an effect per event, named after the event's id, so that doing it again changes nothing."""

    def __init__(self, folder: Path, bus: RabbitBus) -> None:
        self._folder = folder
        self._bus = bus
        self._all_else = asyncio.Event()

    async def __call__(self, envelope: Envelope, event: Event) -> None:
        number: int = event.model_dump()["number"]
        (self._folder / f"attempt-{number}").open("a").write(".")
        if number == BROKEN:
            raise DomainError
        if number == FAILING and len((self._folder / f"attempt-{number}").read_text()) <= 2:
            raise Transient
        if number == DEADLY:
            await self._neighbours_are_done()
            os.kill(os.getpid(), signal.SIGKILL)
        (self._folder / f"done-{envelope.id}").touch()
        follow_up = trial.message(number, key="trial.follow-up.v1", event_id=f"after-{envelope.id}")
        if not await self._bus.publish([follow_up]):
            raise Transient

    async def _neighbours_are_done(self) -> None:
        while len(list(self._folder.glob("done-*"))) < int(os.environ.get("NEIGHBOURS", "0")):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)  # for their acknowledgements to reach the broker


async def _serve(url: str, folder: Path) -> None:
    bus = RabbitBus(url, name="worker")
    limit = int(os.environ.get("DELIVERY_LIMIT", "100"))
    spec = trial.topology(delivery_limit=limit)
    await bus.consume(Subscription("alpha", spec, Work(folder, bus)))
    await asyncio.Event().wait()


if __name__ == "__main__":
    with trial.registered():
        asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
