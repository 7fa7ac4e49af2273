"""The routes of a service, as its application has them."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from matka_kit.declaration import Service


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
