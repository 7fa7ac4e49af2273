"""Aggregates in and out of the store: load, pure change, one guarded write, then the relay."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

import structlog
from pydantic import BaseModel

from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate, Timer
from matka_kit.cause import Cause
from matka_kit.clock import Clock
from matka_kit.crash import CrashPoint, reach
from matka_kit.documents import to_document
from matka_kit.errors import Contended, InvalidInput, NotFound, Transient, Unavailable
from matka_kit.outbox import Relay, outbox_entries
from matka_kit.paging import Find, every
from matka_kit.shape import AggregatePage, AlreadyExists, Shape
from matka_kit.store import AggregateCommit, Collection, Document, DuplicateId, DuplicateKey, Query, Store
from matka_kit.store.port import SYSTEM_FIELDS, Where
from matka_kit.timers import DEAD_TIMERS, StoredTimer, TimerSet, timers_of

A = TypeVar("A", bound=Aggregate)
M = TypeVar("M", bound=BaseModel)
_RING = 50
_FULL_OUTBOX = 500
_TRIES = 60
_PATIENT_TRIES = 3
_log = structlog.get_logger()

Change = Callable[[A], Sequence[Event]]


class KeyReused(InvalidInput):
    """One idempotency key was used for two different commands."""


class OutboxFull(Transient):
    """So many events wait for the broker that the aggregate refuses commands until they are gone."""


class Repository(Generic[A]):
    """All aggregates of one kind in one service's store."""

    def __init__(self, shape: Shape[A], store: Store, clock: Clock, relay: Relay) -> None:
        self._shape = shape
        self._store = store
        self._clock = clock
        self._relay = relay

    @property
    def collection(self) -> Collection:
        """Where the aggregates are kept."""
        return self._shape.collection

    async def get(self, id: str) -> A:
        """The aggregate of this id. Raises `NotFound`."""
        found = await self.peek(id)
        if found is None:
            raise NotFound(kind=self.collection.name)
        return found

    async def peek(self, id: str) -> A | None:
        """The aggregate of this id, if there is one."""
        document = await self._store.get(self.collection, id)
        return None if document is None else self._shape.load(document)

    async def get_many(self, ids: Sequence[str]) -> list[A]:
        """Those aggregates of at most 1,000 ids that exist, in the order of the ids."""
        documents = await self._store.get_many(self.collection, ids) if ids else []
        return [self._shape.load(document) for document in documents]

    async def find(self, query: Query) -> AggregatePage[A]:
        """One page of what a query finds."""
        page = await self._store.find(self.collection, query)
        return AggregatePage([self._shape.load(doc) for doc in page.documents], page.after)

    async def every(self, query: Query) -> list[A]:
        """All that a query finds; for what is known to be bounded."""
        return [self._shape.load(doc) for doc in await every(self._store.find, self.collection, query)]

    async def views(self, model: type[M], query: Query) -> AggregatePage[M]:
        """One page of what a query finds, each as a smaller model: for lists that show a part of each.

        A model of declared fields alone is read without the documents that they stand in.
        """
        page = await self._find(model)(self.collection, query)
        return AggregatePage([self._shape.view(model, doc) for doc in page.documents], page.after)

    async def views_of(self, model: type[M], ids: Sequence[str]) -> list[M]:
        """Those aggregates of at most 1,000 ids that exist, each as a smaller model."""
        documents = await self._store.get_many(self.collection, ids) if ids else []
        return [self._shape.view(model, document) for document in documents]

    async def every_view(self, model: type[M], query: Query) -> list[M]:
        """All that a query finds as smaller models; for what is known to be bounded."""
        documents = await every(self._find(model), self.collection, query)
        return [self._shape.view(model, document) for document in documents]

    async def count(self, where: Where) -> int:
        """How many aggregates a filter finds."""
        return await self._store.count(self.collection, where)

    async def add(self, aggregate: A, events: Sequence[Event], cause: Cause) -> A:
        """Store a new aggregate with its first events.

        The same command again returns what is stored. Raises `AlreadyExists` when another command made it,
        the shape's broken rule when a unique key is taken, `KeyReused` for a reused key.
        """
        timers = TimerSet().merged(aggregate.timers())
        entries = self._entries(events, 0, cause)
        document = self._shape.body(aggregate) | {
            "_id": aggregate.id,
            "version": 1,
            "sequence": len(entries),
            "timers": [to_document(timer) for timer in timers.timers],
            "applied": [{"id": cause.command_id, "digest": cause.digest}],
            "outbox": entries,
        }
        moments = {
            "outbox_since": self._clock.machine() if entries else None,
            "next_due": timers.next_due,
            "retry_due": timers.retry_due,
        }
        document |= {name: moment for name, moment in moments.items() if moment}
        try:
            await self._store.insert(self.collection, document)
        except DuplicateId as duplicate:
            if not _was_applied(duplicate.existing, cause):
                raise AlreadyExists(kind=self.collection.name) from duplicate
            return self._shape.load(duplicate.existing)
        except DuplicateKey as duplicate:
            raise self._shape.rule(duplicate) from duplicate
        self._announce(aggregate.id, 1, entries)
        return aggregate

    async def update(self, id: str, change: Change[A], cause: Cause) -> A:
        """Load the aggregate, apply a pure change and commit both it and its events in one write.

        On a version conflict it starts again from the load, so `change` may run several times. A command
        that was applied before changes nothing and returns the aggregate as it stands.
        Raises `NotFound`, what `change` raises, the shape's broken rule, `KeyReused`, `OutboxFull`,
        `Contended`.
        """
        for attempt in range(_TRIES):
            document = await self._store.get(self.collection, id)
            if document is None:
                raise NotFound(kind=self.collection.name)
            if _was_applied(document, cause):
                return self._shape.load(document)
            if len(document["outbox"]) >= _FULL_OUTBOX:
                raise OutboxFull(self.collection.name)
            aggregate = self._shape.load(document)
            events = change(aggregate)
            if await self._commit(document, aggregate, events, cause):
                return aggregate
            if attempt >= _PATIENT_TRIES:
                await asyncio.sleep(random.uniform(0, 0.01))  # noqa: S311 - jitter, not a secret
        raise Contended(self.collection.name)

    async def ensure(self, new: A, change: Change[A], cause: Cause) -> A:
        """Update the aggregate, or start from `new` where there is none yet."""
        while True:
            try:
                return await self.update(new.id, change, cause)
            except NotFound:
                fresh = new.model_copy(deep=True)
                events = change(fresh)
            try:
                return await self.add(fresh, events, cause)
            except AlreadyExists:
                continue  # somebody was first: then it is an update

    async def fire(self, id: str) -> int:
        """Fire this aggregate's due timers, one write each; how many this replica did.

        A timer that another replica fired is gone. Raises `Unavailable`.
        """
        document = await self._store.get(self.collection, id)
        due = timers_of(document).due(self._clock.now(), self._clock.machine()) if document else []
        fired = 0
        for timer in due:
            try:
                fired += await self._fire(id, timer.plain())
            except (NotFound, Transient):
                continue  # gone, others are at it, or the broker is away: what is still due is found again
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - a bug in one timer must not stop the others
                _log.exception("timer failed", collection=self.collection.name, aggregate=id, kind=timer.kind)
                await self._record_failure(id, timer, type(error).__name__)
        return fired

    def _find(self, model: type[BaseModel]) -> Find:
        """How the store is asked for what a view shows."""
        return self._store.find_lines if self._shape.shows_lines(model) else self._store.find

    async def _fire(self, id: str, timer: Timer) -> bool:
        """Fire one timer; False where another replica fired or moved it after it was found."""
        is_there = False

        def change(aggregate: A) -> Sequence[Event]:
            nonlocal is_there
            is_there = timer in aggregate.timers()
            if not is_there:
                return ()
            reach(CrashPoint.IN_TIMER_FIRING)
            events = aggregate.fire(timer, self._clock.now())
            if timer in aggregate.timers():
                raise RuntimeError(f"the timer {timer.kind} is still there after it was fired")
            return events

        await self.update(id, change, Cause.of_timer())
        return is_there

    async def _record_failure(self, id: str, timer: StoredTimer, error: str) -> None:
        document = await self._store.get(self.collection, id)
        if document is None:
            return
        failed = timer.failed(self._clock.machine())
        timers = timers_of(document).with_failure(failed)
        body = {key: value for key, value in document.items() if key not in SYSTEM_FIELDS}
        body["timers"] = [to_document(each) for each in timers.timers]
        if failed.dead:
            _log.error("timer is dead", collection=self.collection.name, aggregate=id, error=error)
            with suppress(DuplicateId):
                await self._store.insert(DEAD_TIMERS, failed.epitaph(self.collection.name, id, error))
        await self._write(document, body, timers, [])

    async def _commit(self, document: Document, aggregate: A, events: Sequence[Event], cause: Cause) -> bool:
        timers = timers_of(document).merged(aggregate.timers())
        entries = self._entries(events, document["sequence"], cause)
        body = self._shape.body(aggregate)
        body["timers"] = [to_document(timer) for timer in timers.timers]
        if not entries and all(document.get(key) == value for key, value in body.items()):
            return True
        body["sequence"] = document["sequence"] + len(entries)
        body["applied"] = [*document["applied"], {"id": cause.command_id, "digest": cause.digest}][-_RING:]
        return await self._write(document, body, timers, entries)

    async def _write(
        self, document: Document, body: Document, timers: TimerSet, entries: list[Document]
    ) -> bool:
        commit = AggregateCommit(
            id=document["_id"],
            version=document["version"],
            body=body,
            events=entries,
            marked_at=self._clock.machine(),
            next_due=timers.next_due,
            retry_due=timers.retry_due,
        )
        try:
            done = await self._store.commit(self.collection, commit)
        except DuplicateKey as duplicate:
            raise self._shape.rule(duplicate) from duplicate
        if done:
            self._announce(commit.id, commit.version + 1, [*document["outbox"], *entries])
        return done

    def _announce(self, id: str, version: int, outbox: list[Document]) -> None:
        if outbox:
            reach(CrashPoint.AFTER_THE_WRITE)
            self._relay.announce(self.collection, id, version, outbox)

    def _entries(self, events: Sequence[Event], sequence: int, cause: Cause) -> list[Document]:
        return outbox_entries(events, sequence, cause, self._clock.now())


def _was_applied(document: Document, cause: Cause) -> bool:
    for applied in document["applied"]:
        if applied["id"] == cause.command_id:
            if applied["digest"] != cause.digest:
                raise KeyReused
            return True
    return False
