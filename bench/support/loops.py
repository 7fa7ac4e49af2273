"""Publish → handle → acknowledge on one broker: bare aio-pika, the kit's bus, and commands with an outbox."""

import asyncio
import os
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from bench.support.events import KEY, PREFETCH, WINDOW, an_envelope, document_id
from bench.support.turning import commands_on
from matka_cli.backing.rabbitmq import PrivateRabbit
from matka_contracts.event import Envelope, Event
from matka_kit.bus import Outgoing, RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.topology import EVENTS, Topology, apply

TOPOLOGY = Topology(services={"alpha": [KEY]})
QUEUE = "alpha.work"
Heard = Callable[[Envelope], None]
Way = Callable[[str, int], Awaitable["Stopwatch"]]
"""Takes a broker's URL and how many events; gives what it took from the first publish to the last handled."""


class Stopwatch:
    """Seconds by the clock and of this process's processor time, from its making until it was stopped."""

    def __init__(self) -> None:
        self._began, self._spent = time.perf_counter(), time.process_time()
        self.seconds = self.work = 0.0

    def stop(self) -> "Stopwatch":
        self.seconds = time.perf_counter() - self._began
        self.work = time.process_time() - self._spent
        return self


class Countdown:
    """Done after so many."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.done = asyncio.Event()

    def one(self, _: object = None) -> None:
        self.left -= 1
        if self.left == 0:
            self.done.set()


@asynccontextmanager
async def a_broker() -> AsyncIterator[str]:
    """The URL of a node with one service's queue on it: the environment's, else one of its own."""
    if given := os.environ.get("MATKA_BROKER_URL"):
        await apply(given, TOPOLOGY)
        yield given
        return
    node = PrivateRabbit()
    with tempfile.TemporaryDirectory() as folder:
        url = await node.start(Path(folder))
        try:
            await apply(url, TOPOLOGY)
            yield url
        finally:
            await node.stop()


@asynccontextmanager
async def bare_exchange(
    url: str, heard: Callable[[bytes], None]
) -> AsyncIterator[aio_pika.abc.AbstractExchange]:
    """Aio-pika with a connection each to publish and to consume; a message is acknowledged, then heard."""
    publishing, consuming = await aio_pika.connect(url), await aio_pika.connect(url)
    out = await publishing.channel(publisher_confirms=True, on_return_raises=True)
    into = await consuming.channel(publisher_confirms=False)
    await into.set_qos(PREFETCH)
    queue = await into.get_queue(QUEUE, ensure=False)

    async def handle(incoming: AbstractIncomingMessage) -> None:
        await incoming.ack()
        heard(incoming.body)

    await queue.consume(handle)
    yield await out.get_exchange(EVENTS, ensure=False)
    await publishing.close()
    await consuming.close()


def bare_message(each: Outgoing) -> aio_pika.Message:
    return aio_pika.Message(
        each.body, headers=dict(each.headers), delivery_mode=2, message_id=uuid.uuid4().hex
    )


@asynccontextmanager
async def listening(url: str, heard: Heard) -> AsyncIterator[RabbitBus]:
    """The kit's bus with one consumer."""
    bus = RabbitBus(url, name="bench")

    async def handle(envelope: Envelope, _: Event) -> None:
        heard(envelope)

    consumer = await bus.consume(Subscription("alpha", TOPOLOGY, handle, prefetch=PREFETCH))
    while not consumer.consuming:
        await asyncio.sleep(0.01)
    await bus.publish([])
    yield bus
    await bus.close()


async def raw(url: str, count: int) -> Stopwatch:
    """Bare aio-pika."""
    messages = [Outgoing.of(an_envelope(number)) for number in range(count)]
    countdown = Countdown(count)
    async with bare_exchange(url, countdown.one) as exchange:
        watch = Stopwatch()
        for start in range(0, count, WINDOW):
            batch = [bare_message(each) for each in messages[start : start + WINDOW]]
            await asyncio.gather(*(exchange.publish(each, KEY) for each in batch))
        await countdown.done.wait()
        return watch.stop()


async def kit(url: str, count: int) -> Stopwatch:
    """The kit's bus."""
    messages = [Outgoing.of(an_envelope(number)) for number in range(count)]
    countdown = Countdown(count)
    async with listening(url, countdown.one) as bus:
        watch = Stopwatch()
        confirmed = await bus.publish(messages)
        await countdown.done.wait()
        watch.stop()
    assert len(confirmed) == count
    return watch


async def kit_with_outbox(url: str, count: int) -> Stopwatch:
    """Commands, as many at once as the others have events under way, and the relay."""
    countdown = Countdown(count)
    numbers = iter(range(count))
    with tempfile.TemporaryDirectory() as folder:
        async with listening(url, countdown.one) as bus, commands_on(Path(folder), bus) as commands:

            async def work() -> None:
                for number in numbers:
                    await commands.command(document_id(number))

            watch = Stopwatch()
            await asyncio.gather(*(work() for _ in range(WINDOW)))
            await commands.finish()
            await countdown.done.wait()
            return watch.stop()
