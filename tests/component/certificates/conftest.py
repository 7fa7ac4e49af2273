"""The services `certificates` and `people`, running in this process; pages are set in one of their own."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matka_certificates.fonts import DEBIAN_FONTS
from matka_certificates.handlers.parts import Certificates, build
from matka_certificates.main import SERVICE
from matka_certificates.press import Press
from matka_kit.auth import create_keys
from matka_kit.runtime import Runtime
from matka_kit.testing import World
from matka_people.main import SERVICE as PEOPLE
from tests.support.mothers_certificates import JULY
from tests.support.people import register
from tests.support.query_coverage import every_query_has_an_index


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """One press for all tests: starting its process takes a second."""
    shared = Press(1, DEBIAN_FONTS)
    yield shared
    shared.stop()


@pytest.fixture
async def world(tmp_path: Path, press: Press) -> AsyncIterator[World]:
    def build_with_press(runtime: Runtime) -> Certificates:
        return replace(build(runtime), press=press)

    create_keys(tmp_path / "keys", ["notifications", "learning"])
    service = replace(SERVICE, build=build_with_press, close=None)
    settings = {"public_url": "https://matka.example.org"}
    async with (
        World(tmp_path, [PEOPLE, service], JULY, settings) as running,
        every_query_has_an_index(running.host("certificates")._store),
    ):
        yield running


@pytest.fixture
async def amal(world: World) -> str:
    """The id of Amal, who is known at people."""
    return await register(world)
