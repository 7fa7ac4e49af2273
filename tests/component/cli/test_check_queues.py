"""The checker's look into the broker: it counts, and neither takes anything out nor declares anything."""

import aio_pika

from matka_cli.check.queues import count_queues, must_be_there


async def test_messages_are_counted_and_what_is_not_there_is_told(broker: str) -> None:
    connection = await aio_pika.connect(broker, timeout=10)
    async with connection:
        channel = await connection.channel()
        await channel.declare_queue("people.work", durable=True)
        await channel.declare_queue("people.dead", durable=True)
        for _ in range(2):
            await channel.default_exchange.publish(aio_pika.Message(b"lost"), "people.dead")
        for _ in range(2):  # looking changes nothing
            counted = await count_queues(broker, (1,))
            assert (counted["people.dead"], counted["people.work"]) == (2, 0)
        assert {counted["gateway.dead"], counted["people.urgent"], counted["people.retry.1s"]} == {None}
        await channel.queue_delete("people.work")
        await channel.queue_delete("people.dead")


def test_only_urgent_lanes_may_be_missing() -> None:
    assert must_be_there("people.dead")
    assert must_be_there("people.retry.5s")
    assert not must_be_there("people.urgent")
    assert not must_be_there("people.urgent.retry.5s")
