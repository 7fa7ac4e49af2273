"""Links in mails that do one thing without signing in: log a meeting, stop reminders."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.own_pages import SERVICES, SITE
from tests.support.small_program import BEGINNING, MENTEE, MENTOR, SmallProgram

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": SITE}) as running:
        yield running


@pytest.fixture
async def program(world: World) -> SmallProgram:
    return await SmallProgram.opened(world)


@pytest.fixture
async def ids(program: SmallProgram) -> dict[str, str]:
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR]])
    await program.tell("pairing/programs/*/start")
    return ids


@pytest.fixture
async def link(world: World, program: SmallProgram, ids: dict[str, str]) -> str:
    """The link that the mentee's mail after a meeting has; the meeting is on 3 February at five."""
    await program.meets(await program.matches(ids), "2027-02-03T17:00")
    scheduling = world.as_service("scheduling", "notifications")
    [meeting] = (await world.as_person("scheduling", ids[MENTOR]).get("/me/meetings")).json()["meetings"]
    made = await scheduling.post(f"/meetings/{meeting['id']}/log-link", json={"person_id": ids[MENTEE]})
    return f"/log/{made.json()['token']}"


def after_the_meeting(world: World, days: int = 40) -> None:
    world.clock.step(world.clock.now() + timedelta(days=days))


async def held(program: SmallProgram) -> list[int]:
    return [each["held"] for each in (await program.ask("scheduling/programs/*/rhythm"))["pairs"]]


async def press(browser: Browser, path: str, **fields: str) -> httpx2.Response:
    """Press a button of the page in view in a browser that keeps no cookies."""
    assert f'action="{path}"' in browser.page.text
    browser.http.cookies.clear()
    browser.page = await browser.http.post(path, data=fields, headers=FROM_OUR_PAGE)
    return browser.page


async def test_a_meeting_is_logged_in_two_taps_without_signing_in(
    world: World, program: SmallProgram, link: str
) -> None:
    after_the_meeting(world, 30)
    phone = Browser.at(world, "en")
    await phone.open(link)
    assert phone.heading == "Did you meet \u2068Maija Meikäläinen\u2069?"
    assert "Wednesday, 3 February 2027, 17:00" in phone.words
    assert (await phone.http.head(link)).status_code == 200
    assert await held(program) == [0], "mail scanners open links"
    assert (await press(phone, link, held="yes")).headers["location"] == link
    await phone.follow()
    assert phone.heading == "Thank you: logged that you met"
    assert 'name="held"' not in phone.page.text
    await world.drain()
    assert await held(program) == [1]


async def test_a_meeting_that_did_not_take_place_is_said_so_and_may_be_corrected(
    world: World, program: SmallProgram, link: str
) -> None:
    after_the_meeting(world, 30)
    phone = Browser.at(world)
    await phone.open(link)
    await press(phone, link, held="no")
    await phone.follow()
    assert "ettei tapaaminen toteutunut" in phone.heading
    await press(phone, link, held="yes", form="phone")
    await phone.follow()
    assert "kirjattu, että tapasitte" in phone.heading
    answer = await phone.http.post(link, data={"held": "no"}, headers=FROM_OUR_PAGE)
    assert answer.status_code == 409, "what was held cannot be missed"
    await world.drain()
    assert await held(program) == [1]


async def test_a_form_from_elsewhere_or_without_an_answer_logs_nothing(
    world: World, program: SmallProgram, link: str
) -> None:
    after_the_meeting(world, 30)
    phone = Browser.at(world)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
        assert (await phone.http.post(link, data={"held": "yes"}, headers=headers)).status_code == 403
    assert (await phone.http.post(link, data={}, headers=FROM_OUR_PAGE)).headers["location"] == link
    assert await held(program) == [0]
    older = await phone.http.post(link, data={"held": "yes"}, headers={"Origin": SITE})
    assert older.status_code == 303


