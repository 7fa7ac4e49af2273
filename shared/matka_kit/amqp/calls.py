"""Single calls to the broker: connect, close, one errand; each within five seconds."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection

from matka_kit.errors import Unavailable

TIMEOUT = 5.0
"""Seconds that any single exchange with the broker may take."""

BROKER_TROUBLE = (
    OSError,
    TimeoutError,
    RuntimeError,  # aiormq's ChannelInvalidStateError and "connection closed"
    aio_pika.exceptions.AMQPError,
)
"""What the client library raises when the broker, or the way to it, is at fault."""

_HEARTBEAT = 10
_log = structlog.get_logger()


class ConnectionLost(OSError):
    """The connection went away under a call."""


@contextmanager
def no_false_cancellation() -> Iterator[None]:
    """Around every call to the client library, which tells its callers "cancelled" when a connection dies.

    Taken for real, that would end the very tasks that are there to connect again. Of a connection that ended
    before the broker's first word was read it says "no more items".
    Raises `ConnectionLost` instead, unless somebody did cancel the running task.
    """
    try:
        yield
    except StopAsyncIteration as error:
        raise ConnectionLost from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionLost from error


async def connect(url: str, name: str) -> AbstractConnection:
    """A plain connection (never a "robust" one) that the broker knows by `name`.

    Raises one of `BROKER_TROUBLE`.
    """
    async with asyncio.timeout(TIMEOUT):
        with no_false_cancellation():
            return await aio_pika.connect(
                url, timeout=TIMEOUT, heartbeat=_HEARTBEAT, client_properties={"connection_name": name}
            )


async def close(open_thing: AbstractConnection | AbstractChannel) -> None:
    """Close a connection or a channel; give up after five seconds, for a frozen broker never answers."""
    try:
        async with asyncio.timeout(TIMEOUT):
            with no_false_cancellation():
                await open_thing.close()
    except BROKER_TROUBLE as error:
        _log.debug("broker connection abandoned", error=type(error).__name__)


@asynccontextmanager
async def session(url: str, name: str) -> AsyncIterator[AbstractConnection]:
    """A connection for one errand of an administrator's tool.

    Raises `Unavailable` when the broker does not answer.
    """
    try:
        connection = await connect(url, name)
    except BROKER_TROUBLE as error:
        raise Unavailable("broker", type(error).__name__) from error
    try:
        with no_false_cancellation():
            yield connection
    finally:
        await close(connection)
