"""What is looked for on every page: what keeps people out, what does not fit, words in the wrong language."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LANGUAGES = ("fi", "fi-simple", "sv", "en")
_ID = re.compile(
    r"/[0-9A-Fa-f-]{20,}|/MTK(-[0-9A-Z]{4})+|(?<=/log/).+|(?<=/stop/).+|(?<=/sign-in/)(?!mail).+"
)
_TWICE = re.compile(r"\b([^\W\d]{2,}) \1\b")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
# Texts that are ours: not names, places and words that people have written, nor anything marked as foreign.
_TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  const others = "bdi, [dir='auto'], [dir='ltr'], [lang]:not(html), script, style, option";
  for (let node; (node = walker.nextNode());)
    if (!node.parentElement.closest(others)) found.push(node.data);
  for (const each of document.querySelectorAll("[aria-label]")) found.push(each.getAttribute("aria-label"));
  return found;
}"""


def pattern_of(url: str) -> str:
    """A page's address with its ids taken out."""
    return _ID.sub(lambda found: "/{}" if found.group(0).startswith("/") else "{}", urlsplit(url).path)


def speak(page: Page, language: str) -> None:
    """Choose the page's language by its button."""
    page.locator(f"form.languages button[value='{language}']").click()


def links(page: Page, site: str) -> list[str]:
    """Addresses within the site that a page leads to, each once, without their fragments."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
    return list(dict.fromkeys(each.partition("#")[0] for each in found if each.startswith(site)))


def barriers(page: Page) -> list[str]:
    """What axe-core finds in the way of people who see, hear or use a page otherwise."""
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {each['nodes'][0]['html'][:200]}"
        for each in Axe().run(page).response["violations"]
    ]


def too_wide(page: Page) -> list[str]:
    """By how much a page does not fit its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page is {wide} px wider than the window"] if wide > 0 else []


def texts(page: Page) -> Counter[str]:
    """All that a page says in words of our own."""
    said = (" ".join(str(each).split()) for each in page.evaluate(_TEXTS))
    return Counter(each for each in said if _LETTERS.search(each))


def slips(page: Page) -> list[str]:
    """Words that stand there twice."""
    return [f"says twice {found.group(0)!r}" for each in texts(page) if (found := _TWICE.search(each))]


def untranslated(said: Mapping[str, Counter[str]], same_in_all: Iterable[str]) -> list[str]:
    """What a page says alike in two languages, and not because it is a name or a word that both have."""
    known = set(same_in_all)
    pairs = (("fi", "en"), ("fi", "sv"), ("sv", "en"))
    return [
        f"says in {one} and {other}: {text!r}"
        for one, other in pairs
        if one in said and other in said
        for text in sorted((said[one] & said[other]).keys() - known)
        if "\u2068" not in text  # a name
    ]
