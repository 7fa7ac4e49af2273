"""The gateway with the real service `people` behind it, in this process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from matka_gateway.main import SERVICE
from matka_kit.auth import create_keys
from matka_kit.testing import World
from matka_people.main import SERVICE as PEOPLE
from tests.support.mothers_people import NOON
from tests.support.query_coverage import every_query_has_an_index


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is late leaves a gap in a page: that must not hang on how busy the machine is."""
    monkeypatch.setattr("matka_gateway.upstream._DEADLINE_SECONDS", 60.0)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(World(tmp_path, [PEOPLE, SERVICE], NOON))
        await stack.enter_async_context(every_query_has_an_index(running.host("gateway")._store))
        yield running
