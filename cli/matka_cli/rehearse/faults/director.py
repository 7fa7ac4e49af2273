"""Strikes while work is in flight: lies in wait, breaks, mends, and takes down what it saw."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matka_cli.rehearse.faults.fault import Fault, Rig, Seen
from matka_cli.rehearse.stage import Act

_GLANCE = 0.004  # seconds between looks for work in flight
_SOON = 0.1  # seconds after which is looked what lies in the queues
_PATIENCE = 120.0  # seconds until the victims must be consuming again
RECORD = "faults.jsonl"


@dataclass(frozen=True)
class Planned:
    """A fault, its name, and the moment of the script from which on it may strike."""

    name: str
    earliest: datetime
    fault: Fault


@dataclass(frozen=True)
class Struck:
    """What happened: `moment` is on the stepped clock, `at` on the machine's.

    `in_flight` is what was seen right before, `waiting` the queues right after; `consuming_after` counts
    seconds from the mending until messages reached all victims again, None if they never did.
    """

    fault: str
    victims: Sequence[str]
    moment: str
    at: str
    in_flight: dict[str, Any]
    waiting: dict[str, Any]
    lasted: float
    consuming_after: float | None
    may_double: int
    facts: dict[str, Any]


class Director:
    """Brings about the planned faults, one at a time and at most one in a moment of the script."""

    def __init__(self, rig: Rig, plan: Sequence[Planned], idle: Act, out: Path) -> None:
        self.rig = rig
        self._left = list(plan)
        self._idle = idle
        self._out = out
        self._striking = False
        self.told: Callable[[Struck], None] = lambda _: None
        self.struck: list[Struck] = []

    @property
    def left(self) -> list[str]:
        """The faults that have not struck: there never was anything in flight."""
        return [each.name for each in self._left]

    @asynccontextmanager
    async def around(self, moment: datetime) -> AsyncIterator[None]:
        """While a moment is played: wait for work in flight and strike; over when all is mended."""
        armed = [each for each in self._left if each.earliest <= moment]
        if not armed:
            yield
            return
        lying = asyncio.create_task(self._lie_in_wait(moment, armed))
        try:
            yield
            if not self._striking:
                lying.cancel()
            await asyncio.wait({lying})
        finally:
            lying.cancel()
            await asyncio.gather(lying, return_exceptions=True)
        if self._striking:
            lying.result()  # raises what went wrong in bringing it about
            self._striking = False
            await self._idle()

    async def _lie_in_wait(self, moment: datetime, armed: Sequence[Planned]) -> None:
        services = {victim for each in armed for victim in each.fault.victims}
        while True:
            began = time.monotonic()
            work = await self.rig.watch.work_of(services)
            asked = tuple(each for each in self.rig.hands.under_way if not each.startswith("GET "))
            seen = Seen(work, asked)
            for planned in armed:
                if proof := planned.fault.proof(seen):
                    self._striking = True
                    self._left.remove(planned)
                    await self._strike(planned, proof, moment)
                    return
            # Looking costs a service, and its store, as much as a request does: half of the time at most.
            await asyncio.sleep(max(_GLANCE, time.monotonic() - began))

    async def _strike(self, planned: Planned, proof: dict[str, Any], moment: datetime) -> None:
        fault, at, began = planned.fault, datetime.now(UTC), time.monotonic()
        try:
            await fault.inject()
            await asyncio.sleep(_SOON)
            waiting = await self.rig.watch.queued()
            await asyncio.sleep(max(0.0, fault.lasts - (time.monotonic() - began)))
        finally:
            await fault.heal()
        healed = time.monotonic()
        if not fault.has_struck():
            self._left.append(planned)
            return
        consuming = await self._until_consuming(fault, healed)
        struck = Struck(
            fault=planned.name,
            victims=tuple(fault.victims),
            moment=moment.isoformat(),
            at=at.isoformat(timespec="milliseconds"),
            in_flight=proof,
            waiting=waiting,
            lasted=round(healed - began, 1),
            consuming_after=consuming,
            may_double=fault.may_double(),
            facts=fault.facts(),
        )
        self.struck.append(struck)
        with (self._out / RECORD).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(struck), ensure_ascii=False) + "\n")
        self.told(struck)

    async def _until_consuming(self, fault: Fault, healed: float) -> float | None:
        while time.monotonic() - healed < _PATIENCE:
            if await self.rig.watch.is_consuming(fault.victims):
                return round(time.monotonic() - healed, 1)
            await asyncio.sleep(0.05)
        return None
