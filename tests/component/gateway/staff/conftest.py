"""Staff at work in a small program, with the services behind the gateway in this process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.small_program import BEGINNING, STAFF, SmallProgram
from tests.support.staff_browser import SERVICES, StaffBrowser, at_work


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": "http://127.0.0.1:8000"}) as running:
        yield running


@pytest.fixture
async def program(world: World) -> SmallProgram:
    return await SmallProgram.opened(world)


@pytest.fixture
async def staff(program: SmallProgram) -> StaffBrowser:
    return await at_work(program.world, STAFF)
