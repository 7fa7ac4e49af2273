"""Notifications and people in this process, a real SMTP server beside them; every query by an index."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.testing import World
from matka_notifications.main import SERVICE as NOTIFICATIONS
from matka_people.main import SERVICE as PEOPLE
from tests.support.mail_room import MailRoom
from tests.support.mothers_notifications import NOON
from tests.support.post_office import PostOffice, post_office
from tests.support.query_coverage import every_query_has_an_index

PUBLIC_URL = "https://matka.example.org"


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """While something is away, ask again soon."""
    monkeypatch.setattr("matka_notifications.sending._AWAY_SECONDS", 0.02)


@pytest.fixture
async def world(tmp_path: Path, office: PostOffice) -> AsyncIterator[World]:
    settings = {"smtp_url": office.url, "public_url": PUBLIC_URL}
    async with (
        World(tmp_path, [PEOPLE, NOTIFICATIONS], NOON, settings) as world,
        every_query_has_an_index(world.deps("notifications").letters._store),
    ):
        yield world


@pytest.fixture
async def room(world: World, office: PostOffice) -> MailRoom:
    room = MailRoom(world, office)
    await room.settle_in()
    return room