async def test_a_link_says_when_it_is_too_early_too_late_or_about_nothing(
    world: World, link: str, ids: dict[str, str]
) -> None:
    phone = Browser.at(world)
    await phone.open(link)
    assert "Tämä tapaaminen ei ole vielä alkanut." in phone.words
    assert 'name="held"' not in phone.page.text
    early = await phone.http.post(link, data={"held": "yes"}, headers=FROM_OUR_PAGE)
    assert early.status_code == 409
    foreign = (await stop_link(world, ids[MENTEE])).removeprefix("/stop/")
    for path in ("/log/x", "/log/a.b", link + "x", f"/log/{foreign}", "/log/a.%2E"):
        for answer in (await phone.open(path), await phone.http.post(path, data={"held": "yes"})):
            assert answer.status_code in {403, 404}, path
        assert (await phone.http.post(path, data={"held": "yes"}, headers=FROM_OUR_PAGE)).status_code == 404
    await phone.open("/log/a.b")
    assert phone.heading == "Tämä linkki ei enää toimi"
    assert "Omalle sivulleni" in phone.words
    after_the_meeting(world, 60)
    assert (await phone.open(link)).status_code == 410
    assert "Linkki, jolla tapaaminen kirjataan, toimii 30 päivää" in phone.words


async def test_a_cancelled_meeting_needs_no_answer(world: World, link: str, ids: dict[str, str]) -> None:
    mentor = world.as_person("scheduling", ids[MENTOR])
    [meeting] = (await mentor.get("/me/meetings")).json()["meetings"]
    await mentor.post(f"/meetings/{meeting['id']}/cancel")
    phone = Browser.at(world)
    await phone.open(link)
    assert "Tämä tapaaminen peruttiin." in phone.words
    assert 'name="held"' not in phone.page.text


async def test_the_page_comes_without_a_name_when_people_is_away_and_as_a_failure_without_scheduling(
    world: World, link: str
) -> None:
    after_the_meeting(world, 30)
    phone = Browser.at(world)
    world.deps("gateway").settings.urls.pop("people")
    await phone.open(link)
    assert phone.heading == "Tapasitteko?"
    world.deps("gateway").settings.urls.pop("scheduling")
    assert (await phone.open(link)).status_code == 503


@pytest.fixture
async def stop(world: World, ids: dict[str, str]) -> str:
    """The link below the mentee's reminders."""
    return await stop_link(world, ids[MENTEE])


async def stop_link(world: World, person_id: str) -> str:
    people = world.as_service("people", "notifications")
    made = await people.post("/stop-links", json={"person_ids": [person_id]})
    return f"/stop/{made.json()['tokens'][person_id]}"


async def wants_reminders(world: World, person_id: str) -> bool:
    people = world.as_service("people", "notifications")
    [person] = (await people.post("/persons/lookup", json={"ids": [person_id]})).json()["persons"]
    return bool(person["reminders"])


async def test_a_mail_program_stops_reminders_at_once(world: World, ids: dict[str, str], stop: str) -> None:
    program = world.as_nobody("gateway")
    assert (await program.get(stop)).status_code == 200
    assert (await program.head(stop)).status_code == 200
    assert await wants_reminders(world, ids[MENTEE])
    for _ in range(2):
        answer = await program.post(stop, data=ONE_CLICK)
        assert answer.status_code == 200, "RFC 8058: no redirect"
    assert not await wants_reminders(world, ids[MENTEE])
    as_file = await program.post(stop, files={"List-Unsubscribe": (None, "One-Click")})
    assert as_file.status_code == 200


async def test_a_person_stops_reminders_with_a_button(world: World, ids: dict[str, str], stop: str) -> None:
    phone = Browser.at(world, "sv")
    await phone.open(stop)
    assert phone.heading == "Inga fler påminnelser?"
    await press(phone, stop)
    assert phone.heading == "Du får inga fler påminnelser"
    assert not await wants_reminders(world, ids[MENTEE])
    await phone.open(stop)
    assert phone.heading == "Du får inga fler påminnelser"


async def test_a_stop_link_that_is_none_leads_to_one_s_details(world: World, link: str) -> None:
    phone = Browser.at(world, "en")
    for path in ("/stop/x", link.replace("/log/", "/stop/")):
        for answer in (await phone.open(path), await phone.http.post(path, data=ONE_CLICK)):
            assert answer.status_code == 404
            assert 'href="/mine/details"' in answer.text
