"""A service's process is killed at each crash point of bus and consumer: nothing is lost."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit import dead_letters
from matka_kit.bus import RabbitBus
from matka_kit.crash import CrashPoint
from matka_kit.topology import apply, depths
from tests.support.trial import message, topology
from tests.support.waiting import until
from tests.support.worker import BROKEN, DEADLY, FAILING

_POINTS = [
    CrashPoint.AFTER_PUBLISHING_BEFORE_THE_CONFIRM,
    CrashPoint.AFTER_THE_EFFECT_BEFORE_THE_ACK,
    CrashPoint.IN_RETRYING,
    CrashPoint.IN_DEAD_LETTERING,
]


class Service:
    """A worker process that is started again whenever it dies."""

    def __init__(self, url: str, folder: Path, **environment: str) -> None:
        self._command = [sys.executable, "-m", "tests.support.worker", url, str(folder)]
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
        self._process: asyncio.subprocess.Process | None = None
        self.deaths: list[int] = []

    async def run(self) -> None:
        try:
            while True:
                self._process = await asyncio.create_subprocess_exec(*self._command, env=self._environment)
                self.deaths.append(await self._process.wait())
        finally:
            if self._process is not None and self._process.returncode is None:
                self._process.kill()
                await self._process.wait()


@contextlib.asynccontextmanager
async def running(service: Service) -> AsyncIterator[None]:
    task = asyncio.create_task(service.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _publish(url: str, *numbers: int) -> dict[int, str]:
    bus = RabbitBus(url, name="test")
    messages = {number: message(number) for number in numbers}
    assert len(await bus.publish(list(messages.values()))) == len(numbers)
    await bus.close()
    return {number: each.event_id for number, each in messages.items()}


def _done(folder: Path) -> set[str]:
    return {path.name.removeprefix("done-") for path in folder.glob("done-*")}


@pytest.mark.parametrize("point", _POINTS)
async def test_a_process_killed_between_two_steps_loses_nothing(
    broker: str, tmp_path: Path, point: CrashPoint
) -> None:
    await apply(broker, topology())
    ids = await _publish(broker, FAILING, BROKEN, 3, 4, 5)
    mark = tmp_path / "crashed"
    service = Service(broker, tmp_path, MATKA_CRASH_AT=point, MATKA_CRASH_MARK=str(mark))

    async with running(service):
        await until("the process died there", lambda: service.deaths == [-signal.SIGKILL], 20)
        expected = set(ids.values()) - {ids[BROKEN]}
        await until("all that can be handled is", lambda: _done(tmp_path) == expected, 20)
        await until("nothing waits", lambda: _nothing_waits(broker), 20)

    assert mark.exists()
    letters = await dead_letters.browse(broker, "alpha")
    assert {(each.event_id, each.code) for each in letters} == {(ids[BROKEN], "domain-error")}
    assert len(service.deaths) == 1


async def test_an_event_that_takes_its_process_down_is_put_aside_and_its_neighbours_are_handled(
    broker: str, tmp_path: Path
) -> None:
    await apply(broker, topology(delivery_limit=3))
    ids = await _publish(broker, 3, 4, DEADLY, 5, 6)
    service = Service(broker, tmp_path, DELIVERY_LIMIT="3", NEIGHBOURS="4")

    async with running(service):

        async def put_aside() -> bool:
            return bool(await dead_letters.browse(broker, "alpha"))

        await until("the deadly one is put aside", put_aside, 40)

    assert service.deaths[:4] == [-signal.SIGKILL] * 4
    [letter] = await dead_letters.browse(broker, "alpha")
    assert (letter.event_id, letter.error) == (ids[DEADLY], "delivery-limit")
    assert _done(tmp_path) == set(ids.values()) - {ids[DEADLY]}
    assert await dead_letters.replay(broker, "alpha") == [ids[DEADLY]]


async def _nothing_waits(url: str) -> bool:
    counted = await depths(url, topology())
    return not any(
        count for name, count in counted.items() if name.startswith("alpha.") and "dead" not in name
    )
