"""Files lie in pieces and come back whole, or not at all."""

from pathlib import Path

import pytest

from matka_certificates.archive import Archive, FiledEdition
from matka_certificates.main import SERVICE
from matka_certificates.store import COLLECTIONS
from matka_kit.errors import Transient
from matka_kit.store import open_store
from matka_kit.testing import World
from tests.support.mothers_certificates import JULY

SETTINGS = {"public_url": "https://matka.example.org"}
LARGE = bytes(range(256)) * 10_000


async def test_a_large_file_comes_back_as_it_was_and_its_pieces_may_be_written_twice(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:{tmp_path}", "certificates", COLLECTIONS)
    archive = Archive(store)
    pieces = await archive.file(FiledEdition("one", "certificate"), "hash", LARGE)
    assert pieces == await archive.file(FiledEdition("two", "certificate"), "hash", LARGE) == 3
    assert await archive.read("hash", pieces) == LARGE
    await archive.drop_files("certificate")
    with pytest.raises(Transient):
        await archive.read("hash", pieces)
    await store.close()


async def test_the_service_starts_and_stops_without_having_printed_anything(tmp_path: Path) -> None:
    async with World(tmp_path, [SERVICE], JULY, SETTINGS) as world:
        ready = await world.as_nobody("certificates").get("/health/ready")
        assert ready.status_code == 200
