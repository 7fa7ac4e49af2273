"""Whoever applies reads what becomes of what they write: who keeps it, what for, how long, whom to ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.gateway import Browser
from tests.support.own_pages import SERVICES, SITE
from tests.support.small_program import BEGINNING, SmallProgram


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": SITE}) as running:
        yield running


SAID = {
    "fi": ("hanketiimi lukee tiedot", "päättymisestä on kulunut pitkä aika", "mitä sinusta tiedetään"),
    "fi-simple": ("Hanketiimi lukee", "loppumisesta on pitkä aika", "mitä tietoja meillä on sinusta"),
    "sv": ("projektteam läser det", "när programmet är slut sedan länge", "vad som är känt om dig"),
    "en": ("staff of the program read it", "when the program is long over", "what is known of you"),
}


async def test_the_same_is_promised_in_every_language(world: World) -> None:
    program = await SmallProgram.opened(world)
    for language, sentences in SAID.items():
        visitor = Browser.at(world, language)
        await visitor.open(f"/apply/{program.id}/mentee")
        assert [each for each in sentences if each not in visitor.words] == [], language


async def test_who_keeps_the_data_and_where_to_write_is_named_if_the_installation_says(world: World) -> None:
    program = await SmallProgram.opened(world)
    visitor = Browser.at(world, "en")
    await visitor.open(f"/apply/{program.id}/mentor")
    assert "The organisation that runs the program keeps what you write here." in visitor.words
    assert "Ask the staff of the program." in visitor.words
    settings = world.deps("gateway").settings
    settings.organisation, settings.contact = "Väylä ry", "tiedot@example.org"
    await visitor.open(f"/apply/{program.id}/mentor")
    assert "Väylä ry\u2069, which runs the program, keeps what you write here." in visitor.words
    assert 'href="mailto:tiedot@example.org"' in visitor.page.text
