"""What somebody may do follows what `people` says, also while they are signed in."""

from dataclasses import replace

import pytest

from matka_contracts.people import PersonErased
from matka_kit.testing import World
from tests.support.gateway import Browser, api_session, problem
from tests.support.people import ADMINISTRATOR, grant, register


@pytest.fixture(autouse=True)
async def amal(world: World) -> str:
    return await register(world, "amal@example.org", "Amal Haddad")


async def test_a_role_that_was_granted_serves_in_an_open_session(world: World, amal: str) -> None:
    api = await api_session(world, "amal@example.org")
    assert (await api.get("/api/me")).json()["grants"] == []
    await grant(world, amal, "helper", "spring")
    await world.drain()
    assert (await api.get("/api/me")).json()["grants"] == [{"role": "helper", "scope": "spring"}]


async def test_a_role_that_was_revoked_serves_no_more(world: World, amal: str) -> None:
    await grant(world, amal, "coordinator", "spring")
    api = await api_session(world, "amal@example.org")
    new = {"name": "Maija", "email": "maija@example.org"}
    assert (await api.post("/api/people/persons", json=new)).status_code == 201
    root = world.as_person("people", "root", ADMINISTRATOR)
    assert (await root.delete(f"/persons/{amal}/roles/coordinator/spring")).status_code == 204
    await world.drain()
    assert problem(await api.post("/api/people/persons", json=new))["status"] == 403


async def test_a_role_granted_between_signing_in_and_the_first_use_is_not_missed(
    world: World, amal: str
) -> None:
    secret = await world.deps("gateway").sessions.open(amal, "fi")
    await grant(world, amal, "mentor", "spring")
    session = await world.deps("gateway").sessions.of(secret)
    assert [grant.role for grant in session.grants] == ["mentor"]


async def test_who_is_erased_is_signed_out_everywhere(world: World, amal: str) -> None:
    api, browser = await api_session(world, "amal@example.org"), Browser.at(world)
    await browser.sign_in(world, "amal@example.org")
    root = world.as_person("people", "root", ADMINISTRATOR)
    assert (await root.post(f"/persons/{amal}/erase")).status_code == 204
    await world.drain()
    assert world.published(PersonErased)
    assert problem(await api.get("/api/me"))["status"] == 401
    await browser.open("/mine")
    assert browser.page.headers["location"] == "/sign-in?then=/mine"


async def test_a_changed_language_is_the_language_of_the_pages(world: World, amal: str) -> None:
    browser = Browser.at(world, "en")
    await browser.sign_in(world, "amal@example.org")
    await browser.open("/")
    assert browser.heading == "Tervetuloa"
    api = await api_session(world, "amal@example.org")
    await api.patch(f"/api/people/persons/{amal}", json={"language": "sv", "name": "Amal H."})
    await world.drain()
    await browser.open("/")
    assert browser.heading == "Välkommen"


async def test_others_changes_are_nothing_to_a_session(world: World) -> None:
    maija = await register(world, "maija@example.org", "Maija")
    browser = Browser.at(world)
    await browser.sign_in(world, "amal@example.org")
    root = world.as_person("people", "root", ADMINISTRATOR)
    await root.patch(f"/persons/{maija}", json={"language": "sv"})
    await root.patch(f"/persons/{maija}", json={"phone": "+358 40 000"})
    await world.drain()
    await browser.open("/")
    assert browser.heading == "Tervetuloa"


async def test_a_bug_is_a_page_too_and_tells_nothing_of_itself(world: World, amal: str) -> None:
    await grant(world, amal, "helper", "spring")
    browser = Browser.at(world)
    await browser.sign_in(world, "amal@example.org")
    app = world._apps["gateway"]
    app.state.deps = replace(app.state.deps, upstream=None)
    answer = await browser.open("/programs")
    assert (answer.status_code, browser.heading) == (500, "Jokin meni vikaan")
    assert "NoneType" not in answer.text
    api = await api_session(world, "amal@example.org")
    assert problem(await api.get("/api/people/me"))["code"] == "internal"


async def test_while_the_roles_cannot_be_read_pages_say_so_and_nobody_is_signed_out(
    world: World, amal: str
) -> None:
    browser = Browser.at(world)
    await browser.sign_in(world, "amal@example.org")
    await grant(world, amal, "mentee", "spring")
    await world.drain()
    address = world.deps("gateway").settings.urls.pop("people")
    answer = await browser.open("/mine")
    assert (answer.status_code, browser.heading) == (503, "Matka vetää hetken henkeä")
    assert (await browser.open("/verify")).status_code == 200
    world.deps("gateway").settings.urls["people"] = address
    assert (await browser.open("/mine")).status_code == 200


async def test_signing_in_while_people_goes_away_afterwards_still_signs_in(world: World, amal: str) -> None:
    deps = world.deps("gateway")
    secret = await deps.sessions.open(amal, "fi")
    browser = Browser.at(world)
    browser.http.cookies.set("matka-session", secret)
    deps.settings.urls.pop("people")
    assert (await browser.open("/")).status_code == 200
