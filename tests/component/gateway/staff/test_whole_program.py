"""The pages of a program that the real services run, from applications to certificates."""

import hashlib
import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from matka_certificates.main import SERVICE as CERTIFICATES
from matka_gateway.languages import Languages
from matka_gateway.main import SERVICE
from matka_kit.declaration import Service
from matka_kit.testing import World
from matka_pairing.main import SERVICE as PAIRING
from matka_people.main import SERVICE as PEOPLE
from matka_scheduling.main import SERVICE as SCHEDULING
from tests.support.gateway import FROM_OUR_PAGE, Browser, api_session, problem
from tests.support.gateway_messages import messages
from tests.support.people import grant, register
from tests.support.small_program import MENTEE, MENTOR, STAFF, SmallProgram

# What pages show beside the catalogue's words: names, titles, dates and the pattern of a number.
_NAMES = """Matka Matkalla työelämään kevät Maija Meikäläinen Örn Åström Súilleabháin أمل حداد Tilaisuus
Nguyễn Thị Ánh Kalle Wolfeschlegelsteinhausenbergerdorff Ranasinghearachchige Don
Kirjasto Oodi Töölönlahdenkatu MTK ABCD EFGH JKMN tammikuuta heinäkuuta lauantai English"""
_OF_A_PROGRAM = (
    "",
    "/people",
    "/readiness",
    "/matching",
    "/pairs",
    "/gatherings",
    "/cases",
    "/cases/new",
    "/certificates",
    "/steps",
    "/steps/seal",
)
SERVICES: list[Service[Any]] = [PEOPLE, PAIRING, SCHEDULING, CERTIFICATES, SERVICE]


async def has_a_pair(program: SmallProgram) -> None:
    """People are in, mentors are trained, one pair has formed and planned two meetings."""
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR], ids["orn@example.org"]])
    await program.tell("pairing/programs/*/start")
    pair = await program.matches(ids)
    await program.meets(pair, "2027-02-03T17:00")
    await program.meets(pair, "2027-02-17T17:00")


async def test_staff_and_participants_see_where_everyone_stands(world: World, program: SmallProgram) -> None:
    staff = Browser.at(world)
    await staff.sign_in(world, STAFF)
    assert staff.heading == "Ohjelmat"
    assert "Matkalla työelämään, kevät 2027 Haku auki" in staff.words
    await staff.open(f"/programs/{program.id}")
    assert "Kukaan ei ole vielä hakenut." in staff.words

    await has_a_pair(program)
    await staff.open(f"/programs/{program.id}")
    assert "Odottaa päätöstä 1 0 Hyväksytty 2 3" in staff.words
    assert "Valmis: mentorikoulutus 2" in staff.words
    assert "Tapaavat 1" in staff.words
    assert "Mentorikoulutus Pidetty" in staff.words
    assert "2 osallistujaa" in staff.words

    mentor = Browser.at(world)
    await mentor.sign_in(world, MENTOR)
    assert "Hei, \u2068Maija Meikäläinen\u2069" in mentor.words
    assert "Parini أمل حداد Aktorisi" in mentor.words
    assert (
        "Seuraava tapaamisemme keskiviikko 3. helmikuuta 2027 klo 17.00 Videolla, 90 minuuttia"
        in mentor.words
    )

    mentee = Browser.at(world)
    await mentee.sign_in(world, MENTEE)
    assert "My mentor Maija Meikäläinen Your mentor" in mentee.words
    assert "Wednesday, 3 February 2027, 17:00" in mentee.words
    assert "You get your certificate at the closing event" in mentee.words


