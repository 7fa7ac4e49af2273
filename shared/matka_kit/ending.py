"""Ends tasks for certain: a cancellation can be lost when what a task waits for arrives just then."""

import asyncio
from typing import Any

_AGAIN = 0.5  # seconds


async def end(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks, again and again, until each has ended; what they raise is not told."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)
