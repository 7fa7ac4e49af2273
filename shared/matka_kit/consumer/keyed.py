"""Runs work side by side, but what has the same key one after the other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Keyed(Generic[T]):
    """Hands items to `work`; equal keys in the order in which they came.

    Its tasks belong to nobody else, so that nothing but `cancel` ends a handler half-way.
    `work` must not raise.
    """

    def __init__(self, work: Callable[[T], Awaitable[None]]) -> None:
        self._work = work
        self._waiting: dict[str, deque[T]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._open = True

    def put(self, key: str, item: T) -> None:
        """Append an item; it starts at once if its key is free."""
        self._waiting.setdefault(key, deque()).append(item)
        self._start(key)

    def put_back(self, key: str, item: T) -> None:
        """Put an item that could not be finished before the others of its key."""
        self._waiting.setdefault(key, deque()).appendleft(item)

    def pause(self) -> None:
        """Start nothing more; what runs goes on."""
        self._open = False

    def resume(self) -> None:
        """Start what waits."""
        self._open = True
        for key in list(self._waiting):
            self._start(key)

    def take_waiting(self, condition: Callable[[T], bool]) -> list[T]:
        """Remove and return the items that have not started and meet the condition, in order per key."""
        taken: list[T] = []
        for key, items in list(self._waiting.items()):
            taken += [item for item in items if condition(item)]
            kept = deque(item for item in items if not condition(item))
            if kept:
                self._waiting[key] = kept
            else:
                del self._waiting[key]
        return taken

    async def idle(self) -> bool:
        """Wait until nothing runs; tell whether anything did."""
        was_busy = bool(self._running)
        while self._running:
            await asyncio.wait(list(self._running.values()))
        return was_busy

    async def finish(self, seconds: float) -> bool:
        """Wait for what runs, at most `seconds`; tell whether all of it came to its end."""
        if not self._running:
            return True
        _, late = await asyncio.wait(self._running.values(), timeout=seconds)
        return not late

    async def cancel(self) -> None:
        """End what still runs."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, key: str) -> None:
        if self._open and key not in self._running:
            self._running[key] = asyncio.get_running_loop().create_task(self._run(key))

    async def _run(self, key: str) -> None:
        try:
            while self._open and (items := self._waiting.get(key)):
                item = items.popleft()
                if not items:
                    del self._waiting[key]
                await self._work(item)
        finally:
            del self._running[key]
            if key in self._waiting:
                self._start(key)
