"""Timers that live in their aggregate: how they are kept, when they are due, and who fires them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from pydantic import AwareDatetime, BaseModel

from matka_kit.aggregate import Timer
from matka_kit.clock import Clock
from matka_kit.errors import Unavailable
from matka_kit.store import Collection, Document, Store

_FAILURES_BEFORE_DEATH = 5
_FIRST_RETRY = timedelta(seconds=1)
_BATCH = 200
_PAUSE_SECONDS = 0.5
_log = structlog.get_logger()

DEAD_TIMERS = Collection("dead_timers")


class StoredTimer(BaseModel):
    """A timer as its aggregate's document keeps it; `retry_at` is machine time."""

    id: str
    due: AwareDatetime
    kind: str
    failures: int = 0
    retry_at: AwareDatetime | None = None
    dead: bool = False

    def is_due(self, now: datetime, machine: datetime) -> bool:
        """Whether to fire it: live and due on the domain's clock, or failed and its backoff over."""
        if self.dead:
            return False
        return self.retry_at <= machine if self.retry_at else self.due <= now

    def failed(self, machine: datetime) -> "StoredTimer":
        """The same timer after one more failure: armed again with a doubled backoff, or dead."""
        failures = self.failures + 1
        dead = failures >= _FAILURES_BEFORE_DEATH
        retry_at = None if dead else machine + _FIRST_RETRY * 2**self.failures
        return self.model_copy(update={"failures": failures, "retry_at": retry_at, "dead": dead})

    def epitaph(self, collection: str, aggregate: str, error: str) -> Document:
        """What is kept of a dead timer beside the dead letters; `error` is the kind of the last failure."""
        return {
            "_id": f"{collection}:{aggregate}:{self.id}:{self.due.isoformat()}",
            "collection": collection,
            "aggregate": aggregate,
            "kind": self.kind,
            "due": self.due,
            "failures": self.failures,
            "error": error,
        }

    def plain(self) -> Timer:
        """What the aggregate knows of it."""
        return Timer(self.id, self.due, self.kind)


class TimerSet(BaseModel):
    """All timers of one aggregate, with the two moments that its document is found by."""

    timers: list[StoredTimer] = []

    def merged(self, wanted: Sequence[Timer]) -> "TimerSet":
        """What the aggregate now waits for; a timer that did not move keeps its failures."""
        known = {timer.plain(): timer for timer in self.timers}
        return TimerSet(
            timers=[
                known.get(timer) or StoredTimer(id=timer.id, due=timer.due, kind=timer.kind)
                for timer in wanted
            ]
        )

    def with_failure(self, failed: StoredTimer) -> "TimerSet":
        """The set after one of its timers failed; one that was moved meanwhile has not failed."""
        return TimerSet(
            timers=[failed if timer.plain() == failed.plain() else timer for timer in self.timers]
        )

    def due(self, now: datetime, machine: datetime) -> list[StoredTimer]:
        """The timers to fire now, earliest first."""
        return sorted(
            (timer for timer in self.timers if timer.is_due(now, machine)), key=lambda timer: timer.due
        )

    @property
    def next_due(self) -> datetime | None:
        """When the earliest timer that has not failed is due, on the domain's clock."""
        return min((t.due for t in self.timers if not t.dead and t.retry_at is None), default=None)

    @property
    def retry_due(self) -> datetime | None:
        """When the earliest failed timer is tried again, in machine time."""
        return min((t.retry_at for t in self.timers if not t.dead and t.retry_at), default=None)


class Firing(Protocol):
    """What the loop needs of a repository."""

    @property
    def collection(self) -> Collection:
        """Where the aggregates are kept."""

    async def fire(self, id: str) -> int:
        """Fire all due timers of one aggregate; how many were."""


class TimerLoop:
    """Fires what is due in every repository of a service; any number of replicas may run one."""

    def __init__(self, store: Store, clock: Clock, repositories: Sequence[Firing]) -> None:
        self._store = store
        self._clock = clock
        self._repositories = repositories
        self.fired = 0

    async def run(self) -> None:
        """Go on until cancelled; wakes at once when the domain's clock is stepped."""
        while True:
            try:
                fired = await self.fire_due()
            except Unavailable as error:
                _log.warning("timers wait", dependency=error.dependency)
                fired = 0
            if not fired:
                await self._clock.wait(_PAUSE_SECONDS)

    async def fire_due(self) -> int:
        """Fire one batch of every repository; how many timers were. Raises `Unavailable`."""
        machine, now = self._clock.machine(), self._clock.now()
        total = 0
        for repository in self._repositories:
            ids = await self._store.due(repository.collection, now, machine, _BATCH)
            total += (fired := sum(await asyncio.gather(*(repository.fire(id_) for id_ in ids))))
            self.fired += fired
        return total


def timers_of(document: dict[str, Any]) -> TimerSet:
    """The timers in an aggregate's document."""
    return TimerSet(timers=document.get("timers", []))
