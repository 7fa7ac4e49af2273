"""The matrix: every route of every service, asked by everybody about what is really there.

Who may, may; nobody else learns or changes a thing. `tests/support/rights.py` says who may what.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from matka_cli.catalogue import declared
from matka_kit.auth import create_keys
from matka_kit.host import GATEWAY
from matka_kit.testing import World
from tests.support.everybody import as_everybody, everybody_and_everything, signed_in
from tests.support.false_tokens import false_tokens
from tests.support.matrix import Nothing, filled, heard, routes
from tests.support.own_pages import SERVICES as SERVED
from tests.support.own_pages import SITE
from tests.support.rights import EVERYBODY, GATEWAYS_OWN, RIGHTS, SERVICES, TOLD
from tests.support.routes import described, mounted
from tests.support.small_program import BEGINNING
from tests.support.untouched import Files

NOWHERE = {(403, "forbidden"), (404, "not-found")}
UNKNOWN = (401, "unauthenticated")
together = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Town:
    """Services in which there is one of everything, and their files."""

    world: World
    known: dict[str, str]
    files: Files
    keys: Path


@asynccontextmanager
async def running_town(folder: Path) -> AsyncIterator[Town]:
    create_keys(folder / "keys", SERVICES)
    async with World(folder, SERVED, BEGINNING, {"public_url": SITE}) as world:
        known = await everybody_and_everything(world)
        files = Files(folder, [each.name for each in SERVED if each.name != GATEWAY])
        try:
            yield Town(world, known, files, folder / "keys")
        finally:
            files.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One for all tests: those that change nothing come first."""
    async with running_town(tmp_path_factory.mktemp("town")) as running:
        yield running


def test_no_route_is_forgotten() -> None:
    services = [service for service in declared() if service.name != GATEWAY]
    listed = {name: set(table) for name, table in RIGHTS.items()}
    assert {each.name: described(each) for each in services} == listed
    assert {each.name: {f"{m} {p}" for m, p in mounted(each)} for each in services} == listed
    assert not [each.name for each in services if each.public_routers], "only the gateway opens to the world"
    [gateway] = [service for service in declared() if service.name == GATEWAY]
    assert described(gateway) == GATEWAYS_OWN.keys()


def test_who_is_told_that_they_may_not_is_not_also_let_in() -> None:
    rights = {f"{service} {route}": may for service, route, may in routes()}
    assert TOLD.keys() <= rights.keys()
    assert not [each for each, told in TOLD.items() if told & rights[each]]


@together
async def test_who_shows_no_valid_token_is_nobody_at_any_door(town: Town) -> None:
    wrong = []
    for service, route, _ in routes():
        for kind, token in false_tokens(town.keys, service).items():
            client = town.world.as_nobody(service)
            client.headers.update({"Authorization": f"Bearer {token}"} if token else {})
            status, problem = await heard(client, filled(service, route, town.known))
            if (status, problem and problem["code"]) != UNKNOWN or town.files.written():
                wrong.append((service, route, kind, status, problem))
    assert not wrong, "\n".join(map(str, wrong))


async def refused(town: Town, client: httpx2.AsyncClient, cell: tuple[str, str, str]) -> str:
    """What is wrong with the refusal of somebody at a door; nothing if nothing is."""
    service, route, name = cell
    status, problem = await heard(client, filled(service, route, town.known))
    told = name in TOLD.get(f"{service} {route}", ())
    if problem is None or (status, problem["code"]) not in NOWHERE:
        return f"{cell}: {status} {problem}"
    if town.files.written():
        return f"{cell}: something was written"
    for_nothing = await heard(client, filled(service, route, Nothing()))
    if told != (status == 403 and for_nothing != (status, problem)):
        return f"{cell}: {status} {problem}, and where nothing is {for_nothing}"
    return ""


@together
async def test_who_may_not_is_refused_learns_nothing_and_changes_nothing(town: Town) -> None:
    await town.world.drain()
    before, wrong = len(town.world.bus.published), []
    town.files.written()
    for service, route, may in routes():
        everybody = as_everybody(town.world, service, town.known)
        wrong += [
            await refused(town, everybody[name], (service, route, name))
            for name in sorted(everybody.keys() - may)
        ]
    await town.world.drain()
    assert not any(wrong), "\n".join(filter(None, wrong))
    assert len(town.world.bus.published) == before


@together
async def test_the_gateways_api_lets_nobody_do_more_than_the_service_behind_it(town: Town) -> None:
    people, nobody = await signed_in(town.world), town.world.as_nobody(GATEWAY)
    await town.world.drain()
    town.files.written()
    wrong = []
    for service, route, may in routes():
        for name in sorted(people.keys() - may):
            asked = filled(service, route, town.known)
            status, problem = await heard(people[name], asked, f"/api/{service}")
            told = name in TOLD.get(f"{service} {route}", ())
            if problem is None or (status, problem["code"]) not in NOWHERE or (told and status != 403):
                wrong.append(f"{service} {route} {name}: {status} {problem}")
        status, problem = await heard(nobody, filled(service, route, town.known), f"/api/{service}")
        if (status, problem and problem["code"]) != UNKNOWN or town.files.written():
            wrong.append(f"{service} {route} nobody: {status} {problem}")
    assert not any(wrong), "\n".join(filter(None, wrong))


@together
async def test_what_needs_a_session_at_the_gateway_is_closed_without_a_valid_one(town: Town) -> None:
    closed = [route for route, who in GATEWAYS_OWN.items() if who != "nobody"]
    town.files.written()
    for route in closed:
        for kind, token in {**false_tokens(town.keys, GATEWAY), "a long one": "x" * 5000}.items():
            client = town.world.as_nobody(GATEWAY)
            client.headers.update({"Authorization": f"Bearer {token}"} if token else {})
            status, problem = await heard(client, filled(GATEWAY, route, town.known))
            assert (status, problem["code"]) == UNKNOWN, (route, kind)
            assert not town.files.written(), (route, kind)


@together
async def test_lists_of_ones_own_name_nobody_and_nothing_else(town: Town) -> None:
    theirs = {"elsewhere", "exercise", "course"}
    strangers = {"coordinator elsewhere", "mentee elsewhere", "without a role", *SERVICES}
    secret = {value for name, value in town.known.items() if name not in strangers | theirs}
    for service, route, may in routes():
        if may != EVERYBODY:
            continue
        everybody = as_everybody(town.world, service, town.known)
        for name in sorted(strangers & everybody.keys()):
            method, path, _ = filled(service, route, town.known)
            answer = await everybody[name].request(method, path)
            assert [each for each in secret if each in answer.text] == [], (service, route, name)


@together
async def test_who_may_is_let_in(town: Town) -> None:
    """The last one here, for it changes everything."""
    wrong = []
    for service, route, may in routes():
        everybody = as_everybody(town.world, service, town.known)
        for name in sorted(everybody.keys() & may):
            status, problem = await heard(everybody[name], filled(service, route, town.known))
            code = problem["code"] if problem else ""
            if (status, code) in NOWHERE | {UNKNOWN} or code in {"invalid-input", "internal"}:
                wrong.append(f"{service} {route} {name}: {status} {problem}")
    assert not wrong, "\n".join(wrong)
