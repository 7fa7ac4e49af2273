"""Every page that a link leads to, at both widths and in all languages: accessible, and no wider than it.

Pictures are taken, and it is seen whether a page fits, at both widths in every language. axe-core looks
twice: in Finnish on a small screen, in English on a wide one; little of what it finds depends on both.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support.browsing import NARROW, WIDE, Site, context_of
from tests.support.page_checks import (
    LANGUAGES,
    barriers,
    links,
    pattern_of,
    slips,
    speak,
    texts,
    too_wide,
    untranslated,
)

SCREENS = Path("var/screens")
_MOST_OF_A_KIND = 2
_SAME_IN_ALL = ("Matka", "Mentor")


@dataclass
class Look:
    """Somebody's way through the site, page by page, and what was found on it."""

    page: Page
    site: Site
    folder: Path
    language: str = ""
    addresses: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    said: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)

    def follow_links(self) -> None:
        """Look at every page that links lead to from the front page; at most two of one kind."""
        waiting, seen, kinds = [f"{self.site.url}/"], set[str](), Counter[str]()
        while waiting:
            address = waiting.pop(0)
            kind = pattern_of(address)
            if address in seen or kinds[kind] >= _MOST_OF_A_KIND:
                continue
            seen.add(address)
            kinds[kind] += 1
            answer = self.page.context.request.head(address)
            assert answer.status == 200, f"{address} answers {answer.status}"
            if "text/html" in answer.headers.get("content-type", ""):  # else a file to keep
                self.addresses.append(address)
                self.at(len(self.addresses) - 1)
                waiting += links(self.page, self.site.url)

    def at(self, number: int) -> None:
        """Look at one page: what is wrong with it, and its pictures."""
        address = self.addresses[number]
        self.page.set_viewport_size({"width": NARROW, "height": 800})
        self.page.goto(address)
        assert self.page.locator("html").get_attribute("lang") == self.language
        self.said.setdefault(address, {})[self.language] = texts(self.page)
        troubles = slips(self.page)
        for width, language in ((NARROW, "fi"), (WIDE, "en")):
            self.page.set_viewport_size({"width": width, "height": 800})
            troubles += too_wide(self.page)
            troubles += barriers(self.page) if language == self.language else []
            name = pattern_of(address).strip("/").replace("/", "-").replace("{}", "x") or "front"
            picture = self.folder / self.language / f"{number:02}-{name}-{width}.png"
            self.page.screenshot(path=picture, full_page=True)
        self.found += [f"{address} {self.language}: {each}" for each in troubles]

    def in_language(self, language: str) -> None:
        """Go on in another language."""
        self.language = language
        self.page.goto(f"{self.site.url}/")
        speak(self.page, language)


def troubles_of_pages(
    browser: Browser, site: Site, who: str, email: str = "", languages: Sequence[str] = LANGUAGES
) -> str:
    """What is wrong with the pages that somebody finds, line by line; a visitor has no address."""
    with context_of(browser, scripts=True) as context:
        look = Look(context.new_page(), site, SCREENS / site.data.parent.name / who)
        if email:
            site.sign_in(look.page, email)
        look.in_language(languages[0])
        look.follow_links()
        for language in languages[1:]:
            look.in_language(language)
            for number in range(len(look.addresses)):
                look.at(number)
    for address, said in look.said.items():
        look.found += [f"{address} {each}" for each in untranslated(said, _SAME_IN_ALL)]
    return "\n".join(look.found)
