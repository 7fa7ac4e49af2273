"""Every route of every service wants a token: asked of the mounted routes, so that none is forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from matka_cli.catalogue import declared
from matka_kit.app import create_app
from matka_kit.auth import Caller, Signer, create_keys
from matka_kit.bus import MemoryBus
from matka_kit.clock import SystemClock
from matka_kit.declaration import Service
from matka_kit.host import GATEWAY, Parts, topology_of

OPERATIONS = {"/health/live", "/health/ready", "/activity", "/metrics"}
SERVICES = {service.name: service for service in declared() if service.name != GATEWAY}
SETTINGS: dict[str, Any] = {"smtp_url": "smtp://127.0.0.1:9", "public_url": "https://matka.example.org"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_keys(folder, {*SERVICES, GATEWAY})
    return folder


def app_of(service: Service[Any], folder: Path, keys: Path) -> FastAPI:
    settings = service.settings(
        environment="development", broker_url="memory:", store_url=f"sqlite:{folder}", keys=keys, **SETTINGS
    )
    return create_app(service, settings, Parts(MemoryBus(), SystemClock(), topology_of([service], (5,))))


def doors(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Method and path of each route, with something in the place of its parameters."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            assert not route.include_context.prefix, "a prefix would have to be put before each path"  # type: ignore[attr-defined]  # as FastAPI has it on included routers
            yield from doors(included.routes)
            continue
        assert isinstance(route, APIRoute), f"{route} is no route that could ask for a token"
        if route.path not in OPERATIONS:
            path = re.sub(r"\{[^}]+\}", "11111111-1111-5111-8111-111111111111", route.path)
            yield from ((method, path) for method in sorted(route.methods or ()))


@pytest.mark.parametrize("name", SERVICES)
async def test_no_route_answers_without_a_valid_token(name: str, tmp_path: Path, keys: Path) -> None:
    service = SERVICES[name]
    app = app_of(service, tmp_path, keys)
    elsewhere = Signer.of(keys, GATEWAY).token("elsewhere", Caller(subject="amal"))
    impostor = Signer.of(keys, name).token(name, Caller(subject="amal"))
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://service.test") as nobody,
    ):
        for method, path in doors(app.routes):
            for token in ("", "x", elsewhere, impostor):
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                answer = await nobody.request(method, path, headers=headers, json={})
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), (method, path)


def test_services_have_routes_and_only_the_gateway_opens_to_the_world(tmp_path: Path, keys: Path) -> None:
    counted = {
        name: len([*doors(app_of(service, tmp_path, keys).routes)]) for name, service in SERVICES.items()
    }
    assert not [name for name, service in SERVICES.items() if service.public_routers]
    assert {name for name, count in counted.items() if count == 0} <= {"notifications"}
