"""The broker goes away in several ways and comes back; what it confirmed is never lost."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.topology import apply, depths
from tests.support.broker import Node
from tests.support.trial import Handler, message, topology
from tests.support.waiting import until


class Traffic:
    """Publishes without end and remembers what was confirmed."""

    def __init__(self, bus: RabbitBus) -> None:
        self._bus = bus
        self._numbers = iter(range(10**9))
        self.confirmed: set[str] = set()

    async def run(self) -> None:
        while True:
            self.confirmed |= await self._bus.publish([message(next(self._numbers)) for _ in range(20)])
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def traffic(bus: RabbitBus) -> AsyncIterator[Traffic]:
    flow = Traffic(bus)
    task = asyncio.create_task(flow.run())
    try:
        await until("events flow", lambda: len(flow.confirmed) > 100)
        yield flow
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.contextmanager
def frozen(node: Node) -> Iterator[None]:
    """The node stands still: connections stay open, nothing answers."""
    assert node.pid is not None
    os.kill(node.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(node.pid, signal.SIGCONT)


@pytest.fixture
async def bus(url: str) -> AsyncIterator[RabbitBus]:
    await apply(url, topology())
    bus = RabbitBus(url, name="test", watch_seconds=1)
    yield bus
    await bus.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}, "nothing is left behind"


@pytest.mark.parametrize("way", ["stopped", "killed"])
async def test_nothing_confirmed_is_lost_when_the_broker_is(
    own_node: Node, url: str, bus: RabbitBus, way: str
) -> None:
    handler = Handler()
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    data = Path(own_node.environment["HOME"])
    async with traffic(bus) as flow:
        await (own_node.stop() if way == "stopped" else own_node.kill())
        await until("the loss is noticed", lambda: not bus.consuming)
        await own_node.start(data)
        before = len(flow.confirmed)
        await until("it consumes again", lambda: bus.consuming, seconds=10)
        await until("events flow again", lambda: len(flow.confirmed) > before + 100, seconds=10)

    seen = handler.envelopes
    await until(
        "all that was confirmed is handled", lambda: flow.confirmed <= {e.id for e in seen}, seconds=20
    )
    await until("nothing is in hand", lambda: consumer.received == consumer.settled)
    assert url.startswith(own_node.url)


async def test_a_frozen_broker_is_noticed_and_used_again_when_it_thaws(
    own_node: Node, bus: RabbitBus
) -> None:
    handler = Handler()
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    await until("it consumes", lambda: bus.consuming)
    with frozen(own_node):
        began = time.monotonic()
        assert await bus.publish([message(1)]) == set()
        assert time.monotonic() - began < 8
        await until("the consumer is known to be deaf", lambda: not consumer.consuming, seconds=20)

    await until("it consumes again", lambda: bus.consuming, seconds=20)
    assert await bus.publish([message(2)])
    await until("it handles again", lambda: 2 in handler.handled)
    await until("nothing is in hand", lambda: consumer.received == consumer.settled)


async def test_closing_does_not_wait_for_a_frozen_broker(own_node: Node, url: str) -> None:
    await apply(url, topology())
    bus = RabbitBus(url, name="test")
    await bus.consume(Subscription("alpha", topology(), Handler()))
    await until("it consumes", lambda: bus.consuming)
    assert await bus.publish([message(1)])

    with frozen(own_node):
        began = time.monotonic()
        await bus.close()
        assert time.monotonic() - began < 20
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_blocked_publisher_neither_stops_consumers_nor_floods_the_broker_afterwards(
    own_node: Node, url: str, bus: RabbitBus
) -> None:
    handler = Handler()
    gate = asyncio.Event()

    async def wait_first(number: int) -> None:
        if number == 1:
            await gate.wait()

    handler.does(wait_first)
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    assert await bus.publish([message(1)])
    await until("the first is in hand", lambda: consumer.received == 1)

    own_node.evaluate("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []})")
    sent = 1

    async def blocked() -> bool:
        nonlocal sent
        sent += 1
        return not await bus.publish([message(sent)])

    await until("its publishers are blocked", blocked)  # a connection hears of an alarm in its own time
    late = message(sent)
    assert await bus.publish([late]) == set()
    gate.set()
    await until("what came before is settled meanwhile", lambda: consumer.settled >= sent - 1)
    assert (await depths(url, topology()))["alpha.work"] == 0
    own_node.evaluate("rabbit_alarm:clear_alarm({resource_limit, memory, node()})")

    async def confirmed() -> bool:
        return bool(await bus.publish([late]))

    await until("the last is confirmed", confirmed)
    await until("and handled", lambda: sent in handler.handled)
    await until("nothing is in hand", lambda: consumer.received == consumer.settled)
    assert handler.attempts[sent] <= 2
