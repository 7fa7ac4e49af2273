"""One connection to the broker that is rebuilt for as long as it is wanted."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from aio_pika.abc import AbstractConnection

from matka_kit.amqp.calls import BROKER_TROUBLE, close, connect, no_false_cancellation
from matka_kit.errors import Unavailable

_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 5.0
_log = structlog.get_logger()


class Link:
    """Connects, lets `build` make what belongs on the connection, waits until it is lost, begins again.

    The library's own reconnecting ("robust") connection is not used: it restores less than it promises.
    """

    def __init__(self, url: str, name: str, build: Callable[[AbstractConnection], Awaitable[None]]) -> None:
        self._url = url
        self._name = name
        self._build = build
        self._lost = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.known = asyncio.Event()  # set while it is known whether the broker can be used, either way
        self.on_loss: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to connect; returns at once, whether or not the broker is there."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._keep())

    def drop(self, reason: str) -> None:
        """Give up the connection that there is, for a new one."""
        if not self._lost.is_set():
            _log.warning("broker connection dropped", connection=self._name, reason=reason)
            self._lose()

    async def stop(self) -> None:
        """Close the connection and make no other."""
        self._stopping.set()
        self._lost.set()
        if self._task is not None:
            task, self._task = self._task, None
            await task

    def _lose(self) -> None:
        self._lost.set()
        self.known.clear()
        self.on_loss()

    async def _keep(self) -> None:
        wait = _SHORTEST_WAIT
        while not self._stopping.is_set():
            if await self._is_of_use():
                wait = _SHORTEST_WAIT
            else:
                self.known.set()
            jitter = random.uniform(0.5, 1)  # noqa: S311 - not a secret
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait * jitter)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _is_of_use(self) -> bool:
        """Live through one connection; a mistake of ours on the way is no reason to make no other."""
        try:
            return await self._once()
        except Exception:  # noqa: BLE001 - logged, and begun again
            _log.exception("broker connection begins again", connection=self._name)
            return False

    async def _once(self) -> bool:
        """Live through one connection; tell whether it came to be of use."""
        try:
            connection = await connect(self._url, self._name)
        except BROKER_TROUBLE as error:
            _log.warning("broker does not answer", connection=self._name, error=type(error).__name__)
            return False
        self._lost = lost = asyncio.Event()
        if self._stopping.is_set():
            lost.set()
        connection.close_callbacks.add(lambda *_: lost.set())
        try:
            with no_false_cancellation():
                await self._build(connection)
            self.known.set()
            _log.info("broker connected", connection=self._name)
            await lost.wait()
        except (Unavailable, *BROKER_TROUBLE) as error:
            _log.warning("broker can't be used yet", connection=self._name, error=str(error))
            return False
        finally:
            self._lose()
            await close(connection)
        return True
