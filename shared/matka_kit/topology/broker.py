"""The spec and the broker: declare it, check it without changing anything, count what waits in it."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed

from matka_kit.amqp import BROKER_TROUBLE, TIMEOUT, close, session
from matka_kit.errors import MatkaError, Unavailable
from matka_kit.topology.spec import EVENTS, RECORD, Binding, Topology, lane_queue, own_exchange


class TopologyMissing(Unavailable):
    """An exchange or queue that a service needs is not there: `matka topology apply` has not been run."""

    def __init__(self, name: str) -> None:
        super().__init__("broker topology", f"{name} is missing")
        self.name = name


class TopologyConflict(MatkaError):
    """A queue or exchange exists under the same name with other arguments; it must be drained and deleted."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` did: bindings it took away, and queues nobody asks for any more, which it left alone."""

    unbound: tuple[Binding, ...]
    leftover: tuple[str, ...]


async def apply(url: str, topology: Topology) -> Applied:
    """Declare everything with an administrator's URL; doing it again changes nothing.

    AMQP can't list bindings. So the spec last applied is kept as a message in a queue of its own, and
    events that it brought to a queue and this one does not are unbound. Queues are never deleted, nor cut
    off from their own exchange: they may hold messages that are still on their way.
    Raises `TopologyConflict`, or `Unavailable` when the broker does not answer.
    """
    async with session(url, "matka topology") as connection, _as_unavailable():
        channel = await connection.channel()
        await _declare(channel, topology)
        records = await _records(channel)
        before = [json.loads(record.body) for record in records]
        bindings = {binding for binding in topology.bindings() if binding.exchange == EVENTS}
        gone = {Binding(*words) for entry in before for words in entry["bindings"]} - bindings
        for binding in sorted(gone):
            await _unbind(connection, binding)
        queues = {queue.name for queue in topology.queues()}
        old = {name for entry in before for name in entry["queues"]} - queues
        leftover = [name for name in sorted(old) if await _exists(connection, name)]
        await _write_record(channel, bindings, [*queues, *leftover])
        for record in records:
            await record.ack()
        return Applied(tuple(sorted(gone)), tuple(leftover))


async def verify(channel: AbstractChannel, topology: Topology, service: str) -> None:
    """Check, changing nothing, that all that the service needs is there; the channel is spent if not.

    Raises `TopologyMissing` with the first name that is not there.
    """
    for exchange in (EVENTS, own_exchange(service)):
        try:
            await channel.declare_exchange(exchange, passive=True, timeout=TIMEOUT)
        except ChannelNotFoundEntity as error:
            raise TopologyMissing(exchange) from error
    for queue in topology.queues_of(service):
        await _count(channel, queue.name)


async def depths(
    source: str | AbstractChannel, topology: Topology, *, lanes_only: bool = False
) -> dict[str, int]:
    """How many messages are ready in each lane, rung and dead-letter queue, by queue name.

    `lanes_only` leaves out rungs and dead letters, most of the queues: each costs a question of its own.
    Messages that were delivered and not yet acknowledged are not counted. `source` is a URL or an open
    channel. Raises `TopologyMissing`, or `Unavailable` when the broker does not answer.
    """
    if isinstance(source, str):
        async with session(source, "matka depths") as connection, _as_unavailable():
            return await depths(await connection.channel(), topology, lanes_only=lanes_only)
    names = [name for service in topology.services for name in _names(topology, service, lanes_only)]
    return {name: await _count(source, name) for name in names}


def _names(topology: Topology, service: str, lanes_only: bool) -> list[str]:
    if lanes_only:
        return [lane_queue(service, lane) for lane in topology.lanes(service)]
    return [queue.name for queue in topology.queues_of(service)]


@asynccontextmanager
async def _as_unavailable() -> AsyncIterator[None]:
    try:
        yield
    except BROKER_TROUBLE as error:
        raise Unavailable("broker", type(error).__name__) from error


async def _declare(channel: AbstractChannel, topology: Topology) -> None:
    name = ""
    try:
        for exchange in topology.exchanges():
            name = exchange.name
            await channel.declare_exchange(
                name, exchange.kind, durable=True, arguments={**exchange.arguments}, timeout=TIMEOUT
            )
        for queue in topology.queues():
            name = queue.name
            await channel.declare_queue(name, durable=True, arguments={**queue.arguments}, timeout=TIMEOUT)
    except ChannelPreconditionFailed as error:
        raise TopologyConflict(f"{name} exists with other arguments: {error}") from error
    for binding in topology.bindings():
        bound = await channel.get_queue(binding.queue, ensure=False)
        await bound.bind(binding.exchange, binding.key, timeout=TIMEOUT)


async def _records(channel: AbstractChannel) -> list[AbstractIncomingMessage]:
    """What earlier runs noted; more than one only if one of them was cut short."""
    queue = await channel.get_queue(RECORD, ensure=False)
    records: list[AbstractIncomingMessage] = []
    while (record := await queue.get(fail=False, timeout=TIMEOUT)) is not None:
        records.append(record)
    return records


async def _write_record(channel: AbstractChannel, bindings: Iterable[Binding], queues: list[str]) -> None:
    words = [[b.exchange, b.queue, b.key] for b in sorted(bindings)]
    body = json.dumps({"bindings": words, "queues": sorted(queues)}).encode()
    message = Message(body, delivery_mode=DeliveryMode.PERSISTENT, content_type="application/json")
    await channel.default_exchange.publish(message, RECORD, timeout=TIMEOUT)


async def _unbind(connection: AbstractConnection, binding: Binding) -> None:
    channel = await connection.channel()
    try:
        queue = await channel.get_queue(binding.queue, ensure=False)
        await queue.unbind(binding.exchange, binding.key, timeout=TIMEOUT)
    except ChannelNotFoundEntity:
        return  # the queue is gone, and its bindings with it
    finally:
        await close(channel)


async def _exists(connection: AbstractConnection, name: str) -> bool:
    channel = await connection.channel()
    try:
        await _count(channel, name)
    except TopologyMissing:
        return False
    finally:
        await close(channel)
    return True


async def _count(channel: AbstractChannel, name: str) -> int:
    try:
        queue = await channel.declare_queue(name, passive=True, timeout=TIMEOUT)
    except ChannelNotFoundEntity as error:
        raise TopologyMissing(name) from error
    return queue.declaration_result.message_count or 0
