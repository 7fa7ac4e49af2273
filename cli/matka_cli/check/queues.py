"""What lies in the broker's queues, counted by passive declares: nothing is taken out or changed."""

from collections.abc import Iterator, Sequence

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity

SERVICES = ("people", "pairing", "scheduling", "learning", "notifications", "certificates", "gateway")
REHEARSAL_RUNGS = (1, 2, 5)  # seconds
_LANES = ("", "urgent.")
_TIMEOUT = 10.0
_MOST = 1000
_EVENT_ID = "x-event-id"
DEAD = ".dead"


async def count_queues(url: str, rungs: Sequence[float]) -> dict[str, int | None]:
    """How many messages are ready in each queue; None for one that is not there."""
    connection = await aio_pika.connect(url, timeout=_TIMEOUT)
    async with connection:
        return {name: await _count(connection, name) for name in names(rungs)}


async def read_dead(url: str, queues: Sequence[str]) -> dict[str, list[str]]:
    """The event ids in these queues; the messages go back, for nobody acknowledges them."""
    connection = await aio_pika.connect(url, timeout=_TIMEOUT)
    async with connection:
        return {name: await _event_ids(connection, name) for name in queues}


def names(rungs: Sequence[float]) -> Iterator[str]:
    """The queues of every service: dead letters, work, urgent work, and the rungs of both."""
    for service in SERVICES:
        yield f"{service}.dead"
        yield f"{service}.work"
        yield f"{service}.urgent"
        for lane in _LANES:
            yield from (f"{service}.{lane}retry.{rung:g}s" for rung in rungs)


def must_be_there(name: str) -> bool:
    """Not every service has an urgent lane."""
    return ".urgent" not in name


async def _event_ids(connection: AbstractConnection, name: str) -> list[str]:
    channel = await connection.channel()
    queue = await channel.declare_queue(name, passive=True, timeout=_TIMEOUT)
    found: list[str] = []
    while len(found) < _MOST and (message := await queue.get(fail=False, timeout=_TIMEOUT)):
        found.append(str(message.headers.get(_EVENT_ID, "")))
    return found


async def _count(connection: AbstractConnection, name: str) -> int | None:
    channel = await connection.channel()
    try:
        queue = await channel.declare_queue(name, passive=True, timeout=_TIMEOUT)
    except ChannelNotFoundEntity:
        return None
    await channel.close()
    return queue.declaration_result.message_count or 0
