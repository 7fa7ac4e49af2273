"""Scheduling running with a program that has just been opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.testing import World
from matka_scheduling.main import SERVICE
from tests.support.mothers_scheduling import JANUARY
from tests.support.spring import Spring


@pytest.fixture
async def spring(tmp_path: Path) -> AsyncIterator[Spring]:
    async with World(tmp_path, [SERVICE], JANUARY) as world:
        spring = Spring(world)
        await spring.opens()
        yield spring
