"""Checking a certificate with what is no number and no file: each is told so at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_certificates.main import SERVICE as CERTIFICATES
from matka_gateway.main import SERVICE
from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.mothers_people import NOON


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(
        tmp_path, [CERTIFICATES, SERVICE], NOON, {"public_url": "http://127.0.0.1:8000"}
    ) as running:
        yield running


@pytest.mark.parametrize(
    "number",
    ["MTK-2027-0000-0000-0000", "nonsense", "nonsense/", "a/b", "x" * 300, "<script>", "<b>x</b>", "a%2Fb"],
)
async def test_a_number_that_is_none_is_told_so(world: World, number: str) -> None:
    anyone = Browser.at(world)
    for path in (f"/verify/{number}", f"/verify?number={number}"):
        answer = await anyone.open(path)
        if answer.status_code == 303:
            answer = await anyone.follow()
        assert answer.status_code == 404
        assert anyone.heading == "Tällä numerolla ei ole todistusta"
        assert "<script>" not in answer.text
        assert "<b>" not in answer.text
    api = await world.as_nobody("gateway").get(f"/api/register/{number}")
    assert api.status_code in {401, 404, 422}


@pytest.mark.parametrize("query", ["", "+", "%20%20"])
async def test_checking_without_a_number_says_so(world: World, query: str) -> None:
    anyone = Browser.at(world)
    answer = await anyone.open(f"/verify?number={query}")
    assert answer.status_code == 422
    assert "Kirjoita todistuksen numero." in anyone.words
    assert 'aria-invalid="true"' in answer.text
    await anyone.open("/verify/")
    assert anyone.page.headers["location"] == "/verify"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("", b"", "Valitse ensin todistuksen PDF-tiedosto."),
        ("certificate.pdf", b"", "Tiedosto on tyhjä."),
        ("certificate.pdf", b"PK\x03\x04 a letter", "Tämä ei ole PDF-tiedosto."),
    ],
)
async def test_checking_what_is_no_pdf_file_says_so_first(
    world: World, name: str, content: bytes, sentence: str
) -> None:
    anyone = Browser.at(world)
    await anyone.open("/verify")
    files = {"file": (name, content, "application/pdf")} if name else None
    anyone.page = await anyone.http.post(
        "/verify", data=anyone.form("/verify"), files=files, headers=FROM_OUR_PAGE
    )
    assert anyone.page.status_code == 422
    assert sentence in anyone.words
    assert 'aria-describedby="file-hint file-problem"' in anyone.page.text


async def test_a_file_that_is_too_large_is_told_of_beside_the_form(world: World) -> None:
    anyone = Browser.at(world)
    await anyone.open("/verify")
    large = {"file": ("certificate.pdf", b"%PDF-" + bytes(5_000_001), "application/pdf")}
    anyone.page = await anyone.http.post(
        "/verify", data=anyone.form("/verify"), files=large, headers=FROM_OUR_PAGE
    )
    assert anyone.page.status_code == 413
    assert "Lähetys on liian suuri: enimmäiskoko on 5 Mt." in anyone.words
    assert 'aria-describedby="file-hint file-problem" aria-invalid="true"' in anyone.page.text
    assert anyone.form("/verify")
