"""What participants do on their own page: answer, plan, cancel, log and sign up, without a script."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matka_certificates.main import SERVICE as CERTIFICATES
from matka_gateway.main import SERVICE
from matka_kit.auth import create_keys
from matka_kit.declaration import Service
from matka_kit.testing import World
from matka_notifications.rendering import Writer, languages
from matka_pairing.main import SERVICE as PAIRING
from matka_people.main import SERVICE as PEOPLE
from matka_scheduling.main import SERVICE as SCHEDULING
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.mothers_notifications import templates, words_of
from tests.support.small_program import BEGINNING, MENTEE, MENTOR, STAFF, SmallProgram

SERVICES: list[Service[Any]] = [PEOPLE, PAIRING, SCHEDULING, CERTIFICATES, SERVICE]
PLAN = {"date": "2027-02-03", "time": "17:00", "minutes": "90", "form": "video", "place": "Oodi & <b>co</b>"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": "http://127.0.0.1:8000"}) as running:
        yield running


@pytest.fixture
async def ids(program: SmallProgram) -> dict[str, str]:
    """A started program with one ready mentor."""
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR]])
    await program.tell("pairing/programs/*/start")
    return ids


@pytest.fixture
async def program(world: World) -> SmallProgram:
    return await SmallProgram.opened(world)


async def at_home(world: World, email: str) -> Browser:
    browser = Browser.at(world, "fi")
    await browser.sign_in(world, email)
    return browser


async def do(browser: Browser, world: World, path: str, **fields: str) -> None:
    """Send a form of the own page that works, and look at the page again."""
    assert (await browser.send(path, **fields)).headers.get("location") == "/mine", browser.words
    await world.drain()
    await browser.follow()


def leads(browser: Browser, pattern: str) -> list[str]:
    """Where the forms of the page in view lead that fit."""
    return re.findall(rf'action="(/mine/{pattern})"', browser.page.text)


async def proposes(program: SmallProgram, ids: dict[str, str]) -> None:
    draft = await program.tell("pairing/programs/*/proposals", {"locks": [[ids[MENTOR], ids[MENTEE]]]})
    await program.tell(f"pairing/proposals/{draft['id']}/publish")


async def test_both_accept_their_pair_on_their_own_pages(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    await proposes(program, ids)
    mentor, mentee = await at_home(world, MENTOR), await at_home(world, MENTEE)
    [accept] = leads(mentor, "pairs/[^/]+/accept")
    await do(mentor, world, accept)
    assert "Olet hyväksynyt ehdotuksen" in mentor.words
    assert leads(mentor, "pairs/[^/]+/accept") == []
    await do(mentee, world, accept)
    assert leads(mentee, "pairs/.*") == [accept.replace("accept", "meetings")]


async def test_one_declines_and_the_other_who_comes_later_is_told(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    await proposes(program, ids)
    mentor, mentee = await at_home(world, MENTOR), await at_home(world, MENTEE)
    [decline] = leads(mentee, "pairs/[^/]+/decline")
    await do(mentee, world, decline)
    assert leads(mentee, "pairs/.*") == []
    answer = await mentor.send(decline.replace("decline", "accept"))
    assert answer.status_code == 409
    assert "Ehdotukseen on jo vastattu." in mentor.words
    assert (await mentor.open(decline)).headers["location"] == "/mine"


async def test_a_meeting_is_planned_cancelled_planned_anew_and_logged(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    pair = await program.matches(ids)
    mentee = await at_home(world, MENTEE)
    plan = f"/mine/pairs/{pair}/meetings"
    await do(mentee, world, plan, **PLAN)
    await mentee.send("/language", language="fi")
    await mentee.open("/mine")
    assert "keskiviikko 3. helmikuuta 2027 klo 17.00 Videolla, 90 minuuttia Oodi & <b>co</b>" in mentee.words
    [cancel] = leads(mentee, "meetings/[^/]+/cancel")
    await do(mentee, world, cancel)
    assert "Tapaamista ei ole sovittu." in mentee.words
    await do(mentee, world, plan, **PLAN)
    assert leads(mentee, "meetings/[^/]+/hold") == []

    world.clock.step(world.clock.now() + timedelta(days=60))
    await world.drain()
    mentor = await at_home(world, MENTOR)
    assert "Tapasitteko?" in mentor.words
    [hold] = leads(mentor, "meetings/[^/]+/hold")
    assert leads(mentor, "meetings/[^/]+/cancel") == []
    await do(mentor, world, hold)
    assert "Tapasitteko?" not in mentor.words
    rhythm = (await program.ask("scheduling/programs/*/rhythm"))["pairs"]
    assert [each["held"] for each in rhythm] == [1]


async def test_a_double_click_is_one_meeting(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    pair = await program.matches(ids)
    mentor = await at_home(world, MENTOR)
    path = f"/mine/pairs/{pair}/meetings"
    fields = mentor.form(path) | PLAN
    twice = [mentor.http.post(path, data=fields, headers=FROM_OUR_PAGE) for _ in range(2)]
    assert {each.status_code for each in await asyncio.gather(*twice)} == {303}
    again = await mentor.http.post(path, data=fields | {"time": "19:00"}, headers=FROM_OUR_PAGE)
    assert again.status_code == 303, "another time in a form from the browser's history is another meeting"
    await mentor.open("/mine")
    assert len(leads(mentor, "meetings/[^/]+/cancel")) == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date": "2027-01-02"}, "Tämä aika on mennyt."),
        ({"date": ""}, "Anna tapaamisen päivä ja kellonaika."),
        ({"date": "3.2.2027"}, "Anna tapaamisen päivä ja kellonaika."),
        ({"time": "kello viisi"}, "Anna tapaamisen päivä ja kellonaika."),
        ({"minutes": "4"}, "Tapaaminen kestää 5–1"),
        ({"minutes": "tunti"}, "Tapaaminen kestää 5–1"),
        ({"form": "pigeon"}, "Valitse, miten tapaatte"),
        ({"place": "x" * 301}, "Paikassa voi olla enintään 300 merkkiä."),
        ({"date": "2029-01-02"}, "enintään vuoden päähän"),
    ],
)
async def test_a_broken_rule_is_a_sentence_and_what_was_typed_is_kept(
    world: World, program: SmallProgram, ids: dict[str, str], wrong: dict[str, str], sentence: str
) -> None:
    pair = await program.matches(ids)
    mentor = await at_home(world, MENTOR)
    path = f"/mine/pairs/{pair}/meetings"
    before = mentor.form(path)["once"]
    answer = await mentor.send(path, **PLAN | wrong)
    assert answer.status_code in {409, 422}
    assert sentence in mentor.words
    assert "<details open>" in answer.text
    kept = (PLAN | wrong)["place"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'value="{kept}"' in answer.text
    assert f'value="{(PLAN | wrong)["date"]}"' in answer.text
    assert mentor.form(path)["once"] != before
    await do(mentor, world, path, **PLAN)


async def test_a_service_that_is_away_takes_nothing_of_what_was_typed(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    pair = await program.matches(ids)
    mentor = await at_home(world, MENTOR)
    world.deps("gateway").settings.urls.pop("scheduling")
    answer = await mentor.send(f"/mine/pairs/{pair}/meetings", **PLAN)
    assert answer.status_code == 503
    assert "Mitään ei ole kadonnut" in mentor.words


async def test_a_stranger_s_pair_and_meeting_are_not_there(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    pair = await program.matches(ids)
    await program.meets(pair, "2027-02-03T17:00")
    mentor, stranger = await at_home(world, MENTOR), await at_home(world, "anh@example.org")
    [cancel] = leads(mentor, "meetings/[^/]+/cancel")
    token = {"form_token": stranger.form("/sign-out")["form_token"]}
    for path in (cancel, cancel.replace("cancel", "hold"), f"/mine/pairs/{pair}/accept"):
        answer = await stranger.http.post(path, data=token, headers=FROM_OUR_PAGE)
        assert answer.status_code == 404
    refused = await stranger.http.post(cancel, data={"form_token": "wrong"}, headers=FROM_OUR_PAGE)
    assert refused.status_code == 403


@pytest.mark.usefixtures("ids")
async def test_one_signs_up_for_what_is_open_and_is_not_offered_what_is_not(
    world: World, program: SmallProgram
) -> None:
    theme = await program.gathers("theme", 20, [])
    training = await program.gathers("mentor-training", 21, [])
    start = await program.gathers("start", 22, [])
    mentee = await at_home(world, MENTEE)
    assert leads(mentee, "gatherings/.*") == [f"/mine/gatherings/{theme}/sign-up"]
    await do(mentee, world, f"/mine/gatherings/{theme}/sign-up")
    assert "You have a seat" in mentee.words
    assert leads(mentee, "gatherings/.*") == []

    mentor = await at_home(world, MENTOR)
    offered = leads(mentor, "gatherings/.*")
    assert f"/mine/gatherings/{training}/sign-up" in offered
    assert f"/mine/gatherings/{start}/sign-up" not in offered
    world.clock.step(world.clock.now() + timedelta(days=40))
    await mentor.send(f"/mine/gatherings/{theme}/sign-up")
    assert "Tilaisuus on alkanut" in mentor.words


async def test_a_pair_that_lasted_as_long_as_its_program_is_completed(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    await program.matches(ids)
    await program.ends()
    staff, mentor = await at_home(world, STAFF), await at_home(world, MENTOR)
    assert "Päättynyt ohjelman mukana" in mentor.words
    await staff.open(f"/programs/{program.id}")
    assert "Päättynyt ohjelman mukana 1" in staff.words


@pytest.mark.usefixtures("ids")
async def test_every_path_in_a_letter_leads_to_a_page(world: World) -> None:
    site = "http://127.0.0.1:8000"
    found: set[str] = set()
    for template, kind in templates().items():
        for language in languages():
            letter = Writer().render(template, language, words_of(kind, url=site))
            found |= set(re.findall(rf'{site}([^\s"]*)', letter.text + letter.html))
    assert {"/mine"} < found
    mentor, nobody = await at_home(world, MENTOR), Browser.at(world)
    for path in sorted({*found, "/me"}):
        for browser in (mentor, nobody):
            await browser.open(path.replace("&amp;", "&"))
            while browser.page.status_code == 303:
                await browser.follow()
            assert browser.heading not in {"", "Sivua ei ole"}, path
