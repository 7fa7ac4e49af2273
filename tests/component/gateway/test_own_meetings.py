"""What the two of a pair do on their own pages about meetings, agreement, goals, exercises and themselves."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.own_pages import SERVICES, SITE, at_home, do, leads
from tests.support.small_program import BEGINNING, MENTEE, MENTOR, SmallProgram

PLAN = {"date": "2027-02-03", "time": "17:00", "minutes": "90", "form": "video", "place": "Oodi & <b>co</b>"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": SITE}) as running:
        yield running


@pytest.fixture
async def program(world: World) -> SmallProgram:
    return await SmallProgram.opened(world)


@pytest.fixture
async def pair(program: SmallProgram) -> str:
    """The path of a pair that has formed in a started program."""
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR]])
    await program.tell("pairing/programs/*/start")
    return f"/mine/pairs/{await program.matches(ids)}"


async def opened(world: World, email: str, path: str, language: str = "fi") -> Browser:
    browser = await at_home(world, email, language)
    assert (await browser.open(path)).status_code == 200
    return browser


async def test_a_meeting_is_planned_moved_cancelled_planned_anew_and_logged(
    world: World, program: SmallProgram, pair: str
) -> None:
    mentee = await opened(world, MENTEE, f"{pair}/meetings")
    await do(mentee, world, f"{pair}/meetings", **PLAN)
    assert "Tapaaminen on sovittu. Kirjoitamme teille molemmille." in mentee.words
    assert "keskiviikko 3. helmikuuta 2027 klo 17.00 Videolla, 90 minuuttia Oodi & <b>co</b>" in mentee.words
    await mentee.open("/mine")
    assert "keskiviikko 3. helmikuuta 2027 klo 17.00" in mentee.words
    [cancel] = leads(mentee, "meetings/[^/]+/cancel")
    move = cancel.replace("cancel", "move")
    await mentee.open(move)
    assert 'value="2027-02-03"' in mentee.page.text
    assert 'value="17:00"' in mentee.page.text
    await do(mentee, world, move, **PLAN | {"time": "18:30"})
    assert "Tapaaminen on siirretty." in mentee.words
    assert "klo 18.30" in mentee.words
    await do(mentee, world, cancel)
    assert "Tapaamista ei ole sovittu." in mentee.words
    assert (await mentee.open(move)).status_code == 404
    await mentee.open(f"{pair}/meetings")
    await do(mentee, world, f"{pair}/meetings", **PLAN)

    world.clock.step(world.clock.now() + timedelta(days=60))
    await world.drain()
    mentor = await at_home(world, MENTOR)
    assert "Tapasitteko?" in mentor.words
    [hold] = leads(mentor, "meetings/[^/]+/hold")
    assert leads(mentor, "meetings/[^/]+/cancel") == []
    await do(mentor, world, hold)
    assert "Kirjattu: tapasitte." in mentor.words
    assert leads(mentor, "meetings/.*") == []
    rhythm = (await program.ask("scheduling/programs/*/rhythm"))["pairs"]
    assert [each["held"] for each in rhythm] == [1]


async def test_what_did_not_take_place_is_said_so_and_can_be_corrected(
    world: World, program: SmallProgram, pair: str
) -> None:
    await program.meets(pair.rpartition("/")[2], "2027-02-03T17:00")
    world.clock.step(world.clock.now() + timedelta(days=60))
    await world.drain()
    mentee = await at_home(world, MENTEE, "sv")
    [missed] = leads(mentee, "meetings/[^/]+/missed")
    await do(mentee, world, missed)
    assert "Antecknat: mötet blev inte av." in mentee.words
    await mentee.open(f"{pair}/meetings")
    assert "Mötet blev inte av" in mentee.words
    assert leads(mentee, "meetings/[^/]+/missed") == []
    await do(mentee, world, missed.replace("missed", "hold"))
    await mentee.open(f"{pair}/meetings")
    assert "Ni träffades" in mentee.words


async def test_a_meeting_that_nobody_planned_is_logged(world: World, pair: str) -> None:
    world.clock.step(world.clock.now() + timedelta(days=60))
    mentor = await opened(world, MENTOR, f"{pair}/meetings")
    await do(mentor, world, f"{pair}/meetings", **PLAN, held="yes")
    assert "Kirjattu: tapasitte." in mentor.words
    assert "Tapasitte" in mentor.words
    answer = await mentor.send(f"{pair}/meetings", **PLAN | {"date": "2099-02-03"}, held="yes")
    assert answer.status_code in {409, 422}
    assert "<details open>" in answer.text


async def test_a_double_click_is_one_meeting(world: World, pair: str) -> None:
    mentor = await opened(world, MENTOR, f"{pair}/meetings")
    path = f"{pair}/meetings"
    fields = mentor.form(path) | PLAN
    twice = [mentor.http.post(path, data=fields, headers=FROM_OUR_PAGE) for _ in range(2)]
    assert {each.status_code for each in await asyncio.gather(*twice)} == {303}
    again = await mentor.http.post(path, data=fields | {"time": "19:00"}, headers=FROM_OUR_PAGE)
    assert again.status_code == 303, "another time in a form from the browser's history is another meeting"
    await mentor.open(path)
    assert len(leads(mentor, "meetings/[^/]+/cancel")) == 2


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"date": "2027-01-02"}, "date", "Tämä aika on mennyt."),
        ({"date": ""}, "date", "Anna päivä, esimerkiksi 31.3.2027."),
        ({"date": "31.2.2027"}, "date", "Anna päivä, esimerkiksi 31.3.2027."),
        ({"time": "kello viisi"}, "time", "Anna kellonaika, esimerkiksi 17.30."),
        ({"minutes": "4"}, "minutes", "Anna kesto minuutteina: 5–1440."),
        ({"minutes": "99999"}, "minutes", "Anna kesto minuutteina: 5–1440."),
        ({"minutes": "tunti"}, "minutes", "Anna kesto minuutteina: 5–1440."),
        ({"form": "pigeon"}, "form", "Valitse, miten tapaatte."),
        ({"place": "x" * 301}, "place", "Paikka: Tämä on liian pitkä."),
        ({"date": "2029-01-02"}, "date", "enintään vuoden päähän"),
    ],
)
async def test_a_broken_rule_is_said_at_its_field_and_what_was_typed_is_kept(
    world: World, pair: str, wrong: dict[str, str], field: str, sentence: str
) -> None:
    path = f"{pair}/meetings"
    mentor = await opened(world, MENTOR, path)
    before = mentor.form(path)["once"]
    answer = await mentor.send(path, **PLAN | wrong)
    assert answer.status_code in {409, 422}
    assert sentence in mentor.words
    assert f'<a href="#plan-{field}">' in answer.text
    assert marked(answer.text) == [f"plan-{field}"]
    kept = (PLAN | wrong)["place"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'value="{kept}"' in answer.text
    assert f'value="{(PLAN | wrong)["date"]}"' in answer.text
    assert mentor.form(path)["once"] != before
    await do(mentor, world, path, **PLAN)


def marked(page: str) -> list[str]:
    """The ids of the fields that are marked as wrong."""
    entries = re.findall(r"<(?:input|select|textarea)[^>]*>", page)
    return [re.findall(r' id="([^"]+)"', each)[0] for each in entries if 'aria-invalid="true"' in each]


async def test_days_and_times_may_be_typed_as_finland_writes_them(world: World, pair: str) -> None:
    mentor = await opened(world, MENTOR, f"{pair}/meetings")
    assert "Esimerkiksi 31.3.2027" in mentor.words
    await do(mentor, world, f"{pair}/meetings", **PLAN | {"date": "3.2.2027", "time": "klo 17.30"})
    assert "keskiviikko 3. helmikuuta 2027 klo 17.30" in mentor.words


async def test_a_move_that_cannot_be_keeps_the_meeting_and_what_was_typed(
    world: World, program: SmallProgram, pair: str
) -> None:
    await program.meets(pair.rpartition("/")[2], "2027-02-03T17:00")
    mentor = await at_home(world, MENTOR)
    [cancel] = leads(mentor, "meetings/[^/]+/cancel")
    move = cancel.replace("cancel", "move")
    await mentor.open(move)
    for wrong, sentence in (
        ({"time": ""}, "Anna kellonaika, esimerkiksi 17.30."),
        ({"date": "2027-01-02"}, "Tämä aika on mennyt."),
    ):
        answer = await mentor.send(move, **PLAN | wrong)
        assert answer.status_code in {409, 422}
        assert sentence in mentor.words
    assert "Nyt sovittu: keskiviikko 3. helmikuuta 2027 klo 17.00" in mentor.words
    world.deps("gateway").settings.urls.pop("scheduling")
    assert (await mentor.send(move, **PLAN)).status_code == 503


async def test_a_service_that_is_away_takes_nothing_of_what_was_typed(world: World, pair: str) -> None:
    mentor = await opened(world, MENTOR, f"{pair}/meetings")
    urls = world.deps("gateway").settings.urls
    kept = urls.pop("scheduling")
    answer = await mentor.send(f"{pair}/meetings", **PLAN)
    assert answer.status_code == 503
    assert "Mitään ei ole kadonnut" in mentor.words
    assert f'value="{PLAN["date"]}"' in answer.text
    urls["scheduling"] = kept
    urls.pop("pairing")
    assert (await mentor.open(f"{pair}/meetings")).status_code == 503
