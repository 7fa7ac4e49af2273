"""Forms come from our own pages only, and every page is closed to everything else."""

from pathlib import Path

import httpx2
import pytest

from matka_gateway.main import SERVICE
from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.mothers_people import NOON
from tests.support.people import register


@pytest.fixture
async def browser(world: World) -> Browser:
    await register(world, "amal@example.org", "Amal Haddad")
    browser = Browser.at(world)
    await browser.sign_in(world, "amal@example.org")
    return browser


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8000"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_from_elsewhere_does_nothing_even_with_the_right_token(
    browser: Browser, headers: dict[str, str]
) -> None:
    answer = await browser.http.post("/sign-out", data=browser.form("/sign-out"), headers=headers)
    assert answer.status_code == 403
    await browser.open("/")
    assert "Kirjaudu ulos" in browser.words


@pytest.mark.parametrize("token", ["", "wrong", "ä"])
async def test_a_form_without_its_token_does_nothing(browser: Browser, token: str) -> None:
    answer = await browser.http.post("/sign-out", data={"form_token": token}, headers=FROM_OUR_PAGE)
    assert answer.status_code == 403


async def test_another_browser_s_token_does_nothing(browser: Browser, world: World) -> None:
    other = Browser.at(world)
    await other.open("/")
    answer = await browser.http.post("/language", data=other.form("/language"), headers=FROM_OUR_PAGE)
    assert answer.status_code == 403


async def test_an_older_browser_that_only_tells_its_origin_is_served(browser: Browser) -> None:
    headers = {"Origin": "http://127.0.0.1:8000"}
    answer = await browser.http.post("/sign-out", data=browser.form("/sign-out"), headers=headers)
    assert answer.status_code == 303


async def test_a_form_that_is_too_large_is_not_read(browser: Browser) -> None:
    fields = browser.form("/sign-out") | {"more": "x" * 5_000_000}
    answer = await browser.http.post("/sign-out", data=fields, headers=FROM_OUR_PAGE)
    assert answer.status_code == 413


async def test_a_get_changes_nothing(browser: Browser) -> None:
    for path in ("/sign-out", "/language?language=sv"):
        assert (await browser.open(path)).status_code == 404
    await browser.open("/")
    assert "Kirjaudu ulos" in browser.words


async def test_the_language_is_switched_and_one_stays_where_one_was(world: World) -> None:
    browser = Browser.at(world)
    await browser.open("/verify?x=1")
    answer = await browser.send("/language", language="sv")
    assert answer.headers["location"] == "/verify?x=1"
    await browser.follow()
    assert browser.heading == "Kontrollera ett intyg"
    assert '<html lang="sv" dir="ltr">' in browser.page.text
    await browser.send("/language", language="xx", back="https://evil.example/")
    assert browser.page.headers["location"] == "/"
    await browser.follow()
    assert '<html lang="sv"' in browser.page.text


PAGES = ("/", "/sign-in", "/sign-in/abc?token=x", "/verify", "/nowhere", "/programs", "/mine")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_closed_to_scripts_frames_caches_and_third_parties(
    world: World, path: str
) -> None:
    answer = await world.as_nobody("gateway").get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    assert "style=" not in answer.text


async def test_over_tls_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    async with World(tmp_path, [SERVICE], NOON, {"public_url": "https://matka.example.org"}) as world:
        answer = await world.as_nobody("gateway").get("/")
    assert "strict-transport-security" in answer.headers
    assert answer.headers["set-cookie"].startswith("__Host-matka-browser=")
    assert "Secure" in answer.headers["set-cookie"]


async def test_our_own_files_may_be_kept_forever_because_their_address_changes(world: World) -> None:
    browser = Browser.at(world)
    page = (await browser.open("/")).text
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = await browser.http.get(style)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "http" not in answer.text
    assert (await browser.open("/static/../settings.py")).status_code == 404
    assert (await browser.open("/static/none.css")).status_code == 404


async def test_identity_headers_of_a_client_are_nothing(world: World) -> None:
    headers = {"X-Forwarded-User": "root", "X-Person-Id": "root", "Remote-User": "root"}
    answer: httpx2.Response = await world.as_nobody("gateway").get("/api/me", headers=headers)
    assert answer.status_code == 401
