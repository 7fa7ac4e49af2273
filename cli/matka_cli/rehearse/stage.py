"""The stage: a clock that is stepped from one interesting moment to the next, and what idle means."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from time import monotonic
from typing import Any, TypeVar

from matka_cli.rehearse.looking import Look, Watch
from matka_kit.clock import FileClock

_PATIENCE_SECONDS = 180.0
_WHILE_QUIET, _WHILE_QUEUED = 0.003, 0.05
_WHILE_BUSY, _LONGEST_BUSY = 0.01, 0.1  # looking costs a service as much as a request does
_AFTER_RETRIES = 0.3  # on its way back from a rung a message is nowhere to be seen, for some milliseconds

Act = Callable[[], Coroutine[Any, Any, None]]
Around = Callable[[datetime], AbstractAsyncContextManager[object]]
T = TypeVar("T")


class NeverIdle(Exception):
    """Something is busy and for three minutes of machine time nothing came to an end; the text names what."""


class Patience:
    """Lasts three minutes from whenever something came to an end: a thousand certificates take their time."""

    def __init__(self) -> None:
        self._done: dict[str, int] = {}
        self._until = 0.0
        self._renew()

    @property
    def is_over(self) -> bool:
        """Whether nothing has come to an end for too long."""
        return monotonic() > self._until

    def see(self, look: Look) -> None:
        """Take in what has been done by now."""
        more = {name: number for name, number in look.done.items() if number > self._done.get(name, -1)}
        if more:  # a replica that crashes again and again begins to count anew, and gets nowhere
            self._done.update(more)
            self._renew()

    def _renew(self) -> None:
        self._until = monotonic() + _PATIENCE_SECONDS


class Stage:
    """Plays an agenda on a stepped clock; after each moment it waits until all is idle."""

    def __init__(self, watch: Watch, clock: FileClock, longest_rung: float) -> None:
        self.watch = watch
        self._clock = clock
        self._longest_rung = longest_rung
        self._agenda: list[tuple[datetime, bool, int, Act]] = []
        self._order = itertools.count()
        self._next_due: datetime | None = None
        self._retries = (0, 0.0)  # how many so far, and when that number last rose
        self._heard: list[Act] = []
        self._last_busy: dict[str, Any] = {}  # who was done last, and will be again: asked first, and alone
        self.around: Around = lambda _: nullcontext()  # what else goes on while a moment is played
        self.moments = 0

    @property
    def now(self) -> datetime:
        """The moment that is being played."""
        return self._clock.now()

    def at(self, moment: datetime, act: Act, *, beside: bool = False) -> None:
        """Put an act on the agenda; a moment that is past is played next.

        Acts of one moment follow each other in the order of their coming. Those that may go on `beside`
        others come after them, all at once: what they do must not depend on who is first.
        """
        heapq.heappush(self._agenda, (moment.astimezone(UTC), beside, next(self._order), act))

    def afterwards(self, act: Act) -> None:
        """Let somebody listen after every moment, when all is idle, and put what follows on the agenda."""
        self._heard.append(act)

    async def play(self, until: datetime | None = None) -> None:
        """Play all acts and everything that timers set off between them, up to `until`."""
        await self.idle()
        while moment := self._next_moment():
            if until is not None and moment > until:
                self._clock.step(max(until, self.now))  # nothing happens between here and there
                return
            async with self.around(moment):
                if moment > self.now:
                    self._clock.step(moment)
                self.moments += 1
                await self._play_moment(moment)
            for listen in self._heard:
                await listen()

    async def idle(self) -> None:
        """Wait until two looks in a row find nothing to do and the same counters. Raises `NeverIdle`."""
        patience = Patience()
        await self._while_busy(self._last_busy, patience)
        before: Look | None = None
        while True:
            look = await (self.watch.at_everything() if before else self.watch.at_replicas())
            patience.see(look)
            if look.is_idle_after(before):
                self._next_due = look.next_due
                return
            pause = self._pause(look)
            if look.busy:
                await asyncio.sleep(_WHILE_QUEUED if before else 0)
                await self._while_busy(look.busy, patience)
                before = None
            else:
                await asyncio.sleep(pause)
                before = look

    async def owed(self) -> list[dict[str, Any]]:
        """The activity of every replica. Raises `NeverIdle` when one is away."""
        found = await self.watch.activities()
        if None in found:
            raise NeverIdle("a replica is away")
        return [answer for answer in found if answer is not None]

    async def _play_moment(self, moment: datetime) -> None:
        if self._next_due is not None and self._next_due <= moment:
            await self.idle()  # whatever timers set off comes first, so that chance has no say
        if due := self._due_acts():
            await _play_acts(due)
            await self.idle()

    async def _while_busy(self, busy: dict[str, Any], patience: Patience) -> None:
        """Return when those who were busy are so no more; only they are asked. Raises `NeverIdle`."""
        pause = _WHILE_BUSY
        while busy:
            if patience.is_over:
                raise NeverIdle(f"at {self.now:%Y-%m-%d %H:%M}: {busy}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_BUSY)
            look = await self.watch.at(busy)
            patience.see(look)
            self._last_busy, busy = busy, look.busy

    def _pause(self, look: Look) -> float:
        """How long to wait before the second look, in seconds."""
        if look.retried > self._retries[0]:
            self._retries = (look.retried, monotonic())
        may_come_back = monotonic() - self._retries[1] < self._longest_rung + 1
        return _AFTER_RETRIES if self._retries[0] and may_come_back else _WHILE_QUIET

    def _next_moment(self) -> datetime | None:
        scripted = self._agenda[0][0] if self._agenda else None
        if scripted is None:
            return None  # what timers may still want after the script's last act belongs to nobody here
        return min(scripted, self._next_due) if self._next_due else scripted

    def _due_acts(self) -> list[tuple[bool, Act]]:
        acts: list[tuple[bool, Act]] = []
        while self._agenda and self._agenda[0][0] <= self.now:
            _, beside, _, act = heapq.heappop(self._agenda)
            acts.append((beside, act))
        return acts


async def _play_acts(due: list[tuple[bool, Act]]) -> None:
    for beside, act in due:
        if not beside:
            await act()
    await all_of(act() for beside, act in due if beside)


async def all_of(tasks: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Side by side; the first failure ends the others."""
    async with asyncio.TaskGroup() as group:
        started = [group.create_task(task) for task in tasks]
    return [task.result() for task in started]
