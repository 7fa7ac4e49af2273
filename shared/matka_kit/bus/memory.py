"""A bus in memory for tests and small tools: what a handler can see is the same as over RabbitMQ."""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from matka_kit.consumer import Subscription
from matka_kit.consumer.delivery import EVENT_ID, Delivery, Opened, opened
from matka_kit.consumer.handling import handle
from matka_kit.consumer.keyed import Keyed
from matka_kit.consumer.ladder import step
from matka_kit.consumer.pause import answers
from matka_kit.consumer.verdict import Away, Done
from matka_kit.dead_letters import DeadLetter
from matka_kit.outgoing import Outgoing
from matka_kit.topology import Lane, matches

_inside_a_handler: ContextVar[bool] = ContextVar("inside_a_handler", default=False)


class _Parked(NamedTuple):
    due: datetime
    consumer: "MemoryConsumer"
    message: Outgoing
    lane: Lane


class MemoryBus:
    """Delivers inside `publish`: when it returns, all that follows from the events has happened.

    What failed for now waits for `drain`, which lets the time of the retry rungs pass without waiting.
    `copies` above one delivers every message that often; `away` makes the bus confirm nothing, and
    `deliver_at_once=False` leaves all deliveries to `drain`.
    """

    def __init__(self, *, copies: int = 1, deliver_at_once: bool = True) -> None:
        self.published: list[Outgoing] = []
        self.unrouted: list[Outgoing] = []
        self.away = False
        self._copies = copies
        self._at_once = deliver_at_once
        self._consumers: list[MemoryConsumer] = []
        self._waiting: list[tuple[MemoryConsumer, Outgoing, Lane]] = []
        self._parked: list[_Parked] = []
        self._dead: list[DeadLetter] = []
        self._now = datetime.now(UTC)

    @property
    def consuming(self) -> bool:
        """Whether there are subscriptions and each of them is being served."""
        return bool(self._consumers) and all(consumer.consuming for consumer in self._consumers)

    async def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """Publish and, unless this happens inside a handler, wait until everybody has handled it."""
        if self.away:
            return set()
        for message in messages:
            self.published.append(message)
            self._route(message)
        if self._at_once:
            await self._deliver()
        return {message.event_id for message in messages}

    async def consume(self, subscription: Subscription) -> "MemoryConsumer":
        """Deliver to a service from now on."""
        consumer = MemoryConsumer(self, replace(subscription, machine=lambda: self._now))
        self._consumers.append(consumer)
        return consumer

    async def drain(self) -> None:
        """Deliver all that waits, retry rungs included, until nothing does.

        Paused consumers try once to go on; what they hold stays if the dependency is still away.
        """
        for consumer in self._consumers:
            await consumer.try_again()
        await self._deliver()
        while self._parked:
            self._now = max(self._now, min(parked.due for parked in self._parked))
            due = sorted((p for p in self._parked if p.due <= self._now), key=lambda parked: parked.due)
            self._parked = [parked for parked in self._parked if parked.due > self._now]
            self._waiting += [(parked.consumer, parked.message, parked.lane) for parked in due]
            await self._deliver()

    def dead_letters(self, service: str) -> list[DeadLetter]:
        """The dead letters of a service, oldest first."""
        return [letter for letter in self._dead if letter.service == service]

    async def close(self) -> None:
        """Stop the consumers."""
        for consumer in self._consumers:
            await consumer.stop()

    def park(self, consumer: "MemoryConsumer", message: Outgoing, lane: Lane, rung: float) -> None:
        """Keep a message for `rung` seconds of the bus's own time."""
        self._parked.append(_Parked(self._now + timedelta(seconds=rung), consumer, message, lane))

    def bury(self, service: str, message: Outgoing) -> None:
        """Add a dead letter."""
        self._dead.append(DeadLetter.of(service, message.headers, message.body))

    def _route(self, message: Outgoing) -> None:
        targets = [
            (consumer, message, lane)
            for consumer in self._consumers
            for lane in consumer.lanes_for(message.routing_key)
        ]
        self._waiting += [target for target in targets for _ in range(self._copies)]
        if not targets:
            self.unrouted.append(message)

    async def _deliver(self) -> None:
        waiting, self._waiting = self._waiting, []
        for consumer, message, lane in waiting:
            consumer.take_in(message, lane)
        if not _inside_a_handler.get():
            while any([await consumer.settle() for consumer in self._consumers]):
                pass


class MemoryConsumer:
    """One subscription on the bus in memory."""

    def __init__(self, bus: MemoryBus, subscription: Subscription) -> None:
        self._bus = bus
        self._subscription = subscription
        self._keyed: Keyed[Delivery] = Keyed(self._work)
        self._stopped = False
        self.paused_by: str | None = None
        self.received = 0
        self.settled = 0
        self.retried = 0
        self.buried = 0

    @property
    def consuming(self) -> bool:
        """Whether messages are handled now."""
        return not self._stopped and self.paused_by is None

    def lanes_for(self, routing_key: str) -> list[Lane]:
        """The lanes that a routing key leads into."""
        topology, service = self._subscription.topology, self._subscription.service
        return [
            lane
            for lane in topology.lanes(service)
            if not self._stopped and any(matches(key, routing_key) for key in topology.keys(service, lane))
        ]

    def take_in(self, message: Outgoing, lane: Lane) -> None:
        """Accept one delivery."""
        self.received += 1
        content = opened(message.body, self._subscription)
        headers = {**message.headers, EVENT_ID: message.event_id}
        delivery = Delivery(message.body, headers, message.routing_key, lane, content)
        self._keyed.put(content.key if isinstance(content, Opened) else message.event_id, delivery)

    async def settle(self) -> bool:
        """Wait until no handler runs; tell whether any did."""
        return await self._keyed.idle()

    async def try_again(self) -> None:
        """End a pause, if its probe has nothing against it."""
        if self.paused_by is not None and await answers(self._subscription, self.paused_by):
            self.paused_by = None
            self._keyed.resume()

    async def stop(self, grace: float = 20) -> None:
        """Take nothing more and finish what runs, at most `grace` seconds."""
        self._stopped = True
        self._keyed.pause()
        if not await self._keyed.finish(grace):
            await self._keyed.cancel()

    async def _work(self, delivery: Delivery) -> None:
        _inside_a_handler.set(True)
        verdict = await handle(delivery, self._subscription)
        if isinstance(verdict, Away):
            self.paused_by = verdict.dependency
            self._keyed.pause()
            key = delivery.content.key if isinstance(delivery.content, Opened) else delivery.event_id
            self._keyed.put_back(key, delivery)
            return
        self.settled += 1
        if isinstance(verdict, Done):
            return
        onward = step(delivery, verdict, self._subscription)
        if onward.rung is None:
            self.buried += 1
            self._bus.bury(self._subscription.service, onward.message)
        else:
            self.retried += 1
            self._bus.park(self, onward.message, delivery.lane, onward.rung)
