"""Pages are set in processes that may die, and must not outlive the service."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from matka_certificates.fonts import DEBIAN_FONTS
from matka_certificates.press import NameNotPrintable, Press, set_one
from matka_kit.errors import Transient, Unavailable
from tests.support.certificates import some_facts

CHILDREN = """
import asyncio, sys
from matka_certificates.fonts import DEBIAN_FONTS
from matka_certificates.press import Press
from tests.support.certificates import some_facts

async def main() -> None:
    press = Press(1, DEBIAN_FONTS)
    await press.set(some_facts())
    print(*press.processes, flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_a_process_that_dies_costs_one_try(press: Press) -> None:
    first = await press.set(some_facts())
    [process] = press.processes
    os.kill(process, signal.SIGKILL)
    with pytest.raises(Transient):
        await _until_it_fails(press)
    assert await press.set(some_facts()) == first


async def test_a_name_that_cannot_be_shown_is_told_by_its_characters(press: Press) -> None:
    with pytest.raises(NameNotPrintable) as raised:
        await press.set(some_facts(holder_name="Amal \ufdd0"))
    assert raised.value.params == {"characters": ["U+FDD0"]}


async def test_without_fonts_the_service_waits(tmp_path: Path) -> None:
    press = Press(1, (tmp_path,))
    with pytest.raises(Unavailable):
        await press.set(some_facts())
    await press.close()
    await press.close()


def test_the_same_facts_are_the_same_bytes_in_any_process() -> None:
    assert set_one(some_facts(), DEBIAN_FONTS) == set_one(some_facts(), DEBIAN_FONTS)


async def test_a_killed_service_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "service.py"
    script.write_text(CHILDREN)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parents[3])])}
    service = await asyncio.create_subprocess_exec(
        sys.executable, str(script), stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert service.stdout is not None
    gone = os.pidfd_open(int(await service.stdout.readline()))
    service.kill()
    await service.wait()
    await _readable(gone)
    os.close(gone)


async def _until_it_fails(press: Press) -> None:
    """The executor notices within a moment that its process is dead; at most ten seconds from now."""
    async with asyncio.timeout(10):
        while True:
            await press.set(some_facts())


async def _readable(descriptor: int) -> None:
    """The process behind the descriptor has ended; at most ten seconds from now."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        async with asyncio.timeout(10):
            await ended.wait()
    finally:
        loop.remove_reader(descriptor)