async def test_a_certificate_is_downloaded_and_checked_by_anyone(world: World, program: SmallProgram) -> None:
    await has_a_pair(program)
    await program.ends()
    issued = (await program.ask("certificates/programs/*/certificates"))["certificates"]
    [hers] = [each for each in issued if each["holder_name"] == "Maija Meikäläinen"]

    mentor = Browser.at(world)
    await mentor.sign_in(world, MENTOR)
    assert hers["number"] in mentor.words
    file = await mentor.open(f"/mine/certificates/{hers['id']}")
    assert file.headers["content-type"] == "application/pdf"
    assert re.fullmatch(r'attachment; filename="MTK-[0-9A-Z-]+\.pdf"', file.headers["content-disposition"])
    api = await api_session(world, MENTOR)
    passed = await api.get(f"/api/certificates/certificates/{hers['id']}/file")
    assert passed.content == file.content
    assert passed.content.startswith(b"%PDF")

    other = Browser.at(world)
    await other.sign_in(world, MENTEE)
    assert (await other.open(f"/mine/certificates/{hers['id']}")).status_code == 404
    assert (await other.open("/mine/certificates/x%2F..%2Fy")).status_code == 404

    anyone = Browser.at(world, "sv")
    await anyone.open(f"/verify?number=+{hers['number'].lower().replace('-', '+')}+")
    await anyone.follow()
    assert anyone.heading == "Intyget är giltigt"
    assert "Maija Meikäläinen" in anyone.words
    register_ = await world.as_nobody("gateway").get(f"/api/register/{hers['number']}")
    assert register_.json()["status"] == "valid"
    digest = hashlib.sha256(file.content).hexdigest()
    by_file = await world.as_nobody("gateway").post("/api/register/check", json={"sha256": digest})
    assert by_file.json()["number"] == hers["number"]
    for content, heading in (
        (file.content, "Intyget är giltigt"),
        (file.content + b" ", "Filen finns inte i registret"),
    ):
        await anyone.open("/verify")
        files = {"file": ("certificate.pdf", content, "application/pdf")}
        anyone.page = await anyone.http.post(
            "/verify", data=anyone.form("/verify"), files=files, headers=FROM_OUR_PAGE
        )
        assert anyone.heading == heading

    await program.tell(f"certificates/certificates/{hers['id']}/revoke", {"reason": "issued-in-error"})
    await anyone.open(f"/verify/{hers['number']}")
    assert anyone.heading == "Intyget har återkallats"
    assert "Maija" not in anyone.words


async def test_a_service_that_is_away_leaves_a_marked_gap(world: World, program: SmallProgram) -> None:
    await has_a_pair(program)
    staff, mentor = Browser.at(world), Browser.at(world)
    await staff.sign_in(world, STAFF)
    await mentor.sign_in(world, MENTOR)
    gap = "Tähän osaan ei juuri nyt saada yhteyttä"
    urls = world.deps("gateway").settings.urls
    for service, on_staffs, on_mine in (
        ("scheduling", 2, 3),
        ("certificates", 1, 1),
        ("pairing", 5, 2),
        ("people", 0, 0),
    ):
        address = urls.pop(service)
        assert (await staff.open(f"/programs/{program.id}")).status_code == 200
        assert staff.words.count(gap) == on_staffs, service
        assert (await mentor.open("/mine")).status_code == 200
        assert mentor.words.count(gap) == on_mine, service
        if service == "people":
            assert "Nimeä ei voi juuri nyt näyttää" in mentor.words
        if service == "pairing":
            await staff.open("/programs")
            assert gap in staff.words
        urls[service] = address


async def test_others_programs_are_not_there(world: World, program: SmallProgram) -> None:
    stranger = await register(world, "stranger@example.org", "Stranger")
    await grant(world, stranger, "coordinator", "autumn")
    await grant(world, stranger, "mentee", program.id)
    browser = Browser.at(world)
    await browser.sign_in(world, "stranger@example.org")
    assert (await browser.open(f"/programs/{program.id}")).status_code == 404
    assert (await browser.open("/programs/autumn")).status_code == 404
    assert (await browser.open("/programs/a%20b")).status_code == 404
    await browser.open("/programs")
    assert "Yhtään ohjelmaa ei ole vielä avattu" in browser.words
    api = await api_session(world, "stranger@example.org")
    assert problem(await api.get(f"/api/pairing/programs/{program.id}/counts"))["status"] in {403, 404}


