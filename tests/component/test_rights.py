"""Every route of every service is asked by everybody: who may, may; nobody else learns or changes a thing."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from matka_cli.catalogue import declared
from matka_kit.auth import create_keys
from matka_kit.host import GATEWAY
from matka_kit.testing import World
from tests.support.one_of_everything import one_of_everything
from tests.support.own_pages import SERVICES as SERVED
from tests.support.own_pages import SITE
from tests.support.rights import BODIES, EVERYBODY, RIGHTS, SERVICES
from tests.support.routes import mounted
from tests.support.small_program import BEGINNING

REFUSED = {(401, "unauthenticated"), (403, "forbidden"), (404, "not-found")}
QUERIES = {"pairing GET /proposals/{draft_id}/why-not": "?mentor={mentor}&mentee={mentee}"}
THINGS = {"/gatherings": "gathering", "/meetings": "meeting", "/jobs": "job", "/goals": "goal"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", SERVICES)
    async with World(tmp_path, SERVED, BEGINNING, {"public_url": SITE}) as running:
        yield running


@pytest.fixture
async def known(world: World) -> dict[str, str]:
    return await one_of_everything(world)


def callers(world: World, service: str, known: Mapping[str, str]) -> dict[str, httpx2.AsyncClient]:
    """Everybody who may come to the door of a service."""
    people = {
        "mentor": (known["mentor"], ("mentor", known["program"])),
        "mentee": (known["mentee"], ("mentee", known["program"])),
        "other mentor": (known["other mentor"], ("mentor", known["program"])),
        "other mentee": (known["other mentee"], ("mentee", known["program"])),
        "reader": ("reader", ("reader", known["program"])),
        "helper": ("helper", ("helper", known["program"])),
        "coordinator": ("coordinator", ("coordinator", known["program"])),
        "administrator": ("administrator", ("administrator", "*")),
        "coordinator elsewhere": ("stranger", ("coordinator", "autumn")),
        "mentee elsewhere": ("guest", ("mentee", "autumn")),
    }
    found = {name: world.as_person(service, id_, grant) for name, (id_, grant) in people.items()}
    found["without a role"] = world.as_person(service, "nobody")
    return found | {name: world.as_service(service, name) for name in sorted(SERVICES - {service})}


def filled(service: str, route: str, known: Mapping[str, str]) -> tuple[str, str, Any]:
    """Method, path and body of a route, with what there is in the places of its parameters."""
    method, _, path = route.partition(" ")
    thing = THINGS.get(path[: path.find("/", 1)], "assignment")
    places = {"id": known[thing], "token": known.get(f"{service} token", "")}
    places |= {"role": "reader", "scope": known["program"], "person_id": known["mentee"]}
    places |= {"person_id": known["mentor"]} if "/mentors/" in path else {}
    places["job_id"] = f"{known['draft']}:publish"

    def there(match: re.Match[str]) -> str:
        name = match[1]
        return places.get(name) or known[name.removesuffix("_id")]

    path = re.sub(r"\{([a-z0-9_ ]+)\}", there, path + QUERIES.get(f"{service} {route}", ""))
    body = re.sub(r"\{([a-z0-9]+)\}", there, json.dumps(BODIES.get(f"{service} {route}")))
    return method, path, json.loads(body)


def test_no_route_is_forgotten() -> None:
    found = {
        service.name: {f"{method} {path}" for method, path in mounted(service)}
        for service in declared()
        if service.name != GATEWAY
    }
    assert {name: set(routes) for name, routes in RIGHTS.items()} == found


async def test_who_may_not_is_refused_everywhere_and_changes_nothing(
    world: World, known: dict[str, str]
) -> None:
    before, wrong = len(world.bus.published), []
    for service, routes in RIGHTS.items():
        everybody = callers(world, service, known) if routes else {}
        for route, allowed in routes.items():
            method, path, body = filled(service, route, known)
            for name in sorted(everybody.keys() - allowed):
                answer = await everybody[name].request(method, path, json=body)
                if answer.is_success or (answer.status_code, answer.json()["code"]) not in REFUSED:
                    wrong.append((service, route, name, answer.status_code, answer.text[:100]))
    await world.drain()
    assert not wrong, "\n".join(map(str, wrong))
    assert len(world.bus.published) == before


async def test_who_may_is_let_in(world: World, known: dict[str, str]) -> None:
    wrong = []
    for service, routes in RIGHTS.items():
        everybody = callers(world, service, known) if routes else {}
        for route, allowed in routes.items():
            method, path, body = filled(service, route, known)
            for name in sorted(everybody.keys() & allowed):
                answer = await everybody[name].request(method, path, json=body)
                code = "" if answer.is_success else answer.json()["code"]
                if (answer.status_code, code) in REFUSED or code in {"invalid-input", "internal"}:
                    wrong.append((service, route, name, answer.status_code, answer.text[:100]))
    assert not wrong, "\n".join(map(str, wrong))


async def test_lists_of_ones_own_name_nobody_and_nothing_else(world: World, known: dict[str, str]) -> None:
    secret = {*known.values()} - {known["exercise"], known["course"]}
    for service, routes in RIGHTS.items():
        everybody = callers(world, service, known) if routes else {}
        for route in (each for each, allowed in routes.items() if allowed == EVERYBODY):
            method, path, _ = filled(service, route, known)
            for name in ("coordinator elsewhere", "mentee elsewhere", "without a role", *sorted(SERVICES)):
                if name not in everybody:
                    continue
                answer = await everybody[name].request(method, path)
                told = [each for each in secret if each in answer.text]
                assert told == [], (service, route, name)
