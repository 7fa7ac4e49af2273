"""The broker's topology: one spec, declared, checked, counted and written down."""

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel

from matka_kit.amqp import session
from matka_kit.bus import RabbitBus
from matka_kit.errors import Unavailable
from matka_kit.topology import (
    EVENTS,
    UNROUTED,
    Topology,
    TopologyConflict,
    TopologyMissing,
    apply,
    definitions,
    depths,
    matches,
    verify,
)
from tests.support.trial import KEY, URGENT_KEY, message, topology


async def test_applying_twice_changes_nothing(broker: str) -> None:
    first = await apply(broker, topology())
    second = await apply(broker, topology())

    assert (first.unbound, first.leftover) == (second.unbound, second.leftover) == ((), ())
    assert set(await depths(broker, topology())) == {
        "alpha.urgent", "alpha.urgent.retry.0.1s", "alpha.urgent.retry.0.2s",
        "alpha.work", "alpha.retry.0.1s", "alpha.retry.0.2s", "alpha.dead",
        "beta.work", "beta.retry.0.1s", "beta.retry.0.2s", "beta.dead",
    }  # fmt: skip


async def test_a_service_finds_its_part_or_is_told_what_is_missing(broker: str) -> None:
    await apply(broker, Topology(services={"alpha": [KEY]}))
    async with session(broker, "test") as connection:
        await verify(await connection.channel(), Topology(services={"alpha": [KEY]}), "alpha")

        with pytest.raises(TopologyMissing, match=r"matka\.beta is missing"):
            await verify(await connection.channel(), topology(), "beta")
        with pytest.raises(TopologyMissing, match=r"alpha\.retry\.7s is missing"):
            await verify(await connection.channel(), Topology({"alpha": [KEY]}, rungs=(5, 7)), "alpha")


async def test_events_that_a_service_no_longer_wants_stop_coming(broker: str) -> None:
    await apply(broker, topology())

    applied = await apply(broker, topology(services={"alpha": [KEY], "beta": ["trial.other.v1"]}))

    assert [(gone.exchange, gone.queue, gone.key) for gone in applied.unbound] == [(EVENTS, "beta.work", KEY)]
    await _publish(broker, KEY)
    counted = await depths(broker, topology())
    assert (counted["alpha.work"], counted["beta.work"]) == (1, 0)


async def test_a_retired_services_queues_are_reported_and_keep_what_they_hold(broker: str) -> None:
    await apply(broker, topology())
    await _publish(broker, KEY)

    for _ in range(2):
        applied = await apply(broker, topology(services={"alpha": [KEY]}))
        assert applied.leftover == ("beta.dead", "beta.retry.0.1s", "beta.retry.0.2s", "beta.work")
    assert (await depths(broker, topology()))["beta.work"] == 1


async def test_queues_that_somebody_deleted_are_no_obstacle(broker: str) -> None:
    await apply(broker, topology())
    async with session(broker, "test") as connection:
        channel = await connection.channel()
        for queue in ("beta.work", "beta.dead"):
            await channel.queue_delete(queue)

    applied = await apply(broker, topology(services={"alpha": [KEY]}))

    assert [gone.queue for gone in applied.unbound] == ["beta.work"]
    assert applied.leftover == ("beta.retry.0.1s", "beta.retry.0.2s")


async def test_other_rungs_are_other_queues_and_need_no_deletion(broker: str) -> None:
    await apply(broker, topology(rungs=(1, 2)))

    applied = await apply(broker, topology(rungs=(1, 3)))

    assert applied.leftover == ("alpha.retry.2s", "alpha.urgent.retry.2s", "beta.retry.2s")


async def test_other_arguments_under_the_same_name_are_a_conflict_that_names_the_queue(broker: str) -> None:
    await apply(broker, topology())

    with pytest.raises(TopologyConflict, match=r"alpha\.urgent exists with other arguments"):
        await apply(broker, topology(delivery_limit=7))


async def test_what_nobody_subscribes_to_is_kept_and_counts_as_published(broker: str) -> None:
    await apply(broker, topology())
    bus = RabbitBus(broker, name="test")
    stray = message(1, key="trial.nobody-cares.v1")

    confirmed = await bus.publish([stray])

    await bus.close()
    assert confirmed == {stray.event_id}
    async with session(broker, "test") as connection:
        kept = await (await (await connection.channel()).get_queue(UNROUTED, ensure=False)).get()
        assert kept.body == stray.body


async def test_a_broker_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="broker is away"):
        await apply("amqp://guest:guest@127.0.0.1:1/", topology())


async def test_definitions_say_what_apply_declares(broker: str) -> None:
    spec = topology()
    written = definitions(spec)
    await apply(broker, spec)
    async with session(broker, "test") as connection:
        for queue in written["queues"]:
            channel = await connection.channel()
            await channel.declare_queue(queue["name"], durable=queue["durable"], arguments=queue["arguments"])
        for exchange in written["exchanges"]:
            channel = await connection.channel()
            await channel.declare_exchange(
                exchange["name"], exchange["type"], durable=True, arguments=exchange["arguments"]
            )
    bound = {(b["source"], b["destination"], b["routing_key"]) for b in written["bindings"]}
    assert {(EVENTS, "alpha.work", KEY), (EVENTS, "alpha.urgent", URGENT_KEY)} <= bound
    assert ("matka.alpha", "alpha.retry.0.1s", "alpha.retry.0.1s") in bound


@pytest.mark.parametrize(
    ("pattern", "key", "expected"),
    [
        ("a.b.c", "a.b.c", True),
        ("a.b.c", "a.b", False),
        ("a.*.c", "a.b.c", True),
        ("a.*", "a.b.c", False),
        ("#", "a.b.c", True),
        ("a.#", "a", True),
        ("#.c", "a.b.c", True),
        ("a.#.c", "a.b", False),
    ],
)
def test_patterns_match_as_they_do_on_a_topic_exchange(pattern: str, key: str, expected: bool) -> None:
    assert matches(pattern, key) is expected


@pytest.mark.parametrize("rungs", [(), (0,), (5, -1)])
def test_a_topology_without_proper_rungs_is_refused(rungs: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="at least one rung"):
        topology(rungs=rungs)


def test_urgent_keys_of_a_service_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown services: gamma"):
        topology(urgent={"gamma": [KEY]})


async def _publish(url: str, key: str) -> None:
    async with session(url, "test") as connection:
        channel: AbstractChannel = await connection.channel()
        exchange = await channel.get_exchange(EVENTS, ensure=False)
        await exchange.publish(aio_pika.Message(b"{}", delivery_mode=2), key)
