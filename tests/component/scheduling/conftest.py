"""Scheduling running with a program that has just been opened; every query along an index."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from matka_scheduling.main import SERVICE
from tests.support.mothers_scheduling import JANUARY
from tests.support.query_coverage import every_query_has_an_index
from tests.support.spring import Spring


@pytest.fixture
async def spring(tmp_path: Path) -> AsyncIterator[Spring]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with (
        World(tmp_path, [SERVICE], JANUARY) as world,
        every_query_has_an_index(world.host("scheduling")._store),
    ):
        spring = Spring(world)
        await spring.opens()
        yield spring
