"""Learning running with a pair, and what pairing tells of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.testing import World
from matka_learning.main import SERVICE
from tests.support.mothers_learning import MARCH
from tests.support.study_room import StudyRoom


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[StudyRoom]:
    async with World(tmp_path, [SERVICE], MARCH) as world:
        room = StudyRoom(world)
        await room.opens()
        yield room
