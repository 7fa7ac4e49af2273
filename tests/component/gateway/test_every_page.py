"""The matrix of pages: everybody visits each of them; `tests/support/page_rights.py` says who may."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from matka_gateway import upstream
from matka_gateway.main import SERVICE
from matka_kit.auth import create_keys
from matka_kit.host import GATEWAY
from matka_kit.testing import World
from tests.support.everybody import at_browsers, everybody_and_everything
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.matrix import Nothing
from tests.support.own_pages import SERVICES, SITE
from tests.support.page_rights import FORMS, NOBODY, NOWHERE, PAGES, TOLD
from tests.support.rights import SERVICES as CALLERS
from tests.support.routes import mounted
from tests.support.small_program import BEGINNING, MENTEE
from tests.support.untouched import Files

ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}
WORDS = {"deed": "hold", "answer": "accept", "step": "start", "role": "mentee", "service": "pairing"}
WORDS |= {"name": "matka.css", "number": "1", "id": "there"}
SECRETS = re.compile(r'value="[^"]{20,}"')  # of a form: they are new on every page
together = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Site:
    """A site with one of everything behind it, and everybody's browser."""

    world: World
    known: dict[str, str]
    visitors: dict[str, Browser]
    files: Files


@asynccontextmanager
async def running_site(folder: Path) -> AsyncIterator[Site]:
    create_keys(folder / "keys", CALLERS)
    async with World(folder, SERVICES, BEGINNING, {"public_url": SITE}) as world:
        known = await everybody_and_everything(world)
        visitors = {**await at_browsers(world), "nobody": Browser.at(world)}
        await visitors["nobody"].open("/sign-in")
        await world.drain()
        files = Files(folder, [each.name for each in SERVICES if each.name != GATEWAY])
        try:
            yield Site(world, known, visitors, files)
        finally:
            files.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """One for all tests: those that change nothing come first. A busy machine makes no gaps in its pages."""
    with pytest.MonkeyPatch.context() as patient:
        patient.setattr(upstream, "_DEADLINE_SECONDS", 60.0)
        async with running_site(tmp_path_factory.mktemp("site")) as running:
            yield running


def there(words: str, known: Mapping[str, str]) -> str:
    """An address or what is typed, with what there is in the places of its parameters."""
    places = {"person": known["mentor"], "job": f"{known['draft']}:publish"} | WORDS
    places |= {"deed": "sign-up"} if "gatherings" in words else {}
    places |= {"number": known["number"]} if words.startswith("/verify") else {}
    places |= {"token": known["scheduling token" if words.startswith("/log") else "people token"]}

    def place(match: re.Match[str]) -> str:
        name = match[1].strip("_").removesuffix("_id")
        return places.get(name) or known[name]

    return re.sub(r"\{(\w+)(?::path)?\}", place, words)


async def visits(browser: Browser, page: str, known: Mapping[str, str]) -> httpx2.Response:
    """What a page, or a form of it that somebody brings from another page of theirs, answers."""
    method, _, path = page.partition(" ")
    if method == "GET":
        return await browser.http.get(there(path, known))
    typed = {name: there(value, known) for name, value in FORMS.get(page, {}).items()}
    return await browser.http.post(there(path, known), data=typed | proof_of(browser), headers=FROM_OUR_PAGE)


def proof_of(browser: Browser) -> dict[str, str]:
    """What the forms of the page in view prove that they are from it."""
    found = re.search(r'name="form_token" value="([^"]+)"', browser.page.text)
    return {"form_token": found[1]} if found else {}


def said(answer: httpx2.Response) -> tuple[int, str, str]:
    """All that an answer tells, but for its own address and what every page has anew."""
    own = answer.request.url.raw_path.decode()
    location = answer.headers.get("location", "").replace(own, "")
    return answer.status_code, location, SECRETS.sub("", answer.text.replace(own, ""))


def test_no_page_is_forgotten() -> None:
    found = {f"{method} {path}" for method, path in mounted(SERVICE) if not path.startswith("/api/")}
    assert {each for each in found if not each.endswith(f" {NOWHERE}")} == {
        *PAGES,
        *(f"HEAD {each.removeprefix('GET ')}" for each in PAGES if each.startswith("GET ")),
    }


@together
async def test_who_may_not_is_refused_learns_nothing_and_changes_nothing(site: Site) -> None:
    before, wrong = len(site.world.bus.published), []
    site.files.written()
    for page, may in PAGES.items():
        for name in sorted(site.visitors.keys() - may - NOBODY):
            answer = await visits(site.visitors[name], page, site.known)
            for_nothing = await visits(site.visitors[name], page, Nothing())
            if answer.status_code not in {403, 404} or site.files.written():
                wrong.append((page, name, answer.status_code, answer.headers.get("location")))
            elif (said(answer) != said(for_nothing)) != (name in TOLD.get(page, ())):
                wrong.append((page, name, answer.status_code, f"where nothing is {for_nothing.status_code}"))
    await site.world.drain()
    assert not wrong, "\n".join(map(str, wrong))
    assert len(site.world.bus.published) == before


@together
async def test_nobody_gets_past_the_doors_that_are_open(site: Site) -> None:
    before, wrong = len(site.world.bus.published), []
    site.files.written()
    for page in (page for page, may in PAGES.items() if not may & NOBODY):
        answer = await visits(site.visitors["nobody"], page, site.known)
        way = answer.headers.get("location", "").partition("?")[0]
        refused = (answer.status_code, way) in {(303, "/sign-in"), (403, "")}
        if not refused or site.files.written():
            wrong.append((page, answer.status_code, way))
    await site.world.drain()
    assert not wrong, "\n".join(map(str, wrong))
    assert len(site.world.bus.published) == before


@together
async def test_no_form_from_elsewhere_is_taken_but_the_one_that_mail_programs_send(site: Site) -> None:
    amal = Browser.at(site.world)
    await amal.sign_in(site.world, MENTEE)
    for page in PAGES:
        method, _, path = page.partition(" ")
        if method == "POST" and path != "/stop/{token}":
            answer = await amal.http.post(there(path, site.known), headers=ELSEWHERE)
            assert answer.status_code == 403, path


@together
async def test_where_there_is_no_page_there_is_none_for_anybody(site: Site) -> None:
    for browser in site.visitors.values():
        answer = await browser.http.get(f"/programs/{site.known['program']}/no/such/page")
        assert answer.status_code == 404


@together
async def test_who_may_is_let_in(site: Site) -> None:
    """The last one here, for it changes everything."""
    wrong = []
    for page, may in PAGES.items():
        for name in sorted(site.visitors.keys() & may):
            answer = await visits(site.visitors[name], page, site.known)
            if answer.status_code in {401, 403, 404} or answer.status_code >= 500:
                wrong.append((page, name, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))
