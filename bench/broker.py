"""Publish → handle → acknowledge: the kit's bus against bare aio-pika, side by side in one run.

Both use the same quorum queue, body, prefetch and window, persistent messages, confirms, and a connection
each to publish and to consume. The kit also parses and validates each event and keeps equal keys in order.
"""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import aio_pika
import structlog
from aio_pika.abc import AbstractIncomingMessage

from matka_cli.backing.rabbitmq import PrivateRabbit
from matka_contracts.event import Envelope, Event
from matka_kit.bus import Outgoing, RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.topology import EVENTS, Topology, apply


class BenchEvent(Event):
    producer: ClassVar[str] = "bench"


class ThingHappened(BenchEvent):
    number: int


KEY = ThingHappened.event_type()
PREFETCH, WINDOW = 50, 64
TOPOLOGY = Topology(services={"alpha": [KEY]})


def message(number: int) -> Outgoing:
    return Outgoing.of(
        Envelope(
            id=uuid.uuid4().hex,
            source="/matka/bench",
            type=KEY,
            subject=f"subject-{number}",
            time=datetime.now(UTC),
            sequence=1,
            correlationid=uuid.uuid4().hex,
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            data={"number": number},
        )
    )


class Countdown:
    """Done after so many."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.done = asyncio.Event()

    def one(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.done.set()


async def raw(url: str, messages: list[Outgoing]) -> float:
    """Seconds that bare aio-pika takes."""
    publishing, consuming = await aio_pika.connect(url), await aio_pika.connect(url)
    out = await publishing.channel(publisher_confirms=True, on_return_raises=True)
    exchange = await out.get_exchange(EVENTS, ensure=False)
    into = await consuming.channel(publisher_confirms=False)
    await into.set_qos(PREFETCH)
    queue = await into.get_queue("alpha.work", ensure=False)
    countdown = Countdown(len(messages))

    async def handle(incoming: AbstractIncomingMessage) -> None:
        await incoming.ack()
        countdown.one()

    await queue.consume(handle)
    began = time.perf_counter()
    for start in range(0, len(messages), WINDOW):
        batch = [
            aio_pika.Message(
                each.body, headers=dict(each.headers), delivery_mode=2, message_id=uuid.uuid4().hex
            )
            for each in messages[start : start + WINDOW]
        ]
        await asyncio.gather(*(exchange.publish(each, KEY) for each in batch))
    await countdown.done.wait()
    took = time.perf_counter() - began
    await publishing.close()
    await consuming.close()
    return took


async def kit(url: str, messages: list[Outgoing]) -> float:
    """Seconds that the kit takes."""
    bus = RabbitBus(url, name="bench")
    countdown = Countdown(len(messages))

    async def handle(_: Envelope, __: Event) -> None:
        countdown.one()

    consumer = await bus.consume(Subscription("alpha", TOPOLOGY, handle, prefetch=PREFETCH))
    while not consumer.consuming:
        await asyncio.sleep(0.01)
    await bus.publish([])
    began = time.perf_counter()
    confirmed = await bus.publish(messages)
    await countdown.done.wait()
    took = time.perf_counter() - began
    await bus.close()
    if len(confirmed) < len(messages):
        raise RuntimeError("not everything was confirmed")
    return took


async def rounds(url: str, count: int, repeat: int) -> None:
    await apply(url, TOPOLOGY)
    messages = [message(number) for number in range(count)]
    ways: dict[str, Callable[[str, list[Outgoing]], Awaitable[float]]] = {"aio-pika": raw, "kit": kit}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeat):
        for name, way in ways.items():
            before = time.process_time()
            rates[name].append(count / await way(url, messages))
            work[name].append((time.process_time() - before) / count * 1e6)
    for name in ways:
        rate, spent = statistics.median(rates[name]), statistics.median(work[name])
        each = [round(found) for found in rates[name]]
        print(f"{name:9} {rate:6.0f} events/s {spent:6.0f} µs of CPU per event  {each}")
    by_rate = statistics.median(b / a for a, b in zip(rates["aio-pika"], rates["kit"], strict=True))
    by_work = statistics.median(a / b for a, b in zip(work["aio-pika"], work["kit"], strict=True))
    print(f"kit / aio-pika, median of {repeat} pairs: {by_rate:.2f} by the clock, {by_work:.2f} by CPU time")


async def main(count: int = 3000, repeat: int = 9) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    node = PrivateRabbit()
    with tempfile.TemporaryDirectory() as folder:
        url = await node.start(Path(folder))
        try:
            await rounds(url, count, repeat)
        finally:
            await node.stop()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