async def test_an_unknown_program_is_no_page_for_an_administrator_either(world: World) -> None:
    root = await register(world, "root@example.org", "Rauha")
    await grant(world, root, "administrator", "*")
    browser = Browser.at(world)
    await browser.sign_in(world, "root@example.org")
    assert (await browser.open("/programs/unknown")).status_code == 404


async def test_a_participant_is_not_staff(world: World, program: SmallProgram) -> None:
    mentee = await register(world, "only@example.org", "Only")
    await grant(world, mentee, "mentee", program.id)
    browser = Browser.at(world)
    await browser.sign_in(world, "only@example.org")
    assert (await browser.open("/programs")).status_code == 403
    assert browser.heading == "Sinulla ei ole pääsyä tänne"


def strange_words(page: str, known: set[str]) -> list[str]:
    """Words of a page that are in no translated text (all in brackets) and are nobody's name."""
    body = re.sub(r"<(title|h1|h2|h3|p|a|button|label|dt|dd|li|th|td|span|br|bdi|div)\b[^>]*>", "\n", page)
    attributes = re.findall(r'(?:aria-label|alt|placeholder|title)="([^"]*)"', page)
    text = html.unescape("\n".join([re.sub(r"<[^>]+>", "\n", body), *attributes]))
    outside = re.sub(r"⟦[^⟧]*⟧", "", text)
    return [word for word in re.findall(r"[^\W\d_]{2,}", outside) if word not in known]


def test_the_search_for_strange_words_finds_one() -> None:
    page = (
        '<title>⟦One⟧</title><p class="lead">⟦Two⟧ <b>stray</b> Maija</p><a aria-label="hidden">⟦Three⟧</a>'
    )
    assert strange_words(page, {"Maija"}) == ["stray", "hidden"]


async def test_no_page_says_a_word_that_is_not_in_the_catalogue(
    world: World, program: SmallProgram, tmp_path: Path
) -> None:
    await has_a_pair(program)
    await program.ends()
    catalogue = Catalog("fi")
    for message in messages():
        one = message if isinstance(message, str) else message[0]
        catalogue.add(
            message, f"⟦{one}⟧" if isinstance(message, str) else tuple(f"⟦{each}⟧" for each in message)
        )
    folder = tmp_path / "locale" / "fi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "gateway.po").open("wb") as target:
        write_po(target, catalogue)

    staff, mentor, anyone = Browser.at(world), Browser.at(world), Browser.at(world)
    await staff.sign_in(world, STAFF)
    await mentor.sign_in(world, MENTOR)
    pair = {*re.findall(r'"(/mine/pairs/[^"/]+/(?:meetings|goals))"', mentor.page.text)}
    assert len(pair) == 2
    app = world._apps["gateway"]
    app.state.deps = replace(app.state.deps, languages=Languages(tmp_path / "locale"))
    certificates = (await program.ask("certificates/programs/*/certificates"))["certificates"]
    numbers = " ".join(each["number"] for each in certificates)
    known = {*_NAMES.split(), *re.findall(r"[^\W\d_]+", numbers)}
    strange = {}
    for browser, paths in (
        (staff, ["/", "/programs", *(f"/programs/{program.id}{page}" for page in _OF_A_PROGRAM)]),
        (mentor, ["/mine", "/mine/support", "/mine/details", *pair, "/programs"]),
        (
            anyone,
            ["/", "/sign-in", "/sign-in/abc", "/sign-in/abc?token=x", "/verify", "/verify/MTK-1", "/nowhere"],
        ),
        (
            anyone,
            ["/apply", "/apply/received", "/log/cut-off", "/stop/cut-off"],
        ),
        (anyone, [f"/verify/{certificates[0]['number']}"]),
    ):
        for path in paths:
            page = (await browser.open(path)).text
            assert "⟦" in page, path
            if found := strange_words(page, known):
                strange[path] = found
    assert not strange
