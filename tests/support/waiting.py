"""Waiting by name: a probe, a deadline, and words for what did not happen."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until(what: str, probe: Callable[[], bool | Awaitable[bool]], seconds: float = 10) -> None:
    """Return as soon as the probe says yes; fail with `what` after `seconds`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        answer = probe()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return
        if loop.time() > deadline:
            raise AssertionError(f"did not happen within {seconds:g} s: {what}")
        await asyncio.sleep(0.01)
