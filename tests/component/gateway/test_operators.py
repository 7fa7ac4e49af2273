"""The gateway's health, metrics and activity are for operators nearby, not for the public."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx2
import pytest

from matka_gateway.main import SERVICE
from matka_gateway.settings import GatewaySettings
from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.mothers_people import NOON

PATHS = ("/health/live", "/health/ready", "/activity", "/metrics")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    settings = {"operators": "127.0.0.0/8, ::1/128, 10.1.0.0/16"}
    async with World(tmp_path, [SERVICE], NOON, settings) as running:
        yield running


def from_address(world: World, address: str, **headers: str) -> httpx2.AsyncClient:
    """A client at this address."""
    transport = httpx2.ASGITransport(
        app=world._apps["gateway"], raise_app_exceptions=False, client=(address, 50_000)
    )
    return httpx2.AsyncClient(transport=transport, base_url="http://gateway.test", headers=headers)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "::ffff:127.0.0.1"])
async def test_operators_nearby_are_answered(world: World, address: str) -> None:
    async with from_address(world, address) as client:
        assert {(await client.get(path)).status_code for path in PATHS} == {200}


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("198.51.100.7", ""),
        ("2001:db8::7", ""),
        ("10.2.0.1", ""),
        ("somewhere", ""),
        ("127.0.0.1", "X-Forwarded-For"),
        ("127.0.0.1", "Forwarded"),
        ("10.1.2.3", "X-Real-IP"),
    ],
)
async def test_to_the_public_there_is_nothing(world: World, address: str, header: str) -> None:
    headers = {header: "127.0.0.1"} if header else {}
    async with from_address(world, address, **headers) as client:
        assert {(await client.get(path)).status_code for path in PATHS} == {404}
        assert (await client.get("/")).status_code == 200


def test_only_this_machine_is_near_unless_set_and_nonsense_is_refused(tmp_path: Path) -> None:
    given: dict[str, Any] = {"broker_url": "memory:", "store_url": f"sqlite:{tmp_path}", "keys": tmp_path}
    settings = GatewaySettings(environment="development", **given)
    assert settings.operators == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    with pytest.raises(ValueError, match="operators"):
        GatewaySettings(environment="development", operators="next door", **given)
