"""The stage: a clock that is stepped from one interesting moment to the next, and what idle means."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
from aio_pika.abc import AbstractChannel

from matka_cli.rehearse.recording import Recording
from matka_cli.stack import Stack
from matka_kit.clock import FileClock
from matka_kit.topology import Topology, depths

_PATIENCE_SECONDS = 180.0
_WHILE_BUSY, _WHILE_QUIET = 0.04, 0.005  # looking costs every service a little
_AFTER_RETRIES = 0.3  # on its way back from a rung a message is nowhere to be seen, for some milliseconds

Act = Callable[[], Awaitable[None]]


class NeverIdle(Exception):
    """Something is still busy after three minutes of machine time; the text names what."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at everything: what is busy, the counters that must stand still, the next timer."""

    busy: dict[str, Any]
    counters: tuple[int, ...]
    retried: int
    next_due: datetime | None

    def is_idle_after(self, before: "Look | None") -> bool:
        """Whether two looks in a row found nothing to do and the same counters."""
        if before is None or before.busy or self.busy:
            return False
        return before.counters == self.counters


class Stage:
    """Plays an agenda on a stepped clock; after each moment it waits until all is idle."""

    def __init__(
        self,
        stack: Stack,
        clock: FileClock,
        channel: AbstractChannel,
        topology: Topology,
        recording: Recording,
    ) -> None:
        self._stack = stack
        self._clock = clock
        self._channel = channel
        self._topology = topology
        self._recording = recording
        self._http = httpx2.AsyncClient(timeout=30)
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._order = itertools.count()
        self._next_due: datetime | None = None
        self._retries = (0, 0.0)  # how many so far, and when that number last rose
        self._longest_rung = max(topology.rungs)
        self.moments = 0

    @property
    def now(self) -> datetime:
        """The moment that is being played."""
        return self._clock.now()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._http.aclose()

    def at(self, moment: datetime, act: Act) -> None:
        """Put an act on the agenda; a moment that is past is played next."""
        heapq.heappush(self._agenda, (moment.astimezone(UTC), next(self._order), act))

    async def play(self, until: datetime | None = None) -> None:
        """Play all acts and everything that timers set off between them, up to `until`."""
        await self.idle()
        while moment := self._next_moment():
            if until is not None and moment > until:
                return
            if moment > self.now:
                self._clock.step(moment)
            self.moments += 1
            for act in self._due_acts():
                await act()
            await self.idle()

    async def idle(self) -> None:
        """Wait until two looks in a row find nothing to do and the same counters. Raises `NeverIdle`."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        before: Look | None = None
        while True:
            look = await self._look()
            if look.is_idle_after(before):
                self._next_due = look.next_due
                return
            if time.monotonic() > deadline:
                raise NeverIdle(f"at {self.now:%Y-%m-%d %H:%M}: {look.busy}")
            before = look
            await asyncio.sleep(self._pause(look))

    def _pause(self, look: Look) -> float:
        """How long to wait before the next look, in seconds."""
        if look.retried > self._retries[0]:
            self._retries = (look.retried, time.monotonic())
        if look.busy:
            return _WHILE_BUSY
        may_come_back = time.monotonic() - self._retries[1] < self._longest_rung + 1
        return _AFTER_RETRIES if self._retries[0] and may_come_back else _WHILE_QUIET

    async def owed(self) -> list[dict[str, Any]]:
        """The activity of every replica. Raises `NeverIdle` when one is away."""
        answers = await asyncio.gather(*(self._activity(each.url) for each in self._stack.replicas))
        found = [answer for answer in answers if answer is not None]
        if len(found) < len(answers):
            raise NeverIdle("a replica is away")
        return found

    def _next_moment(self) -> datetime | None:
        scripted = self._agenda[0][0] if self._agenda else None
        if scripted is None:
            return None  # what timers may still want after the script's last act belongs to nobody here
        return min(scripted, self._next_due) if self._next_due else scripted

    def _due_acts(self) -> list[Act]:
        acts: list[Act] = []
        while self._agenda and self._agenda[0][0] <= self.now:
            acts.append(heapq.heappop(self._agenda)[2])
        return acts

    async def _look(self) -> Look:
        replicas = self._stack.replicas
        answers = await asyncio.gather(*(self._activity(replica.url) for replica in replicas))
        waiting = await depths(self._channel, self._topology)
        busy: dict[str, Any] = {
            queue: number for queue, number in waiting.items() if number and not queue.endswith(".dead")
        }
        counters: list[int] = [self._recording.count]
        moments: list[datetime] = []
        for replica, answer in zip(replicas, answers, strict=True):
            if answer is None:
                busy[replica.name] = "away"
                continue
            counters += [answer["received"], answer["settled"], answer["published"], answer["fired"]]
            if owed := _owed(answer):
                busy[replica.name] = owed
            if answer["next_due"]:
                moments.append(datetime.fromisoformat(answer["next_due"]))
        retried = sum(answer["retried"] for answer in answers if answer)
        return Look(busy, tuple(counters), retried, min(moments, default=None))

    async def _activity(self, url: str) -> dict[str, Any] | None:
        try:
            response = await self._http.get(f"{url}/activity")
        except httpx2.TransportError:
            return None
        found: dict[str, Any] | None = response.json() if response.status_code == 200 else None
        return found


def _owed(answer: dict[str, Any]) -> dict[str, Any]:
    """What one replica is busy with; nothing when it is idle."""
    names = ("outboxes", "jobs", "waiting", "retrying", "due")
    owed = {name: answer[name] for name in names if answer[name]}
    if answer["received"] != answer["settled"]:
        owed["in hand"] = answer["received"] - answer["settled"]
    if not answer["consuming"]:
        owed["consuming"] = False
    return owed
