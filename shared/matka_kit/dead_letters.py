"""The dead letters of a service: look at them, give them another chance, or let them go."""

import uuid
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from matka_kit.amqp import BROKER_TROUBLE, TIMEOUT, session
from matka_kit.consumer.delivery import ATTEMPT, EVENT_ID, FIRST_FAILED, LANE, ROUTING_KEY, plain_headers
from matka_kit.consumer.ladder import DIED_AT, ERROR, ERROR_AT, ERROR_CODE, SERVICE
from matka_kit.errors import NotFound, Unavailable
from matka_kit.topology import Lane, TopologyMissing, dead_queue, lane_queue, own_exchange

_OF_ONE_LIFE = (ATTEMPT, FIRST_FAILED, ERROR, ERROR_CODE, ERROR_AT, SERVICE, DIED_AT)
_log = structlog.get_logger()


class NoSuchDeadLetter(NotFound):
    """No dead letter of this service has this event id, or it is not among those looked at."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up, and why. `attempt` counts from 1; `died_at` is ISO 8601, UTC.

    One that the broker itself put aside, because its handler kept bringing the process down, has the
    error `delivery-limit` and no more to tell.
    """

    event_id: str
    event_type: str
    service: str
    lane: Lane
    attempt: int
    error: str
    code: str
    where: str
    died_at: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, service: str, raw: Mapping[str, Any], body: bytes, routing_key: str = "") -> Self:
        """Read a message of a dead-letter queue."""
        headers = plain_headers(raw)
        from_queue = str(raw.get("x-first-death-queue", ""))
        urgent = headers.get(LANE) == Lane.URGENT or from_queue == lane_queue(service, Lane.URGENT)
        return cls(
            event_id=headers.get(EVENT_ID, ""),
            event_type=headers.get(ROUTING_KEY, routing_key),
            service=service,
            lane=Lane.URGENT if urgent else Lane.WORK,
            attempt=int(headers.get(ATTEMPT, "1")),
            error=headers.get(ERROR, "delivery-limit" if from_queue else ""),
            code=headers.get(ERROR_CODE, ""),
            where=headers.get(ERROR_AT, ""),
            died_at=headers.get(DIED_AT, ""),
            headers=headers,
            body=body,
        )


async def browse(url: str, service: str, *, limit: int = 1000) -> list[DeadLetter]:
    """The oldest `limit` dead letters of a service; they stay where they are.

    While they are being read nobody else sees them. Raises `TopologyMissing` for a service without
    dead letters' queue, `Unavailable` when the broker does not answer.
    """
    async with _held(url, service, limit) as (_, held):
        return [letter for letter, _ in held]


async def show(url: str, service: str, event_id: str, *, limit: int = 1000) -> DeadLetter:
    """One dead letter. Raises `NoSuchDeadLetter`, else as `browse`."""
    for letter in await browse(url, service, limit=limit):
        if letter.event_id == event_id:
            return letter
    raise NoSuchDeadLetter(event_id=event_id)


async def replay(
    url: str, service: str, event_ids: Collection[str] | None = None, *, limit: int = 1000
) -> list[str]:
    """Bring dead letters (all of the oldest `limit`, or those named) back to the service's own queue.

    Nobody else gets them again: not the topic exchange but the lane they came from is their way. The event
    id stays, the count of attempts begins anew. Returns the ids; a crash in between only makes duplicates.
    Raises as `browse`.
    """
    async with _held(url, service, limit) as (channel, held):
        done = []
        for letter, message in _chosen(held, event_ids):
            await _send_back(channel, letter)
            await message.ack()
            done.append(letter.event_id)
        _log.info("dead letters replayed", service=service, event_ids=done)
        return done


async def drop(url: str, service: str, event_ids: Collection[str], *, limit: int = 1000) -> list[str]:
    """Let go of the named dead letters for good; returns the ids found. Raises as `browse`."""
    async with _held(url, service, limit) as (_, held):
        done = []
        for letter, message in _chosen(held, event_ids):
            await message.ack()
            done.append(letter.event_id)
        _log.info("dead letters dropped", service=service, event_ids=done)
        return done


_Held = list[tuple[DeadLetter, AbstractIncomingMessage]]


def _chosen(held: _Held, event_ids: Collection[str] | None) -> _Held:
    return [pair for pair in held if event_ids is None or pair[0].event_id in event_ids]


@asynccontextmanager
async def _held(url: str, service: str, limit: int) -> AsyncIterator[tuple[AbstractChannel, _Held]]:
    """Dead letters in our hand, unacknowledged: what is not acknowledged goes back when this ends."""
    name = dead_queue(service)
    async with session(url, "matka dead-letters") as connection:
        try:
            channel = await connection.channel(on_return_raises=True)
            queue = await channel.declare_queue(name, passive=True, timeout=TIMEOUT)
            held: _Held = []
            while len(held) < limit and (message := await queue.get(fail=False, timeout=TIMEOUT)):
                key = message.routing_key or ""
                held.append((DeadLetter.of(service, message.headers, message.body, key), message))
            yield channel, held
        except ChannelNotFoundEntity as error:
            raise TopologyMissing(name) from error
        except BROKER_TROUBLE as error:
            raise Unavailable("broker", type(error).__name__) from error


async def _send_back(channel: AbstractChannel, letter: DeadLetter) -> None:
    headers = {name: value for name, value in letter.headers.items() if name not in _OF_ONE_LIFE}
    message = Message(
        letter.body,
        headers=dict(headers),
        content_type="application/cloudevents+json",
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=uuid.uuid4().hex,
    )
    exchange = await channel.get_exchange(own_exchange(letter.service), ensure=False)
    await exchange.publish(message, lane_queue(letter.service, letter.lane), timeout=TIMEOUT)
