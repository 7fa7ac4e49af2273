"""Links without a sign-in: only their maker can make one, and each is good for one purpose."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matka_kit.auth import Signer, create_keys
from matka_kit.errors import NotFound
from matka_kit.links import Links

LINKS = Links(b"a secret of this test")
TOKEN = LINKS.token("log", "meeting-1", "person-1")


def test_a_link_says_what_it_is_about() -> None:
    assert LINKS.facts("log", TOKEN) == ("meeting-1", "person-1")


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_ids_come_back(facts: list[str]) -> None:
    assert LINKS.facts("log", LINKS.token("log", *facts)) == tuple(facts)


def test_a_link_fits_one_line_of_a_mail() -> None:
    assert len(LINKS.token("log", "0" * 36, "1" * 36)) < 140


@pytest.mark.parametrize(
    ("purpose", "token"),
    [
        ("stop-reminders", TOKEN),
        (
            "log",
            LINKS.token("log", "meeting-2", "person-1").partition(".")[0] + "." + TOKEN.partition(".")[2],
        ),
        ("log", TOKEN[:-2]),
        ("log", TOKEN.partition(".")[0]),
        ("log", f"{TOKEN}A"),
        ("log", ""),
        ("log", "å.ä"),
        ("log", "a" * 10_000),
    ],
)
def test_what_is_not_ours_or_for_another_purpose_leads_nowhere(purpose: str, token: str) -> None:
    with pytest.raises(NotFound):
        LINKS.facts(purpose, token)


def test_another_service_cannot_make_one(tmp_path: Path) -> None:
    create_keys(tmp_path, ["scheduling", "people"])
    ours, theirs = (Links.of(Signer.of(tmp_path, name)) for name in ("scheduling", "people"))
    assert ours.facts("log", ours.token("log", "m")) == ("m",)
    with pytest.raises(NotFound):
        ours.facts("log", theirs.token("log", "m"))
