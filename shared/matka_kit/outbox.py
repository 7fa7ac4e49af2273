"""From the outbox in an aggregate's document to the broker: the relay, and the sweeper behind it."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
import uuid_utils

from matka_contracts.event import Envelope, Event
from matka_kit.bus import Bus, Outgoing
from matka_kit.cause import Cause
from matka_kit.clock import Clock
from matka_kit.crash import CrashPoint, reach
from matka_kit.errors import Unavailable
from matka_kit.store import Collection, Document, Store

_WORKERS = 64  # outboxes under way at once: as many events as the bus lets wait for their confirms
_MOST_REFUSED = 10_000
_LONGEST_REST = 4.0  # seconds; a broker that comes back is not kept waiting for longer
_SWEEP_AFTER = timedelta(seconds=5)
_SWEEP_PAUSE = (0.5, 1.5)
_SWEEP_BATCH = 100
_log = structlog.get_logger()


def outbox_entries(events: Sequence[Event], sequence: int, cause: Cause, now: datetime) -> list[Document]:
    """Events as the outbox keeps them, numbered on from the aggregate's `sequence`."""
    return [
        {
            "id": str(uuid_utils.uuid7()),
            "type": event.event_type(),
            "time": now,
            "sequence": sequence + position,
            "data": event.model_dump(mode="json"),
            "correlationid": cause.correlation_id,
            "causationid": cause.causation_id,
            "traceparent": cause.traceparent,
        }
        for position, event in enumerate(events, start=1)
    ]


def envelope_of(aggregate_id: str, entry: Document) -> Envelope:
    """The envelope of one outbox entry."""
    kind = entry["type"]
    source = f"/matka/{kind.partition('.')[0]}"
    return Envelope(source=source, subject=aggregate_id, dataschema=f"urn:matka:event:{kind}", **entry)


@dataclass(slots=True)
class _Pending:
    """The newest known outbox of one aggregate and what of it the broker has confirmed."""

    collection: Collection
    id: str
    version: int
    outbox: list[Document]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The broker took nothing of an outbox: it rests so many seconds, until a moment of the loop's time."""

    rest: float
    until: float


