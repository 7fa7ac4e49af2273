"""Somebody with a browser of their own: what they open, press and type, and what they see and get by mail."""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browsing import NARROW, WIDE, Site, context_of
from tests.support.page_checks import speak

_LINK = re.compile(r"https?://[^/\s]+(/\S*)")
_MOST_TABS = 150
_PATIENCE = 10_000  # milliseconds
STUCK = Path("var/screens/stuck.png")
"""What somebody saw who could not walk on."""
# What a screen reader would call the thing that has the focus; enough for links, buttons and labelled fields.
_FOCUSED = """() => {
  const at = document.activeElement;
  return at ? [...(at.labels?.length ? at.labels : [at])].map((each) => each.textContent).join(" ") : "";
}"""


@dataclass
class Walker:
    """Who walks through the site; nobody in particular before signing in."""

    page: Page
    site: Site

    @property
    def width(self) -> int:
        """How wide the screen is, in pixels."""
        size = self.page.viewport_size
        assert size
        return size["width"]

    def opens(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(f"{self.site.url}{path}")

    def follows_mail(self, text: str, path: str = "") -> None:
        """Open the first link of a mail whose path begins so."""
        found = [link for link in _LINK.findall(text) if link.startswith(path)]
        assert found, f"no link to {path}… in: {text}"
        self.opens(found[0])

    def within(self, heading: str) -> Locator:
        """The part of the page under a heading, or the list item with it."""
        parts = self.page.locator("main section, main li, main .piece")
        return parts.filter(has=self.page.get_by_role("heading", name=heading)).last

    def follows(self, name: str, place: Locator | None = None) -> None:
        """Follow a link."""
        (place or self.page.locator("main")).get_by_role("link", name=name).first.click()

    def presses(self, name: str, place: Locator | None = None) -> None:
        """Press a button."""
        (place or self.page.locator("body")).get_by_role("button", name=name).first.click()

    def unfolds(self, name: str, place: Locator | None = None) -> None:
        """Open what is folded away."""
        (place or self.page.locator("main")).locator("summary").filter(has_text=name).first.click()

    def types(self, label: str, text: str) -> None:
        """Type into a field, or set a date or a time."""
        self.page.get_by_label(label, exact=True).first.fill(text)

    def chooses(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label, exact=True).first.select_option(label=option)

    def ticks(self, label: str) -> None:
        """Tick a box, or choose one of several."""
        self.page.get_by_label(label, exact=True).first.check()

    def is_at(self, heading: str) -> None:
        """See a page's heading."""
        expect(self.page.locator("h1")).to_contain_text(heading)

    def sees(self, text: str, place: Locator | None = None) -> None:
        """See words somewhere on the page, or in a place of it."""
        expect(place or self.page.locator("main")).to_contain_text(text)

    def hears(self, text: str) -> None:
        """See what became of what one just did."""
        expect(self.page.locator("main [role='status'], main [role='alert']").first).to_contain_text(text)

    def tabs_to(self, name: str) -> None:
        """Go by Tab alone to the next thing that is called so, and see where the focus is."""
        seen = []
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            words = " ".join(str(self.page.evaluate(_FOCUSED)).split())
            if words == name:
                outline = self.page.locator(":focus").evaluate("each => getComputedStyle(each).outlineStyle")
                assert outline != "none", f"{name} does not show that it has the focus"
                return
            seen.append(words)
        raise AssertionError(f"Tab does not lead to {name}: {seen}")


Picture = Callable[[Walker, str, int], None]
"""Takes a picture of the tour: what somebody sees, its name, and how many pixels high."""


@contextlib.contextmanager
def somebody(browser: Browser, site: Site, *, language: str = "fi", width: int = NARROW) -> Iterator[Walker]:
    """Somebody with a fresh browser without scripts, by default a Finnish one as narrow as a small phone."""
    with context_of(browser, width=width, language=language) as context:
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        try:
            yield Walker(page, site)
        except BaseException:
            page.screenshot(path=STUCK, full_page=True)
            raise


@contextlib.contextmanager
def participant(browser: Browser, site: Site, email: str) -> Iterator[Walker]:
    """Somebody who takes part, signed in, on a small phone in Finnish."""
    with somebody(browser, site) as walker:
        site.sign_in(walker.page, email)
        speak(walker.page, "fi")
        yield walker


@contextlib.contextmanager
def staff(browser: Browser, site: Site, email: str) -> Iterator[Walker]:
    """A member of staff, signed in, on a wide screen in English, at the program's board."""
    with somebody(browser, site, language="en", width=WIDE) as walker:
        site.sign_in(walker.page, email)
        speak(walker.page, "en")
        walker.page.locator("main h2 a").first.click()
        yield walker
