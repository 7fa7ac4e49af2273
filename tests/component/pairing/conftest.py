"""Pairing and people running, with a program that takes applications; every query along an index."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.testing import World
from matka_pairing.main import SERVICE as PAIRING
from matka_people.main import SERVICE as PEOPLE
from tests.support.mothers_pairing import NOON
from tests.support.office import Office
from tests.support.query_coverage import every_query_has_an_index


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with (
        World(tmp_path, [PEOPLE, PAIRING], NOON) as world,
        every_query_has_an_index(world.deps("pairing").store),
    ):
        yield world


@pytest.fixture
async def office(world: World) -> Office:
    return await Office.opened(world)
