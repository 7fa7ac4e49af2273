"""Tasks are ended for certain, those that lose a cancellation too."""

import asyncio
from contextlib import suppress

from matka_kit.ending import end


async def test_a_task_that_loses_its_first_cancellation_is_ended_all_the_same() -> None:
    lost: list[str] = []

    async def work() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        lost.append("one")
        await asyncio.sleep(60)

    async def fail() -> None:
        raise ValueError

    tasks = [asyncio.create_task(each()) for each in (work, fail)]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end(*tasks)
    assert lost == ["one"]
    assert all(task.done() for task in tasks)


async def test_nothing_to_end_is_no_work() -> None:
    await end()
