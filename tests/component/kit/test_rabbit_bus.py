"""What only RabbitMQ can show: confirms, refusals, readiness, rights, what is given back."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.errors import Transient, Unavailable
from matka_kit.topology import apply, depths, own_exchange
from tests.support.broker import Node
from tests.support.trial import Handler, message, topology
from tests.support.waiting import until


@pytest.fixture
async def url(broker: str) -> str:
    await apply(broker, topology())
    return broker


async def test_a_thousand_events_are_confirmed_and_arrive_in_order(url: str) -> None:
    bus, handler = RabbitBus(url, name="test"), Handler()
    consumer = await bus.consume(Subscription("alpha", topology(), handler, prefetch=50))
    messages = [message(number, subject="one") for number in range(1000)]

    confirmed = await bus.publish(messages)

    await until("all are handled", lambda: len(handler.handled) == 1000)
    await until("all are settled", lambda: consumer.received == consumer.settled)
    await bus.close()
    assert confirmed == {each.event_id for each in messages}
    assert handler.handled == list(range(1000))


async def test_several_publishers_at_once_do_not_mix_up_their_confirms(url: str) -> None:
    bus = RabbitBus(url, name="test")
    batches = [[message(number) for number in range(20)] for _ in range(20)]

    confirmed = await asyncio.gather(*(bus.publish(batch) for batch in batches))

    await bus.close()
    assert confirmed == [{each.event_id for each in batch} for batch in batches]


async def test_the_same_event_twice_in_flight_is_never_confirmed_when_it_can_not_be_routed(url: str) -> None:
    bus = RabbitBus(url, name="test")
    twin = replace(message(1), routing_key="no.such.queue")

    confirmed = await asyncio.gather(*(bus.send(own_exchange("alpha"), [twin]) for _ in range(10)))

    assert confirmed == [set()] * 10
    assert await bus.publish([message(2)]), "the connection is still good"
    await bus.close()


async def test_publishing_ends_with_the_first_window_that_has_a_gap(url: str) -> None:
    bus = RabbitBus(url, name="test")
    messages = [replace(message(number), routing_key="alpha.dead") for number in range(200)]
    messages[70] = replace(messages[70], routing_key="no.such.queue")

    confirmed = await bus.send(own_exchange("alpha"), messages)

    assert confirmed == {each.event_id for each in messages[:128]} - {messages[70].event_id}
    assert (await depths(url, topology()))["alpha.dead"] == 127
    await bus.close()


async def test_without_a_broker_nothing_is_confirmed_and_nothing_is_raised() -> None:
    bus = RabbitBus("amqp://guest:guest@127.0.0.1:1/", name="test")
    consumer = await bus.consume(Subscription("alpha", topology(), Handler()))

    assert await bus.publish([message(1)]) == set()

    assert not bus.consuming
    await bus.close()
    assert consumer.received == 0


async def test_a_service_that_starts_before_the_topology_waits_for_it(broker: str) -> None:
    bus, handler = RabbitBus(broker, name="test"), Handler()
    await bus.consume(Subscription("alpha", topology(), handler))
    assert not bus.consuming

    await apply(broker, topology())

    await until("it consumes", lambda: bus.consuming)
    assert await bus.publish([message(1)])
    await until("it handles", lambda: handler.handled == [1])
    await bus.close()


async def test_no_more_than_the_prefetch_is_taken_at_once(url: str) -> None:
    bus, handler = RabbitBus(url, name="test"), Handler()
    gate = asyncio.Event()

    async def wait(_: int) -> None:
        await gate.wait()

    handler.does(wait)
    consumer = await bus.consume(Subscription("alpha", topology(), handler, prefetch=10))
    await bus.publish([message(number) for number in range(25)])

    await until("the prefetch is in hand", lambda: consumer.received == 10)
    assert (await depths(url, topology()))["alpha.work"] == 15
    gate.set()
    await until("all are handled", lambda: len(handler.handled) == 25)
    await bus.close()


async def test_a_stopped_consumer_gives_back_what_it_has_not_begun(url: str) -> None:
    bus, handler = RabbitBus(url, name="test"), Handler()
    gate = asyncio.Event()

    async def wait(_: int) -> None:
        await gate.wait()

    handler.does(wait)
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    await bus.publish([message(number, subject="one") for number in range(5)])
    await until("all are in hand", lambda: consumer.received == 5)

    stopping = asyncio.create_task(consumer.stop())
    await until("four are back", _depth_is(url, "alpha.work", 4))
    gate.set()
    await stopping

    assert handler.handled == [0]
    assert consumer.settled == 5
    await bus.close()


async def test_a_handler_that_outlasts_the_grace_is_cut_short_and_its_message_comes_again(url: str) -> None:
    bus, handler = RabbitBus(url, name="test"), Handler()
    never = asyncio.Event()

    async def hang(_: int) -> None:
        await never.wait()

    handler.does(hang)
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    await bus.publish([message(1)])
    await until("it is in hand", lambda: consumer.received == 1)

    await consumer.stop(grace=0.1)

    assert consumer.settled == 1
    await until("it is back", _depth_is(url, "alpha.work", 1))
    await bus.close()


async def test_a_long_pause_gives_back_what_was_prefetched(url: str) -> None:
    bus, handler = RabbitBus(url, name="test"), Handler()
    handler.fails(1, *(Unavailable("store") for _ in range(3)))
    back = asyncio.Event()

    async def probe() -> bool:
        return back.is_set()

    subscription = Subscription("alpha", topology(), handler, probes={"store": probe}, hold=0)
    consumer = await bus.consume(subscription)
    await bus.publish([message(1)])

    await until("nothing is in hand", lambda: consumer.received == consumer.settled == 1)
    assert consumer.paused_by == "store"
    await until("it is back", _depth_is(url, "alpha.work", 1))
    back.set()
    await until("it is handled", lambda: handler.handled == [1], seconds=20)
    await bus.close()


async def test_a_message_on_a_rung_waits_there_and_nowhere_else(url: str) -> None:
    slow = topology(rungs=(60,))
    await apply(url, slow)
    bus, handler = RabbitBus(url, name="test"), Handler()
    handler.fails(1, Transient())
    consumer = await bus.consume(Subscription("alpha", slow, handler))

    await bus.publish([message(1)])

    await until("it is on the rung", _depth_is(url, "alpha.retry.60s", 1, rungs=(60,)))
    await until("it is off hand", lambda: consumer.received == consumer.settled == 1)
    counted = await depths(url, slow)
    assert sum(counted.values()) == 2, "on the rung, and in beta's queue that nobody reads"
    await bus.close()


async def test_a_service_needs_no_right_to_configure_anything(shared_node: Node) -> None:
    with shared_node.vhost() as admin:
        await apply(admin, topology())
        shared_node.evaluate('rabbit_auth_backend_internal:add_user(<<"alpha">>, <<"secret">>, <<"matka">>)')
        vhost = admin.rpartition("/")[2]
        shared_node.grant(
            "alpha", vhost, configure="^$", write=r"^matka\\.(events|alpha)$", read=r"^alpha\\."
        )
        bus, handler = RabbitBus(_as_user(admin, "alpha", "secret"), name="test"), Handler()
        handler.fails(1, Transient())
        handler.fails(2, ZeroDivisionError(), ZeroDivisionError())
        consumer = await bus.consume(Subscription("alpha", topology(), handler))

        await bus.publish([message(1), message(2)])

        await until("both are handled", lambda: sorted(handler.handled) == [1, 2])
        await until("nothing is in hand", lambda: consumer.received == consumer.settled)
        await bus.close()
        shared_node.evaluate('rabbit_auth_backend_internal:delete_user(<<"alpha">>, <<"matka">>)')


def test_a_prefetch_out_of_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="between 10 and 50"):
        Subscription("alpha", topology(), Handler(), prefetch=1)


def test_a_subscription_of_an_unknown_service_is_refused() -> None:
    with pytest.raises(ValueError, match="does not know the service gamma"):
        Subscription("gamma", topology(), Handler())


def _depth_is(url: str, queue: str, count: int, **changes: Any) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return (await depths(url, topology(**changes)))[queue] == count

    return probe


def _as_user(url: str, user: str, password: str) -> str:
    return f"amqp://{user}:{password}@{url.partition('@')[2]}"


@pytest.mark.timeout(60)
async def test_a_consumer_stops_whatever_its_watchdog_is_asking_just_then(url: str) -> None:
    for number in range(20):
        bus = RabbitBus(url, name="test", watch_seconds=0.001 * number)
        await bus.consume(Subscription("alpha", topology(), Handler()))
        await until("it consumes", partial(getattr, bus, "consuming"))
        await bus.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "nothing is left behind"
