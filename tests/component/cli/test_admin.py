"""The first administrator: made at a running `people`, from its keys and address."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from matka_cli import ports, topology
from matka_cli.roster import KEY_HOLDERS
from matka_kit.auth import create_keys
from tests.support.command import complaint, matka, said
from tests.support.waiting import until

EMAIL = "rauha@example.org"


@pytest.fixture
async def data(broker: str, tmp_path: Path) -> AsyncIterator[Path]:
    """The data folder of a Matka of which `people` runs, a process of its own."""
    await topology.apply(broker, (1, 2))
    create_keys(tmp_path / "keys", KEY_HOLDERS)
    [port] = ports.free(1)
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "urls.json").write_text(json.dumps({"people": url}))
    told = {
        "MATKA_ENVIRONMENT": "development",
        "MATKA_PORT": str(port),
        "MATKA_BROKER_URL": broker,
        "MATKA_STORE_URL": f"sqlite:{tmp_path}",
        "MATKA_KEYS": str(tmp_path / "keys"),
        "MATKA_RUNGS": "1,2",
    }
    words = [sys.executable, "-m", "matka_people.main"]
    people = await asyncio.create_subprocess_exec(
        *words, env={**os.environ, **told}, stdout=subprocess.DEVNULL
    )
    async with httpx2.AsyncClient() as client:

        async def is_ready() -> bool:
            try:
                return (await client.get(f"{url}/health/ready")).status_code == 200
            except httpx2.TransportError:
                return False

        await until("people is ready", is_ready, 30)
    yield tmp_path
    people.terminate()
    await people.wait()


async def test_an_administrator_is_made_once_and_anything_else_is_said(data: Path) -> None:
    first = await asyncio.to_thread(said, "admin", "create", EMAIL, "--name", "Rauha Root", "--data", data)
    assert first.startswith(f"{EMAIL} is an administrator now (")
    again = await asyncio.to_thread(said, "admin", "create", EMAIL.upper(), "--data", data)
    assert again.partition("(")[2] == first.partition("(")[2], "the same person"

    refused = await asyncio.to_thread(complaint, "admin", "create", "nobody", "--data", data)
    assert refused.startswith("refused: invalid-input ")
    assert "email" in refused

    create_keys(data / "others", KEY_HOLDERS)
    other = {"MATKA_KEYS": str(data / "others"), "MATKA_URLS": (data / "urls.json").read_text()}
    refused = (await asyncio.to_thread(matka, "admin", "create", EMAIL, **other)).stderr
    assert refused == "refused: unauthenticated\n"


def test_keys_that_are_not_there_are_named(tmp_path: Path) -> None:
    told = complaint("admin", "create", EMAIL, "--data", tmp_path, status=2)
    assert f"{tmp_path / 'keys'} lacks cli.private.pem" in told


@pytest.mark.parametrize(
    "urls", ["", "not json", "[]", '{"pairing": "http://127.0.0.1:1"}', '{"people": "x"}']
)
def test_where_no_matka_runs_the_hint_says_what_to_do(urls: str, tmp_path: Path) -> None:
    create_keys(tmp_path / "keys", ["cli"])
    told = complaint("admin", "create", EMAIL, "--data", tmp_path, status=2, MATKA_URLS=urls)
    assert "no running Matka found" in told
    assert "matka up" in told


def test_a_people_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys", ["cli"])
    urls = '{"people": "http://127.0.0.1:1"}'
    told = complaint("admin", "create", EMAIL, "--data", tmp_path, MATKA_URLS=urls)
    assert re.fullmatch(r"people is away.*\n", told)
