"""Two programs to look at: one in the middle of its months, one that is over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.browsing import Site, kept_up, launched
from tests.support.rehearsed import rehearse

COHORT = Path(__file__).parents[1] / "e2e" / "cohort"
MIDDLE = "2027-04-05"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all; each test has a context of its own."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def under_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A program in the middle of its months."""
    yield from _played(tmp_path_factory.mktemp("under-way") / "out", "--until", MIDDLE)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A program that is over, with its certificates."""
    yield from _played(tmp_path_factory.mktemp("finished") / "out")


def _played(out: Path, *words: str) -> Iterator[Site]:
    run = rehearse(COHORT, out, *words, patience=400)
    assert run.status == 0, run.said
    with kept_up(out) as site:
        yield site
