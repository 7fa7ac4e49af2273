"""A program that is over: every page, then a certificate fetched, checked by number and by file, edited."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import Site
from tests.support.looking import troubles_of_pages
from tests.support.walking import Picture, Walker, participant, somebody

MENTEE = "zeynep@mentees.example"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("who", "email"),
    [
        ("visitor", ""),
        ("mentee", MENTEE),
        ("mentor", "maija@mentors.example"),
        ("coordinator", "aino@staff.example"),
    ],
)
def test_every_page_is_for_everybody(who: str, email: str, browser: Browser, finished: Site) -> None:
    assert not troubles_of_pages(browser, finished, who, email)


def test_a_certificate_is_fetched_and_checked_and_an_edited_one_is_not_valid(
    browser: Browser, finished: Site, tmp_path: Path, picture: Picture
) -> None:
    fetched, edited = tmp_path / "certificate.pdf", tmp_path / "edited.pdf"
    with participant(browser, finished, MENTEE) as mentee:
        with mentee.page.expect_download() as download:
            mentee.follows("Lataa todistus (PDF)")
        download.value.save_as(fetched)
        number = mentee.page.locator("section[aria-labelledby='certificate'] .code").inner_text()
    edited.write_bytes(fetched.read_bytes().replace(b"%%EOF", b"%%E0F", 1) + b"\n")
    with somebody(browser, finished) as employer:
        employer.opens("/")
        employer.follows("Tarkista todistus")
        employer.presses("Tarkista")
        employer.sees("Kirjoita todistuksen numero.")
        employer.types("Todistuksen numero", number.lower().replace("-", " "))
        employer.presses("Tarkista")
        employer.is_at("Tämä todistus on voimassa")
        employer.sees("Zeynep Yılmaz")
        picture(employer, "verified", 640)
        employer.follows("Tarkista toinen todistus")
        employer.types("Todistuksen numero", number[:-1])
        employer.presses("Tarkista")
        employer.is_at("Tällä numerolla ei ole todistusta")
        _drop(employer, fetched)
        employer.is_at("Tämä todistus on voimassa")
        employer.sees("Tiedosto on alkuperäinen")
        _drop(employer, edited)
        employer.is_at("Tätä tiedostoa ei ole rekisterissä")


def _drop(employer: Walker, file: Path) -> None:
    """Dropped on its field, which takes files without scripts."""
    employer.opens("/verify")
    employer.page.get_by_label("Todistuksen PDF-tiedosto").set_input_files(file)
    employer.presses("Tarkista tiedosto")
