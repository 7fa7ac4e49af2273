"""Programs to look at: one before its pairs, one in the middle of its months, one that is over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, sync_playwright

from matka_kit.clock import FileClock
from tests.support.browsing import NARROW, WIDE, Site, kept_up, launched
from tests.support.rehearsed import rehearse
from tests.support.tour import TOUR, named
from tests.support.walking import Picture, Walker

_PHONE: FloatRect = {"x": 0, "y": 0, "width": NARROW, "height": 0}
_MIDDLE: FloatRect = {"x": 120, "y": 140, "width": WIDE - 240, "height": 0}
"""Below the top of the page, which is always the same."""
COHORT = Path(__file__).parent / "cohort"
DAY_BEFORE_MATCHING = "2027-02-14"
MIDDLE = "2027-04-17"
THREE_DAYS_LATER = datetime(2027, 4, 20, 18, tzinfo=UTC)
"""A gathering is past that nobody has closed, and meetings that nobody has logged: their mails come."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tour", action="store_true", help="Take the pictures of docs/tour.md anew.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """While its pictures are being taken, nothing is said about the tour."""
    if config.getoption("--tour", default=False):
        items[:] = [each for each in items if each.path.name != "test_tour.py"]


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Picture:
    """Takes a picture of the tour, so many pixels high, if that is asked for."""
    wanted = bool(request.config.getoption("--tour", default=False))

    def take(walker: Walker, name: str, height: int) -> None:
        assert name in named(), f"docs/tour.md shows no picture {name}"
        if wanted:
            walker.page.screenshot(
                path=TOUR / f"{name}.png",
                full_page=True,
                clip={**_MIDDLE, "height": height} if walker.width == WIDE else {**_PHONE, "height": height},
            )

    return take


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all; each test has a context of its own."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def preparing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A program that takes applications and has no pairs yet; one mentor waits for a talk with staff."""
    out = tmp_path_factory.mktemp("preparing", numbered=False) / "out"
    _play(out, "--until", DAY_BEFORE_MATCHING)
    with kept_up(out) as site:
        yield site


@pytest.fixture(scope="session")
def under_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A program in the middle of its months; some things wait to be done since three days."""
    out = tmp_path_factory.mktemp("under_way", numbered=False) / "out"
    _play(out, "--until", MIDDLE)
    FileClock(out / "clock").step(THREE_DAYS_LATER)
    with kept_up(out) as site:
        yield site


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A program that is over, with its certificates."""
    out = tmp_path_factory.mktemp("finished", numbered=False) / "out"
    _play(out)
    with kept_up(out) as site:
        yield site


def _play(out: Path, *words: str) -> None:
    run = rehearse(COHORT, out, *words, patience=400)
    assert run.status == 0, run.said
