"""A town of four services over the broker, begun anew for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_learning.main import SERVICE as LEARNING
from matka_pairing.main import SERVICE as PAIRING
from matka_people.main import SERVICE as PEOPLE
from matka_scheduling.main import SERVICE as SCHEDULING
from tests.support.town import Town
from tests.support.town_life import Life


@pytest.fixture
async def town(broker: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path, broker, [PEOPLE, PAIRING, SCHEDULING, LEARNING]) as running:
        yield running


@pytest.fixture
async def life(town: Town) -> Life:
    """An open program."""
    return await Life.begins(town)


@pytest.fixture
async def whole_life(life: Life) -> Life:
    """A program with a pair that meets."""
    await life.imports()
    await life.forms_a_pair()
    await life.meets_and_learns()
    return life
