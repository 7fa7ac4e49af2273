"""One consuming connection: a channel per lane, its consumer tag, and whether it is still heard."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import aiormq.abc
from aio_pika.abc import AbstractChannel, AbstractConnection

from matka_kit.amqp import BROKER_TROUBLE, TIMEOUT, no_false_cancellation
from matka_kit.consumer.delivery import EVENT_ID, Delivery, opened, plain_headers
from matka_kit.consumer.subscription import Subscription
from matka_kit.topology import Lane, lane_queue, verify

_STRIKES = 2


@dataclass
class LaneChannel:
    """A lane's channel on this connection and what went through it."""

    lane: Lane
    queue: str
    channel: AbstractChannel
    raw: aiormq.abc.AbstractChannel
    tag: str | None = None
    arrived: int = 0
    outstanding: int = 0
    arrived_at_last_look: int = -1
    strikes: int = 0


@dataclass
class RabbitDelivery(Delivery):
    """A delivery with the way to answer the broker."""

    source: LaneChannel = field(kw_only=True)
    tag: int = field(kw_only=True)

    @property
    def alive(self) -> bool:
        """Whether an answer still reaches the broker; if not, it delivers the message again."""
        return not self.source.raw.is_closed

    async def acknowledge(self) -> None:
        """The message is done with. Raises one of `BROKER_TROUBLE`."""
        with no_false_cancellation():
            await self.source.raw.basic_ack(self.tag, wait=False)

    async def give_back(self) -> None:
        """Back to the queue, for whoever takes it next. Raises one of `BROKER_TROUBLE`."""
        with no_false_cancellation():
            await self.source.raw.basic_nack(self.tag, requeue=True, wait=False)


class Session:
    """The consumers of one connection; after a loss a new session takes its place."""

    def __init__(
        self,
        subscription: Subscription,
        deliver: Callable[[RabbitDelivery], None],
        lost: Callable[[str], None],
    ) -> None:
        self._subscription = subscription
        self._deliver = deliver
        self._lost = lost
        self._lanes: list[LaneChannel] = []
        self._watch: AbstractChannel | None = None
        self._turn = asyncio.Lock()
        self._over = False

    def end(self) -> None:
        """The connection is gone; what its channels still report is of no interest."""
        self._over = True

    def _report(self, reason: str) -> None:
        if not self._over:
            self._lost(reason)

    @property
    def consuming(self) -> bool:
        """Whether every lane has its consumer."""
        return bool(self._lanes) and all(lane.tag and not lane.raw.is_closed for lane in self._lanes)

    async def open(self, connection: AbstractConnection) -> None:
        """Verify the topology and open a channel per lane.

        Raises `TopologyMissing` or one of `BROKER_TROUBLE`.
        """
        subscription = self._subscription
        self._watch = await connection.channel(publisher_confirms=False)
        await verify(self._watch, subscription.topology, subscription.service)
        lanes: list[LaneChannel] = []
        for lane in subscription.topology.lanes(subscription.service):
            channel = await connection.channel(publisher_confirms=False)
            await channel.set_qos(subscription.prefetch, timeout=TIMEOUT)
            channel.close_callbacks.add(lambda *_: self._report("channel closed"))
            raw = await channel.get_underlay_channel()
            raw.on_consumer_cancel_callbacks.add(lambda _: self._report("consumer cancelled"))
            lanes.append(LaneChannel(lane, lane_queue(subscription.service, lane), channel, raw))
        self._lanes = lanes

    async def follow(self, wanted: Callable[[], bool]) -> None:
        """Take messages if they are wanted, else stop taking; whoever calls last is right.

        Raises one of `BROKER_TROUBLE`.
        """
        async with self._turn:
            with no_false_cancellation():
                for lane in self._lanes:
                    if wanted() and lane.tag is None:
                        await self._take(lane)
                    elif not wanted() and lane.tag is not None:
                        tag, lane.tag = lane.tag, None
                        await lane.raw.basic_cancel(tag, timeout=TIMEOUT)

    async def healthy(self) -> bool:
        """Ask the broker whether it knows our consumers and whether messages wait that we do not get."""
        try:
            with no_false_cancellation():
                return all([await self._heard(lane) for lane in self._lanes if lane.tag])
        except BROKER_TROUBLE:
            return False

    async def _take(self, lane: LaneChannel) -> None:
        async def arrived(message: aiormq.abc.DeliveredMessage) -> None:
            lane.arrived += 1
            lane.outstanding += 1
            self._deliver(self._incoming(message, lane))

        tag = f"{self._subscription.service}-{uuid.uuid4().hex}"
        await lane.raw.basic_consume(lane.queue, arrived, consumer_tag=tag, timeout=TIMEOUT)
        lane.tag = tag

    def _incoming(self, message: aiormq.abc.DeliveredMessage, lane: LaneChannel) -> RabbitDelivery:
        properties = message.header.properties
        headers = plain_headers(properties.headers)
        headers.setdefault(EVENT_ID, properties.message_id or uuid.uuid4().hex)
        return RabbitDelivery(
            body=message.body,
            headers=headers,
            routing_key=message.routing_key or "",
            lane=lane.lane,
            content=opened(message.body, self._subscription),
            source=lane,
            tag=message.delivery_tag or 0,
        )

    async def _heard(self, lane: LaneChannel) -> bool:
        if self._watch is None:
            return False
        queue = await self._watch.declare_queue(lane.queue, passive=True, timeout=TIMEOUT)
        found = queue.declaration_result
        starved = (
            bool(found.message_count)
            and lane.outstanding < self._subscription.prefetch
            and lane.arrived == lane.arrived_at_last_look
        )
        lane.arrived_at_last_look = lane.arrived
        lane.strikes = lane.strikes + 1 if starved else 0
        return bool(found.consumer_count) and lane.strikes < _STRIKES
