"""Every page that there is, asked of the mounted routes: who gets to see it, and that no form slips by."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_gateway.main import SERVICE
from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.one_of_everything import OTHER_MENTEE, one_of_everything
from tests.support.own_pages import SERVICES, SITE
from tests.support.routes import mounted
from tests.support.small_program import BEGINNING, MENTEE, MENTOR

PAGES = [(method, path) for method, path in mounted(SERVICE) if not path.startswith("/api/")]
OPEN = {
    *("/", "/me", "/language", "/{path:path}", "/static/{name}", "/verify", "/verify/{number:path}"),
    *("/sign-in", "/sign-in/{request_id}", "/log/{token}", "/stop/{token}"),
    *("/apply", "/apply/received", "/apply/{program_id}", "/apply/{program_id}/{role}"),
}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}
WORDS = {"deed": "hold", "answer": "accept", "step": "start", "role": "mentee", "service": "pairing"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": SITE}) as running:
        yield running


@pytest.fixture
async def known(world: World) -> dict[str, str]:
    return await one_of_everything(world)


def there(path: str, known: dict[str, str]) -> str:
    """A page's address with what there is in the places of its parameters."""
    places = known | WORDS | {"person": known["mentee"], "job": f"{known['draft']}:publish", "number": "1"}
    places |= {"deed": "sign-up"} if "gatherings" in path else {}

    def place(match: re.Match[str]) -> str:
        return places.get(match[1].strip("_").removesuffix("_id"), "there")

    return re.sub(r"\{(\w+)(?::path)?\}", place, path)


async def test_nobody_gets_past_the_doors_that_are_open(world: World, known: dict[str, str]) -> None:
    nobody, before = Browser.at(world).http, len(world.bus.published)
    for method, path in PAGES:
        if path in OPEN:
            continue
        answer = await nobody.request(method, there(path, known), headers=FROM_OUR_PAGE)
        seen = (answer.status_code, answer.headers.get("location", "").partition("?")[0])
        if method == "POST":
            assert seen == (403, ""), path
        elif "{_" in path:  # a form's address opened as a link leads to where the form is
            assert (seen[0], seen[1].startswith("/mine")) == (303, True), path
        else:
            assert seen == (303, "/sign-in"), path
    await world.drain()
    assert len(world.bus.published) == before


async def test_no_form_from_elsewhere_is_taken_but_the_one_that_mail_programs_send(
    world: World, known: dict[str, str]
) -> None:
    amal = Browser.at(world)
    await amal.sign_in(world, MENTEE)
    for method, path in PAGES:
        if method == "POST" and path not in {"/stop/{token}", "/{path:path}"}:
            answer = await amal.http.post(there(path, known), headers=ELSEWHERE)
            assert answer.status_code == 403, path


@pytest.mark.parametrize("email", [MENTEE, MENTOR])
async def test_participants_get_to_see_and_do_nothing_of_staffs(
    world: World, known: dict[str, str], email: str
) -> None:
    browser = Browser.at(world)
    await browser.sign_in(world, email)
    await browser.open("/mine/support")
    proof, before = browser.form("/mine/support"), len(world.bus.published)
    for method, path in PAGES:
        if path.startswith("/programs"):
            address = there(path, known)
            answer = await browser.http.request(
                method, address, data=proof if method == "POST" else None, headers=FROM_OUR_PAGE
            )
            assert answer.status_code in {403, 404}, (method, path)
            assert not [each for each in known.values() if each in answer.text and each not in address], path
    await world.drain()
    assert len(world.bus.published) == before


async def test_what_is_the_pairs_own_is_not_there_for_others(world: World, known: dict[str, str]) -> None:
    browser = Browser.at(world)
    await browser.sign_in(world, OTHER_MENTEE)
    await browser.open("/mine/support")
    proof, before = browser.form("/mine/support"), len(world.bus.published)
    for method, path in PAGES:
        about = re.search(r"\{(pair|meeting|certificate|case)_id\}", path)
        if not about or path.startswith("/programs"):
            continue
        answer = await browser.http.request(
            method, there(path, known), data=proof if method == "POST" else None, headers=FROM_OUR_PAGE
        )
        assert answer.status_code in {403, 404}, (method, path)
        assert "Maija" not in answer.text, path
    await world.drain()
    assert len(world.bus.published) == before
