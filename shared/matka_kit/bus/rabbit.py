"""The bus on RabbitMQ: every publish confirmed, every connection rebuilt, nothing assumed safe unheard."""

import asyncio
import itertools
import uuid
from collections import Counter
from collections.abc import Awaitable, Sequence
from contextlib import suppress

import structlog
from aio_pika.abc import AbstractChannel as Kept
from aio_pika.abc import AbstractConnection
from aiormq.abc import AbstractChannel
from aiormq.exceptions import DeliveryError
from pamqp.commands import Basic

from matka_kit.amqp import BROKER_TROUBLE, TIMEOUT, Link, close, no_false_cancellation
from matka_kit.consumer import Subscription
from matka_kit.consumer.delivery import EVENT_ID
from matka_kit.consumer.rabbit import RabbitConsumer
from matka_kit.crash import CrashPoint, reach
from matka_kit.ending import end
from matka_kit.outgoing import Outgoing
from matka_kit.topology import EVENTS

_WINDOW = 64
_CONFIRMED, _UNCERTAIN, _REFUSED = "confirmed", "uncertain", DeliveryError.__name__
_PACE = 0.2  # seconds, for a caller that tries again and again while there is no broker
_RENEWAL = 5.0  # seconds at least between two channels that were refused
_log = structlog.get_logger()


class RabbitBus:
    """One connection to publish; each subscription has another of its own to consume.

    A blocked publisher would otherwise hold up acknowledgements and heartbeats. `name` is what the broker's
    operator sees. `watch_seconds` is how often consumers are checked for having been lost in silence.
    Nothing needs to be there when the bus is made: it connects in the background, again and again.
    """

    def __init__(self, url: str, *, name: str, watch_seconds: float = 15) -> None:
        self._url = url
        self._name = name
        self._watch_seconds = watch_seconds
        self._link = Link(url, f"{name} publishes", self._build)
        self._link.on_loss = self._down
        self._channel: AbstractChannel | None = None
        self._renewed = 0.0
        self._retiring: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count()
        self._run = uuid.uuid4().hex
        self._consumers: list[RabbitConsumer] = []

    @property
    def consuming(self) -> bool:
        """Whether there are subscriptions and each of them is being served."""
        return bool(self._consumers) and all(consumer.consuming for consumer in self._consumers)

    async def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """Publish events in order; return the confirmed ids. Never raises for broker trouble."""
        return await self.send(EVENTS, messages)

    async def send(self, exchange: str, messages: Sequence[Outgoing]) -> set[str]:
        """Publish to any exchange; at most 64 are under way per call, and a gap ends it."""
        self._link.start()
        confirmed: set[str] = set()
        for start in range(0, len(messages), _WINDOW):
            batch = messages[start : start + _WINDOW]
            await self._send(exchange, batch, confirmed)
            if len(confirmed) < start + len(batch):
                break
        return confirmed

    async def consume(self, subscription: Subscription) -> RabbitConsumer:
        """Begin to deliver what a service subscribes to; returns before the first delivery."""
        self._link.start()
        name = f"{self._name} consumes"
        consumer = RabbitConsumer(subscription, self.send, watch_seconds=self._watch_seconds)
        self._consumers.append(consumer)
        link = Link(self._url, name, consumer.build)
        consumer.start(link)
        return consumer

    async def close(self) -> None:
        """Stop the consumers that still run, then close the publishing connection."""
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))
        await end(*self._retiring)
        await self._link.stop()

    async def _build(self, connection: AbstractConnection) -> None:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        raw = await channel.get_underlay_channel()
        channel.close_callbacks.add(lambda *_: self._closed(raw))
        self._connection, self._kept, self._channel = connection, channel, raw

    async def _renew(self) -> None:
        """Publish over another channel from now on: a queue that refused one does so after it has room again.

        So does a quorum queue of RabbitMQ 3.10 whose limit was lifted while it was full.
        """
        now = asyncio.get_running_loop().time()
        if now - self._renewed < _RENEWAL:
            return
        self._renewed, refused = now, self._kept
        with suppress(*BROKER_TROUBLE), no_false_cancellation():
            await self._build(self._connection)
        if self._kept is refused:
            return  # no other could be opened: this one goes on, and costs no connection
        retiring = asyncio.get_running_loop().create_task(_retire(refused))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)

    def _closed(self, raw: AbstractChannel) -> None:
        if raw is self._channel:  # not one of an earlier connection, reported late
            self._link.drop("channel closed")

    def _down(self) -> None:
        self._channel = None

    async def _send(self, exchange: str, batch: Sequence[Outgoing], confirmed: set[str]) -> None:
        """One window; what gets confirmed is added. An unknown outcome costs the connection."""
        channel = None
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._link.known.wait()
                ready = self._channel
                if ready is None:
                    await asyncio.sleep(_PACE)
                    return
                await ready.connection.ready()  # not while the broker has blocked its publishers
                channel = ready
                sends = [self._send_one(channel, exchange, message, confirmed) for message in batch]
                outcomes = await (asyncio.gather(*sends) if len(sends) > 1 else _alone(sends[0]))
                if _REFUSED in outcomes and channel is self._channel:
                    await self._renew()
        except TimeoutError:
            outcomes = [_UNCERTAIN]
        if refusals := Counter(outcomes) - Counter({_CONFIRMED: len(batch), _UNCERTAIN: len(batch)}):
            _log.error("broker refuses events", events=refusals.total(), errors=dict(refusals))
        if _UNCERTAIN in outcomes and channel is not None:
            _log.warning("publishing uncertain", events=len(batch))
            if channel is self._channel:
                await self._doubt(channel)

    async def _send_one(
        self, channel: AbstractChannel, exchange: str, message: Outgoing, confirmed: set[str]
    ) -> str:
        """Publish one message; what became of it, a refusal by the name of its error."""
        properties = Basic.Properties(
            content_type="application/cloudevents+json",
            delivery_mode=2,
            headers={**message.headers, EVENT_ID: message.event_id},
            message_id=f"{self._run}-{next(self._numbers)}",  # never the same twice, even for one event
        )
        try:
            with no_false_cancellation():
                outcome = await channel.basic_publish(
                    message.body,
                    exchange=exchange,
                    routing_key=message.routing_key,
                    properties=properties,
                    mandatory=True,
                )
        except DeliveryError as error:
            return type(error).__name__
        except BROKER_TROUBLE:
            return _UNCERTAIN
        reach(CrashPoint.AFTER_PUBLISHING_BEFORE_THE_CONFIRM)
        if not isinstance(outcome, Basic.Ack):
            return type(outcome).__name__
        confirmed.add(message.event_id)
        return _CONFIRMED

    async def _doubt(self, channel: AbstractChannel) -> None:
        """Drop a connection whose confirms did not come, unless the broker said that it must wait.

        A blocked connection lives: a new one would be blocked after having sent everything once more.
        """
        waiting = asyncio.ensure_future(channel.connection.ready())
        await asyncio.sleep(0)
        blocked = not waiting.done()
        waiting.cancel()
        if not blocked:
            self._link.drop("unknown outcome of a publish")


async def _retire(channel: Kept) -> None:
    """Close a channel once what is under way on it has been confirmed or given up."""
    await asyncio.sleep(TIMEOUT)
    await close(channel)


async def _alone(send: Awaitable[str]) -> list[str]:
    """Most publishes are of one event, which needs no task of its own."""
    return [await send]
