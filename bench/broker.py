"""Publish → handle → acknowledge: the kit's bus, without and with outbox, against bare aio-pika in one run.

Run: python -m bench.broker [events per round] [rounds]
All use the same quorum queue, body, prefetch and window, persistent messages, confirms, and a connection each
to publish and to consume. The kit also parses and validates each event and keeps equal keys in order. With
outbox each event is born in a command on SQLite (load, commit, publish, empty the outbox), all on disk.
"""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aio_pika
import structlog
from aio_pika.abc import AbstractIncomingMessage

from bench.support.bare_loop import PAYLOAD, document_id
from bench.support.turning import ThingTurned, commands_on
from matka_cli.backing.rabbitmq import PrivateRabbit
from matka_contracts.event import Envelope, Event
from matka_kit.bus import Outgoing, RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.topology import EVENTS, Topology, apply

PREFETCH, WINDOW = 50, 64
KEY = ThingTurned.event_type()
TOPOLOGY = Topology(services={"alpha": [KEY]})
Way = Callable[[str, int], Awaitable["Stopwatch"]]
"""Takes a broker's URL and how many events; gives what it took from the first publish to the last handled."""


class Stopwatch:
    """Seconds by the clock and by the processor since it was made, or until it was stopped."""

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

    def one(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.done.set()


def message(number: int) -> Outgoing:
    """What the outbox would publish, about one aggregate each."""
    event = Envelope(
        id=str(uuid.uuid4()),
        source="/matka/bench",
        type=KEY,
        subject=document_id(number),
        time=datetime.now(UTC),
        dataschema=f"urn:matka:event:{KEY}",
        data={"payload": PAYLOAD},
        sequence=1,
        correlationid=str(uuid.uuid4()),
    )
    return Outgoing.of(event)


async def raw(url: str, count: int) -> Stopwatch:
    """Bare aio-pika."""
    messages = [message(number) for number in range(count)]
    publishing, consuming = await aio_pika.connect(url), await aio_pika.connect(url)
    out = await publishing.channel(publisher_confirms=True, on_return_raises=True)
    exchange = await out.get_exchange(EVENTS, ensure=False)
    into = await consuming.channel(publisher_confirms=False)
    await into.set_qos(PREFETCH)
    queue = await into.get_queue("alpha.work", ensure=False)
    countdown = Countdown(count)

    async def handle(incoming: AbstractIncomingMessage) -> None:
        await incoming.ack()
        countdown.one()

    await queue.consume(handle)
    watch = Stopwatch()
    for start in range(0, count, WINDOW):
        batch = [
            aio_pika.Message(
                each.body, headers=dict(each.headers), delivery_mode=2, message_id=uuid.uuid4().hex
            )
            for each in messages[start : start + WINDOW]
        ]
        await asyncio.gather(*(exchange.publish(each, KEY) for each in batch))
    await countdown.done.wait()
    watch.stop()
    await publishing.close()
    await consuming.close()
    return watch


@asynccontextmanager
async def listening(url: str, countdown: Countdown) -> AsyncIterator[RabbitBus]:
    """The kit's bus with one consumer that counts."""
    bus = RabbitBus(url, name="bench")

    async def handle(_: Envelope, __: Event) -> None:
        countdown.one()

    consumer = await bus.consume(Subscription("alpha", TOPOLOGY, handle, prefetch=PREFETCH))
    while not consumer.consuming:
        await asyncio.sleep(0.01)
    await bus.publish([])
    yield bus
    await bus.close()


async def kit(url: str, count: int) -> Stopwatch:
    """The kit's bus."""
    messages = [message(number) for number in range(count)]
    countdown = Countdown(count)
    async with listening(url, countdown) as bus:
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
        async with listening(url, countdown) as bus, commands_on(Path(folder), bus) as commands:

            async def work() -> None:
                for number in numbers:
                    await commands.command(document_id(number))

            watch = Stopwatch()
            await asyncio.gather(*(work() for _ in range(WINDOW)))
            await commands.finish()
            await countdown.done.wait()
            return watch.stop()


WAYS: dict[str, Way] = {"aio-pika": raw, "kit": kit, "kit, with outbox": kit_with_outbox}


class Figures:
    """Rate and processor time of one way, round by round."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.work: list[float] = []

    def line(self, base: "Figures") -> str:
        by_rate = statistics.median(own / bare for own, bare in zip(self.rates, base.rates, strict=True))
        by_work = statistics.median(bare / own for own, bare in zip(self.work, base.work, strict=True))
        spent = f"{statistics.median(self.work):5.0f} µs of CPU per event"
        ratios = f"ratio {by_rate:.2f} by the clock, {by_work:.2f} by CPU time"
        return f"{statistics.median(self.rates):6.0f} events/s {spent}   {ratios}"


async def rounds(url: str, count: int, repeat: int) -> None:
    await apply(url, TOPOLOGY)
    figures = {name: Figures() for name in WAYS}
    for _ in range(repeat):
        for name, way in WAYS.items():
            watch = await way(url, count)
            figures[name].rates.append(count / watch.seconds)
            figures[name].work.append(watch.work / count * 1e6)
    for name, found in figures.items():
        print(f"{name:18} {found.line(figures['aio-pika'])}")


async def main(count: int = 2000, repeat: int = 7) -> None:
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
