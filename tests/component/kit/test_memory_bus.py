"""What only the bus in memory can do, for tests: be away, deliver twice, deliver late, say what it saw."""

import asyncio

from matka_kit.bus import MemoryBus
from matka_kit.errors import Transient, Unavailable
from tests.support.trial import Handler, Scene, message, topology
from tests.support.waiting import until


def _scene(bus: MemoryBus) -> Scene:
    return Scene(bus, topology())


async def test_when_publish_returns_everybody_has_handled_the_event() -> None:
    bus, alpha, beta = MemoryBus(), Handler(), Handler()
    await _scene(bus).listens("alpha", alpha)
    await _scene(bus).listens("beta", beta)

    await bus.publish([message(1)])

    assert alpha.handled == beta.handled == [1]


async def test_what_follows_from_an_event_has_happened_too() -> None:
    bus, handler = MemoryBus(), Handler()

    async def count_down(number: int) -> None:
        if number > 0:
            await asyncio.gather(bus.publish([message(number - 1)]))

    handler.does(count_down)
    await _scene(bus).listens("alpha", handler)

    await bus.publish([message(5)])

    assert sorted(handler.handled) == [0, 1, 2, 3, 4, 5]


async def test_a_bus_that_is_away_confirms_nothing_and_delivers_nothing() -> None:
    bus, handler = MemoryBus(), Handler()
    await _scene(bus).listens("alpha", handler)
    bus.away = True

    assert await bus.publish([message(1)]) == set()

    assert handler.attempts.total() == 0


async def test_every_message_can_be_delivered_more_than_once() -> None:
    bus, handler = MemoryBus(copies=3), Handler()
    await _scene(bus).listens("alpha", handler)

    await bus.publish([message(1)])

    assert handler.handled == [1, 1, 1]


async def test_deliveries_can_wait_for_drain() -> None:
    bus, handler = MemoryBus(deliver_at_once=False), Handler()
    await _scene(bus).listens("alpha", handler)

    await bus.publish([message(1)])
    assert handler.handled == []
    await bus.drain()

    assert handler.handled == [1]


async def test_a_day_of_retries_takes_no_time() -> None:
    bus, handler = MemoryBus(), Handler()
    handler.fails(1, *(Transient() for _ in range(1000)))
    await Scene(bus, topology(rungs=(5, 30, 300, 3600))).listens("alpha", handler)

    await bus.publish([message(1)])
    assert handler.attempts[1] == 1
    await bus.drain()

    assert 24 < handler.attempts[1] < 30
    [letter] = bus.dead_letters("alpha")
    assert letter.attempt == handler.attempts[1]


async def test_drain_returns_although_a_dependency_stays_away() -> None:
    bus, handler = MemoryBus(), Handler()
    handler.fails(1, *(Unavailable("store") for _ in range(5)))
    consumer = await _scene(bus).listens("alpha", handler)

    await bus.publish([message(1)])
    await bus.drain()

    assert consumer.paused_by == "store"
    assert (consumer.received, consumer.settled, handler.attempts[1]) == (1, 0, 2)
    await bus.close()


async def test_it_remembers_what_was_published_and_what_nobody_wanted() -> None:
    bus = MemoryBus()
    await _scene(bus).listens("beta", Handler())
    wanted, unwanted = message(1), message(2, key="trial.nobody-cares.v1")

    await bus.publish([wanted, unwanted])

    assert bus.published == [wanted, unwanted]
    assert bus.unrouted == [unwanted]


async def test_stopping_cuts_short_what_outlasts_the_grace() -> None:
    bus, handler = MemoryBus(), Handler()
    never = asyncio.Event()

    async def hang(_: int) -> None:
        await never.wait()

    handler.does(hang)
    consumer = await _scene(bus).listens("alpha", handler)
    publishing = asyncio.create_task(bus.publish([message(1)]))
    await until("it runs", lambda: handler.attempts[1] == 1)

    await consumer.stop(grace=0.01)
    await publishing

    assert handler.handled == []
    assert not consumer.consuming
