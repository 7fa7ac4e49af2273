"""Ctrl-C and SIGTERM end a run in good order; a second one ends it at once."""

import asyncio
import os
import signal
from collections.abc import Coroutine

INTERRUPTED = 130


def run(work: Coroutine[object, object, int]) -> int:
    """Runs the work to its end and returns its exit status, or 130 if it was asked to stop before."""
    return asyncio.run(_interruptible(work))


async def _interruptible(work: Coroutine[object, object, int]) -> int:
    task = asyncio.ensure_future(work)

    def interrupt() -> None:
        if task.cancelling():
            os._exit(INTERRUPTED)  # the guard ends what was started
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, interrupt)
    try:
        return await task
    except asyncio.CancelledError:
        return INTERRUPTED
