"""`docs/events.md` says what the code says."""

from matka_contracts.event import registered
from tests.contract.events_page import PAGE, page


def test_the_page_of_events_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.contract.events_page --write"


def test_every_event_is_on_the_page() -> None:
    text = page()
    assert all(f"`{kind.event_type()}`" in text for kind in registered())
