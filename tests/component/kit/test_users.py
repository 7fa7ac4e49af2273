"""A service's broker user does the service's work, and nothing else."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused

from matka_kit.amqp import session
from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.errors import Transient
from matka_kit.topology import EVENTS, apply, user_definitions
from tests.support.broker import Node
from tests.support.trial import URGENT_KEY, Handler, message, topology
from tests.support.waiting import until

SECRETS = {"admin": "everything", "alpha": "one", "beta": "two"}


@pytest.fixture
async def vhost(shared_node: Node) -> AsyncIterator[str]:
    """The URL of a vhost with the topology, and with users as a broker takes them from a file."""
    with shared_node.vhost() as url:
        told = user_definitions(topology(), "admin", SECRETS, urlsplit(url).path[1:])
        text = json.dumps(told).replace("\\", "\\\\").replace('"', '\\"')
        shared_node.evaluate(f'rabbit_definitions:import_raw(<<"{text}">>)')
        await apply(as_user(url, "admin"), topology())
        yield url
        for name in SECRETS:
            shared_node.evaluate(f'rabbit_auth_backend_internal:delete_user(<<"{name}">>, <<"matka">>)')


def as_user(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{name}:{SECRETS[name]}@127.0.0.1:{parts.port}"))


async def test_a_service_receives_retries_and_gives_up_as_its_own_user(vhost: str) -> None:
    bus, handler = RabbitBus(as_user(vhost, "alpha"), name="test"), Handler()
    handler.fails(1, Transient())
    handler.fails(2, ZeroDivisionError(), ZeroDivisionError())
    consumer = await bus.consume(Subscription("alpha", topology(), handler))
    others = RabbitBus(as_user(vhost, "admin"), name="test")
    await others.publish([message(1), message(2), message(3, key=URGENT_KEY)])
    await until("all are handled", lambda: sorted(handler.handled) == [1, 2, 3])
    await until("nothing is in hand", lambda: consumer.received == consumer.settled)
    await others.close()
    await bus.close()


async def test_a_service_publishes_under_its_own_name_alone(vhost: str) -> None:
    async with session(as_user(vhost, "alpha"), "test") as connection:
        for key, allowed in (("alpha.it-rained.v1", True), ("beta.it-rained.v1", False), ("alphabet", False)):
            channel = await connection.channel()
            events = await channel.get_exchange(EVENTS, ensure=False)
            if allowed:
                await events.publish(aio_pika.Message(b"{}"), key, mandatory=False)
                continue
            with pytest.raises(ChannelAccessRefused):
                await events.publish(aio_pika.Message(b"{}"), key, mandatory=False)


ATTEMPTS: dict[str, Callable[[AbstractChannel], Awaitable[object]]] = {
    "declare a queue": lambda channel: channel.declare_queue("mine", durable=True),
    "declare an exchange": lambda channel: channel.declare_exchange("mine"),
    "read another's work": lambda channel: read(channel, "beta.work"),
    "read dead letters": lambda channel: read(channel, "alpha.dead"),
    "read what the topology was": lambda channel: read(channel, "matka.topology"),
    "feed another's rungs": lambda channel: send(channel, "matka.beta", "beta.work"),
    "feed another's queue": lambda channel: send(channel, "", "beta.work"),
}


@pytest.mark.parametrize("what", ATTEMPTS)
async def test_a_service_may_not(what: str, vhost: str) -> None:
    async with session(as_user(vhost, "alpha"), "test") as connection:
        with pytest.raises(ChannelAccessRefused):
            await ATTEMPTS[what](await connection.channel())


async def read(channel: AbstractChannel, queue: str) -> None:
    await (await channel.get_queue(queue, ensure=False)).get(fail=False)


async def send(channel: AbstractChannel, exchange: str, key: str) -> None:
    door = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
    await door.publish(aio_pika.Message(b"{}"), key)
