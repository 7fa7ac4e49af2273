"""A thread per SQLite connection, in which changes that wait at the same time reach the disk together."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar, cast

import apsw

from matka_kit.store.sqlite_together import Waiting, Work, write_together

T = TypeVar("T")
_MOST_TOGETHER = 64  # another process may wait for the file: so many take a few milliseconds


class ConnectionThread:
    """Does work on one connection in turn; it keeps no process alive that ends without closing.

    Every error is raised where the work is waited for. Work whose waiting is cancelled is done as a whole or
    not at all.
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._connection: apsw.Connection | None = None
        self._changes: deque[Waiting[Any]] = deque()
        self._called = False
        self._closed = False
        threading.Thread(name="store", target=self._live, daemon=True).start()

    async def open(self, connect: Callable[[], apsw.Connection]) -> None:
        """Connect; the thread ends when that fails."""

        def work(_: apsw.Connection) -> None:
            self._connection = connect()

        try:
            await self.run(work)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Do what still waits, close the connection and end the thread."""
        if not self._closed:
            closing = self.run(self._end)
            self._closed = True
            await closing

    def run(self, work: Work[T]) -> asyncio.Future[T]:
        """Do work by itself and outside any transaction: reads, and what is no ordinary change."""
        waiting = self._waiting(work)
        self._calls.put(partial(self._alone, waiting))
        return waiting.future

    def change(self, work: Work[T], *, unhurried: bool = False) -> asyncio.Future[T]:
        """Do a change in a transaction that it may share; answered when the transaction is on disk.

        A change that fails leaves nothing behind and does not disturb the others. One that is `unhurried`
        may reach the disk with the next that is not.
        """
        waiting = self._waiting(work, unhurried=unhurried)
        self._changes.append(waiting)
        if not self._called:
            self._called = True
            self._loop.call_soon(
                self._calls.put, self._together
            )  # with all that this turn of the loop brings
        return waiting.future

    def _waiting(self, work: Work[T], *, unhurried: bool = False) -> Waiting[T]:
        if self._closed:
            raise RuntimeError("the store is closed")
        return Waiting(work, self._loop.create_future(), unhurried)

    def _live(self) -> None:  # from here on in the connection's own thread
        while (call := self._calls.get()) is not None:
            call()

    def _alone(self, waiting: Waiting[Any]) -> None:
        if not waiting.future.cancelled():
            waiting.run(cast("apsw.Connection", self._connection))
            self._answer([waiting])

    def _together(self) -> None:
        """One round of changes; behind it whatever else waits for this thread, then the next round."""
        batch: list[Waiting[Any]] = []
        while self._changes and len(batch) < _MOST_TOGETHER:
            waiting = self._changes.popleft()
            if not waiting.future.cancelled():
                batch.append(waiting)
        if batch:
            write_together(cast("apsw.Connection", self._connection), batch)
            self._answer(batch)
        self._called = False
        if self._changes:  # they came meanwhile; one that comes after this line calls for itself
            self._called = True
            self._calls.put(self._together)

    def _end(self, connection: apsw.Connection | None) -> None:
        while self._changes:
            self._together()
        self._calls.put(None)
        if connection is not None:
            connection.close()

    def _answer(self, batch: list[Waiting[Any]]) -> None:
        with suppress(RuntimeError):  # in a loop that ended without closing its store nobody waits
            self._loop.call_soon_threadsafe(_tell, batch)


def _tell(batch: list[Waiting[Any]]) -> None:
    for waiting in batch:
        waiting.tell()
