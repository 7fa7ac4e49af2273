"""The service `people`, running in this process on SQLite and the bus in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from matka_people.main import SERVICE
from tests.support.mothers_people import NOON
from tests.support.query_coverage import every_query_has_an_index


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["pairing", "learning", "notifications"])
    async with (
        World(tmp_path, [SERVICE], NOON) as running,
        every_query_has_an_index(running.deps("people").store),
    ):
        yield running
