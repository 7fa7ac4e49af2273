"""Waits for a dependency to come back, while nothing else is tried."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from matka_kit.consumer.subscription import Subscription
from matka_kit.consumer.verdict import Away

_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0
_PROBE_SECONDS = 5.0
_log = structlog.get_logger()


class Pause:
    """One consumer's pauses: at most one at a time.

    `begin` stops the intake, `end` starts it again, `give_up` lets go of what is held, once the pause has
    lasted longer than the subscription's `hold`. Waits grow from pause to pause until a message succeeds.
    """

    def __init__(
        self,
        subscription: Subscription,
        *,
        begin: Callable[[], Awaitable[None]],
        end: Callable[[], Awaitable[None]],
        give_up: Callable[[], Awaitable[None]],
    ) -> None:
        self._subscription = subscription
        self._begin = begin
        self._end = end
        self._give_up = give_up
        self._wait = _FIRST_WAIT
        self._task: asyncio.Task[None] | None = None
        self.dependency: str | None = None

    def start(self, verdict: Away) -> None:
        """Pause for a dependency; nothing new if there is a pause already."""
        if self.dependency is None:
            self.dependency = verdict.dependency
            _log.warning("consumer pauses", dependency=verdict.dependency, where=verdict.reason.where)
            self._task = asyncio.get_running_loop().create_task(self._last(verdict.dependency))

    def forget(self) -> None:
        """A message went through: the next pause begins with a short wait again."""
        self._wait = _FIRST_WAIT

    async def cancel(self) -> None:
        """End the pause without starting anything again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _last(self, dependency: str) -> None:
        await self._begin()
        now = asyncio.get_running_loop().time
        began = now()
        while True:
            await asyncio.sleep(self._wait)
            self._wait = min(self._wait * 2, _LONGEST_WAIT)
            if await answers(self._subscription, dependency):
                break
            if now() - began > self._subscription.hold:
                await self._give_up()
        self.dependency = None
        _log.info("consumer goes on", dependency=dependency, paused_seconds=round(now() - began, 1))
        await self._end()


async def answers(subscription: Subscription, dependency: str) -> bool:
    """Whether a dependency is back; where there is no probe the message itself is the question."""
    probe = subscription.probes.get(dependency)
    if probe is None:
        return True
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            return await probe()
    except Exception:  # noqa: BLE001 - a probe that fails in whatever way has its answer
        return False
