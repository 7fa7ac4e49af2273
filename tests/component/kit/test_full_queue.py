"""A full queue refuses a bus: what is not confirmed, and over which channel it goes on."""

import asyncio
from dataclasses import replace

import pytest
from pamqp.common import FieldTable

from matka_kit.amqp import session
from matka_kit.bus import RabbitBus
from matka_kit.topology import EVENTS, apply, own_exchange
from tests.support.broker import Node
from tests.support.pressure import lift_fuse, set_fuse
from tests.support.trial import message, topology
from tests.support.waiting import until


@pytest.fixture
async def url(broker: str) -> str:
    await apply(broker, topology())
    return broker


async def test_an_event_that_a_full_queue_refuses_is_not_confirmed_and_the_next_is(url: str) -> None:
    async with session(url, "test") as connection:
        channel = await connection.channel()
        full: FieldTable = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
        queue = await channel.declare_queue("full", durable=True, arguments=full)
        await queue.bind(EVENTS, "trial.refused.v1")
    bus = RabbitBus(url, name="test")
    refused = [message(number, key="trial.refused.v1") for number in range(6)]

    for each in refused:
        await bus.publish([each])

    assert await bus.publish([refused[0]]) == set()
    assert await bus.publish([message(7)])
    await bus.close()
    async with session(url, "test") as connection:
        await (await connection.channel()).queue_delete("full")


async def test_a_queue_whose_limit_is_lifted_takes_events_again_from_who_was_refused(
    shared_node: Node,
) -> None:
    with shared_node.vhost() as url:
        await apply(url, topology())
        bus = RabbitBus(url, name="test")
        set_fuse(shared_node, url, "alpha.work", 1)

        async def is_refused() -> bool:
            return not await bus.publish([message(1)])

        await until("the queue is full", is_refused)
        lift_fuse(shared_node, url)

        async def is_taken() -> bool:
            return bool(await bus.publish([message(2)]))

        await until("it takes events again", is_taken, 15)
        await bus.close()


async def test_a_refused_bus_that_cannot_open_another_channel_goes_on_with_the_one_it_has(
    shared_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared_node.vhost() as url:
        await apply(url, topology())
        bus = RabbitBus(url, name="test")
        assert await bus.publish([message(1)])
        channel = bus._channel
        tried = asyncio.Event()

        async def without_a_channel(_: object) -> None:
            tried.set()
            raise OSError("no channel is left")

        monkeypatch.setattr(bus, "_build", without_a_channel)
        set_fuse(shared_node, url, "alpha.work", 1)

        async def has_tried() -> bool:
            await bus.publish([message(2)])
            return tried.is_set()

        await until("another channel has been tried", has_tried)
        assert not bus._retiring
        assert await bus.send(own_exchange("alpha"), [replace(message(3), routing_key="alpha.dead")])
        assert bus._channel is channel
        await bus.close()
