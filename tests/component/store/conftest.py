"""One database per test, on each adapter in turn."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from matka_kit.store import Document, Store
from tests.support.things import Place


@pytest.fixture(params=["sqlite", "mongodb"])
def adapter(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def place(adapter: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    if adapter == "sqlite":
        yield Place(f"sqlite:{tmp_path}", name)
        return
    url = str(request.getfixturevalue("mongodb_url"))
    yield Place(url, name)
    client: AsyncMongoClient[Document] = AsyncMongoClient(url)
    await client.drop_database(f"matka_{name}")
    await client.close()


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    store = await place.open()
    yield store
    await store.close()


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place(f"sqlite:{tmp_path}", "things")
