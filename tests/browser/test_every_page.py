"""Every page that a link leads to, at both widths and in all languages: accessible, and no wider than it."""

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsing import (
    LANGUAGES,
    NARROW,
    WIDE,
    Site,
    context_of,
    links,
    pattern_of,
    speak,
    troubles,
)

VISITOR = ""
PEOPLE = {
    "visitor": VISITOR,
    "mentee": "nour@mentees.example",
    "mentor": "maija@mentors.example",
    "coordinator": "aino@staff.example",
    "helper": "kalle@staff.example",
}
SCREENS = Path("var/screens")
MOST_OF_A_KIND = 2


def addresses_of_pages(page: Page, site: Site) -> list[str]:
    """Follow links from the front page; at most two pages of one kind."""
    waiting, seen, kinds = [f"{site.url}/"], set[str](), Counter[str]()
    found = []
    while waiting:
        address = waiting.pop(0)
        kind = pattern_of(address)
        if address in seen or kinds[kind] >= MOST_OF_A_KIND:
            continue
        seen.add(address)
        kinds[kind] += 1
        answer = page.context.request.head(address)
        assert answer.status == 200, f"{address} answers {answer.status}"
        if "text/html" in answer.headers.get("content-type", ""):  # else a file to keep
            page.goto(address)
            found.append(address)
            waiting += links(page, site.url)
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("state", ["under_way", "finished"])
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_for_everybody(
    who: str, state: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(state)
    found: list[str] = []
    with context_of(browser, scripts=True) as context:
        page = context.new_page()
        if PEOPLE[who]:
            site.sign_in(page, PEOPLE[who])
        addresses = addresses_of_pages(page, site)
        for language in LANGUAGES:
            page.goto(addresses[0])
            speak(page, language)
            for number, address in enumerate(addresses):
                page.goto(address)
                assert page.locator("html").get_attribute("lang") == language
                for width in (NARROW, WIDE):
                    page.set_viewport_size({"width": width, "height": 800})
                    name = pattern_of(address).strip("/").replace("/", "-").replace("{}", "x") or "front"
                    picture = SCREENS / state / who / language / f"{number:02}-{name}-{width}.png"
                    page.screenshot(path=picture, full_page=True)
                    found += [f"{address} {language} {width}: {each}" for each in troubles(page)]
    assert not found, "\n".join(found)