class _Refusals:
    """Outboxes of which the broker took nothing: no rest after the first time, then 1, 2 and 4 seconds."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Refusal] = {}

    def rests(self, key: tuple[str, str], *, again: bool) -> bool:
        """Whether an outbox is left alone: by commands always, by the sweeper until its rest is over."""
        refusal = self._known.get(key)
        return refusal is not None and not (again and _loop_time() >= refusal.until)

    def note(self, key: tuple[str, str]) -> None:
        """It was refused, once more."""
        last = self._known.get(key)
        if len(self._known) >= _MOST_REFUSED:
            self._known.clear()  # each of them will be refused once more, which only costs time
        rest = min(2 * last.rest or 1.0, _LONGEST_REST) if last else 0.0
        self._known[key] = _Refusal(rest, _loop_time() + rest)

    def forget(self, key: tuple[str, str]) -> None:
        """Something of it was taken."""
        self._known.pop(key, None)


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


class Relay:
    """Publishes outboxes in order and empties them; one aggregate is in flight once per process.

    Delivery is at least once: when in doubt an event stays in the outbox and is published again. An outbox of
    which the broker took nothing is left to the sweeper, or every command on a full queue would bring all of
    it again to the queues that have room.
    """

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus
        self._pending: dict[tuple[str, str], _Pending] = {}
        self._in_flight: set[tuple[str, str]] = set()
        self._refusals = _Refusals()
        self._ready: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._idle = asyncio.Event()
        self._idle.set()
        self.published = 0

    def announce(
        self, collection: Collection, id: str, version: int, outbox: list[Document], *, again: bool = False
    ) -> None:
        """Take note of an aggregate's outbox as of `version`; it is published as soon as may be.

        What the broker refused last time is tried `again` only where the sweeper says so, after a rest.
        """
        key = (collection.name, id)
        known = self._pending.get(key)
        if self._refusals.rests(key, again=again) or (known is not None and known.version >= version):
            return
        self._pending[key] = _Pending(collection, id, version, outbox)
        self._idle.clear()
        if known is None and key not in self._in_flight:
            self._ready.put_nowait(key)

    async def run(self) -> None:
        """Work until cancelled. To stop without cutting a publish short, `flush` first."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_WORKERS):
                group.create_task(self._work())

    async def flush(self, seconds: float) -> bool:
        """Wait until nothing announced is left, at most `seconds`; tell whether that was reached."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _work(self) -> None:
        while True:
            key = await self._ready.get()
            self._in_flight.add(key)
            try:
                await self._relay(key)
            except Unavailable as error:
                _log.warning("relay leaves an outbox to the sweeper", dependency=error.dependency)
            except Exception:  # noqa: BLE001 - a bug about one outbox must not hold up the others
                _log.exception("relay cannot publish an outbox", collection=key[0], aggregate=key[1])
            finally:
                self._in_flight.discard(key)
                if key in self._pending:
                    self._ready.put_nowait(key)
                elif not self._pending and not self._in_flight:
                    self._idle.set()

    async def _relay(self, key: tuple[str, str]) -> None:
        confirmed: set[str] = set()
        while pending := self._pending.pop(key, None):
            entries = [entry for entry in pending.outbox if entry["id"] not in confirmed]
            reach(CrashPoint.BEFORE_PUBLISHING)
            taken = await self._bus.publish(
                [Outgoing.of(envelope_of(pending.id, entry)) for entry in entries]
            )
            confirmed |= taken
            if taken or not entries:
                self._refusals.forget(key)
            else:
                self._refusals.note(key)
            reach(CrashPoint.AFTER_THE_CONFIRM_BEFORE_THE_CLEAR)
            ours = [entry["id"] for entry in pending.outbox if entry["id"] in confirmed]
            self.published += sum(entry["id"] in confirmed for entry in entries)
            if key not in self._pending or len(ours) < len(pending.outbox):
                await self._settle(pending, ours)

    async def _settle(self, pending: _Pending, confirmed: list[str]) -> None:
        """Take what the broker has out of the document; one write where nobody interfered."""
        if not confirmed:
            return
        if len(confirmed) == len(pending.outbox) and await self._store.clear_outbox(
            pending.collection, pending.id, pending.version, len(confirmed)
        ):
            return
        await self._store.pull_outbox(pending.collection, pending.id, confirmed)


class Sweeper:
    """Finds outboxes that nobody emptied, in every replica: two that meet only make duplicates."""

    def __init__(self, store: Store, clock: Clock, relay: Relay, collections: Sequence[Collection]) -> None:
        self._store = store
        self._clock = clock
        self._relay = relay
        self._collections = collections

    async def run(self) -> None:
        """Sweep until cancelled, in a jittered rhythm of machine time."""
        while True:
            try:
                goes_on = await self._goes_on()
            except Unavailable as error:
                _log.warning("sweeper waits", dependency=error.dependency)
                goes_on = False
            if not goes_on:
                await asyncio.sleep(random.uniform(*_SWEEP_PAUSE))  # noqa: S311 - jitter, not a secret

    async def _goes_on(self) -> bool:
        """Sweep once; tell whether more may be there and the broker takes it, so that there is no pause."""
        before = self._relay.published
        if await self.sweep() < _SWEEP_BATCH:
            return False
        await self._relay.flush(_SWEEP_PAUSE[1])
        return self._relay.published > before

    async def sweep(self) -> int:
        """Hand every outbox that has waited five seconds to the relay; how many there were."""
        before = self._clock.machine() - _SWEEP_AFTER
        found = 0
        for collection in self._collections:
            for document in await self._store.stale(collection, before, _SWEEP_BATCH):
                found += 1
                self._relay.announce(
                    collection, document["_id"], document["version"], document["outbox"], again=True
                )
        return found
