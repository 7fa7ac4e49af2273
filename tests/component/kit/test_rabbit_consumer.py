"""What the consumer does when its own way out is in trouble, and when it is stopped half-way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from matka_kit import dead_letters
from matka_kit.amqp import close, session
from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.errors import InvalidInput, Transient, Unavailable
from matka_kit.topology import apply
from tests.support.trial import Handler, Scene, message, topology
from tests.support.waiting import until


@pytest.fixture
async def rabbit(broker: str) -> AsyncIterator[Scene]:
    await apply(broker, topology())
    bus = RabbitBus(broker, name="test")
    yield Scene(bus, topology(), broker)
    await bus.close()


async def test_a_dead_letter_that_finds_no_queue_is_kept_until_there_is_one(rabbit: Scene) -> None:
    handler = Handler()
    handler.fails(1, InvalidInput())
    consumer = await rabbit.listens("alpha", handler)
    await until("it consumes", lambda: rabbit.bus.consuming)
    async with session(rabbit.url, "test") as connection:
        await (await connection.channel()).queue_delete("alpha.dead")

    await rabbit.bus.publish([message(1), message(2)])
    await until("the other is handled", lambda: handler.handled == [2])
    assert (consumer.received, consumer.settled) == (2, 1)
    await apply(rabbit.url, topology())

    await rabbit.dead_letters("alpha")
    await until("nothing is in hand", lambda: consumer.settled == 2)


async def test_a_mistake_of_the_consumers_own_brings_the_message_again(rabbit: Scene) -> None:
    handler = Handler()
    handler.fails(1, Transient())
    times = iter([ZeroDivisionError()])

    def broken_once() -> datetime:
        for error in times:
            raise error
        return datetime.now(UTC)

    consumer = await rabbit.listens("alpha", handler, machine=broken_once)

    await rabbit.bus.publish([message(1)])

    await until("it is handled", lambda: handler.handled == [1])
    await until("nothing is in hand", lambda: consumer.received == consumer.settled == 2)


async def test_a_dependency_found_away_while_stopping_gives_the_message_back(rabbit: Scene) -> None:
    handler = Handler()
    go_on = asyncio.Event()

    async def wait(_: int) -> None:
        await go_on.wait()
        raise Unavailable("store")

    handler.does(wait)
    consumer = await rabbit.listens("alpha", handler)
    await rabbit.bus.publish([message(1)])
    await until("it is in hand", lambda: consumer.received == 1)

    stopping = asyncio.create_task(consumer.stop())
    await until("the intake is closed", lambda: not consumer.consuming)
    go_on.set()
    await stopping

    assert consumer.settled == 1
    second, again = Handler(), RabbitBus(rabbit.url, name="another")
    await again.consume(Subscription("alpha", topology(), second))
    await until("another replica handles it", lambda: second.handled == [1])
    await again.close()
    assert await dead_letters.browse(rabbit.url, "alpha") == []


async def test_an_event_that_was_handled_is_gone_from_its_queue(rabbit: Scene) -> None:
    handler, later = Handler(), Handler()
    consumer = await rabbit.listens("alpha", handler)
    await rabbit.bus.publish([message(1, subject="one")])
    await until("it is handled", lambda: handler.handled == [1])
    await consumer.stop()

    await rabbit.listens("alpha", later)
    await rabbit.bus.publish([message(2, subject="one")])
    await until("the next is handled", lambda: 2 in later.handled)

    assert (handler.handled, later.handled) == ([1], [2])
    assert await dead_letters.browse(rabbit.url, "alpha") == []


async def test_a_bus_may_be_closed_while_it_still_connects(broker: str) -> None:
    bus = RabbitBus(broker, name="test")
    consumer = await bus.consume(Subscription("alpha", topology(), Handler()))

    await bus.close()
    await consumer.stop()

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_what_is_broken_already_is_no_error() -> None:
    class Broken:
        async def close(self) -> None:
            raise ConnectionResetError

    await close(Broken())  # type: ignore[arg-type]
