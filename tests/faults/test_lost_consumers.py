"""A consumer is lost while its connection lives, or its connection while a handler runs."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from matka_kit.amqp import session
from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.topology import apply
from tests.support.broker import Node
from tests.support.trial import Handler, message, topology
from tests.support.waiting import until


@pytest.fixture
async def bus(url: str) -> AsyncIterator[RabbitBus]:
    await apply(url, topology())
    bus = RabbitBus(url, name="test", watch_seconds=0.3)
    yield bus
    await bus.close()


def close_all_connections(node: Node) -> None:
    node.evaluate('[rabbit_networking:close_connection(P, "test") || P <- rabbit_networking:connections()]')


async def test_a_handler_survives_its_connection_and_its_event_comes_again(
    own_node: Node, bus: RabbitBus
) -> None:
    handler = Handler()
    gate = asyncio.Event()

    async def wait(_: int) -> None:
        await gate.wait()

    handler.does(wait)
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    await bus.publish([message(number, subject="one") for number in (1, 2, 3)])
    await until("all are in hand", lambda: consumer.received == 3)

    close_all_connections(own_node)
    await until("they are delivered again", lambda: consumer.received == 6)
    gate.set()

    await until("nothing is in hand", lambda: consumer.received == consumer.settled == 6)
    assert handler.handled == [1, 1, 2, 3], "the first came to its end and again, in order with the others"


async def test_a_consumer_is_rebuilt_after_its_queue_was_deleted_and_declared_anew(
    url: str, bus: RabbitBus
) -> None:
    handler = Handler()
    await bus.consume(Subscription("alpha", topology(), handler))
    await until("it consumes", lambda: bus.consuming)

    async with session(url, "test") as connection:
        await (await connection.channel()).queue_delete("alpha.work")
    await until("the loss is noticed", lambda: not bus.consuming)
    await apply(url, topology())

    await until("it consumes again", lambda: bus.consuming)
    assert await bus.publish([message(1)])
    await until("it handles", lambda: handler.handled == [1])


async def test_the_watchdog_finds_a_consumer_that_vanished_without_a_word(bus: RabbitBus) -> None:
    handler = Handler()
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    await until("it consumes", lambda: bus.consuming)

    for lane in consumer._session._lanes if consumer._session else []:
        await lane.raw.basic_cancel(lane.tag or "")
    assert bus.consuming, "nobody has noticed"
    assert await bus.publish([message(1)])

    await until("it is consumed all the same", lambda: handler.handled == [1])


async def test_the_watchdog_finds_messages_waiting_although_somebody_else_consumes(
    url: str, bus: RabbitBus
) -> None:
    handler = Handler()
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    await until("it consumes", lambda: bus.consuming)
    async with session(url, "test") as connection:
        channel = await connection.channel()
        await channel.set_qos(1)
        stuck: list[object] = []

        async def keep(each: object) -> None:
            stuck.append(each)

        await (await channel.get_queue("alpha.work", ensure=False)).consume(keep)
        for lane in consumer._session._lanes if consumer._session else []:
            await lane.raw.basic_cancel(lane.tag or "")

        await bus.publish([message(1), message(2)])

        await until("one is handled", lambda: len(handler.handled) == 1)
        assert len(stuck) == 1
    await until("the other too, once it is given back", lambda: len(handler.handled) == 2)
