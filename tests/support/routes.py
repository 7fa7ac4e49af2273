"""The routes of a service, as its application has them and as its OpenAPI document tells them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from matka_kit.app import create_app
from matka_kit.bus import MemoryBus
from matka_kit.clock import SystemClock
from matka_kit.declaration import Service
from matka_kit.host import Parts, topology_of

_SETTINGS: dict[str, Any] = {"smtp_url": "smtp://127.0.0.1:9", "public_url": "https://matka.example.org"}


def document(service: Service[Any]) -> dict[str, Any]:
    """The OpenAPI document of a service, which need not run for that."""
    settings = service.settings(
        environment="development",
        broker_url="memory:",
        store_url="sqlite:nowhere",
        keys=Path("nowhere"),
        **_SETTINGS,
    )
    parts = Parts(MemoryBus(), SystemClock(), topology_of([service], (5,)))
    return create_app(service, settings, parts).openapi()


def described(service: Service[Any]) -> set[str]:
    """Method and path of each route in a service's document."""
    return {
        f"{method.upper()} {path}" for path, each in document(service)["paths"].items() for method in each
    }


def mounted(service: Service[Any]) -> Iterator[tuple[str, str]]:
    """Method and path of each route that is there for callers."""
    for router in (*service.public_routers, *service.routers):
        yield from _doors(router.routes)


def _doors(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _doors(included.routes)
            continue
        assert isinstance(route, APIRoute), f"{route} is no route that could ask for a token"
        yield from ((method, route.path) for method in sorted(route.methods or ()))
