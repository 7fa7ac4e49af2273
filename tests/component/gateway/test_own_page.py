"""What participants see first, and do with one press of a button: answer, sign up, give a seat back."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from matka_notifications.rendering import Writer, languages
from tests.support.gateway import FROM_OUR_PAGE, Browser
from tests.support.mothers_notifications import templates, words_of
from tests.support.own_pages import SERVICES, SITE, at_home, do, leads, proposes
from tests.support.small_program import BEGINNING, MENTEE, MENTOR, STAFF, SmallProgram


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
    """A started program with one ready mentor."""
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR]])
    await program.tell("pairing/programs/*/start")
    return ids


async def test_both_accept_their_pair_on_their_own_pages(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    await proposes(program, ids)
    mentor, mentee = await at_home(world, MENTOR), await at_home(world, MENTEE)
    assert "Vastaa ehdotukseen: parisi voisi olla" in mentor.words
    [accept] = leads(mentor, "pairs/[^/]+/accept")
    await do(mentor, world, accept)
    assert "Olet hyväksynyt ehdotuksen." in mentor.words
    assert leads(mentor, "pairs/[^/]+/accept") == []
    assert "Mikään ei juuri nyt odota sinua." in mentor.words
    await do(mentee, world, accept)
    assert leads(mentee, "pairs/.*") == []
    assert "Kirjatkaa yhdessä, miten ja mitä varten tapaatte." in mentee.words
    assert "Sovi tapaaminen" in mentee.words


async def test_one_declines_and_the_other_who_comes_later_is_told(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    await proposes(program, ids)
    mentor, mentee = await at_home(world, MENTOR), await at_home(world, MENTEE)
    [decline] = leads(mentee, "pairs/[^/]+/decline")
    await do(mentee, world, decline)
    assert "Olet hylännyt ehdotuksen." in mentee.words
    assert leads(mentee, "pairs/.*") == []
    answer = await mentor.send(decline.replace("decline", "accept"))
    assert answer.status_code == 409
    assert "Ehdotukseen on jo vastattu." in mentor.words
    assert (await mentor.open(decline)).headers["location"] == "/mine"


async def test_a_stranger_s_pair_and_meeting_are_not_there(
    world: World, program: SmallProgram, ids: dict[str, str]
) -> None:
    pair = await program.matches(ids)
    await program.meets(pair, "2027-02-03T17:00")
    mentor, stranger = await at_home(world, MENTOR), await at_home(world, "anh@example.org")
    [cancel] = leads(mentor, "meetings/[^/]+/cancel")
    token = {"form_token": stranger.form("/sign-out")["form_token"]}
    move = cancel.replace("cancel", "move")
    for path in (cancel, cancel.replace("cancel", "hold"), move, f"/mine/pairs/{pair}/accept"):
        answer = await stranger.http.post(path, data=token, headers=FROM_OUR_PAGE)
        assert answer.status_code == 404, path
    for page in ("meetings", "agreement", "goals"):
        assert (await stranger.open(f"/mine/pairs/{pair}/{page}")).status_code == 404
    assert (await stranger.open(move)).status_code == 404
    refused = await stranger.http.post(cancel, data={"form_token": "wrong"}, headers=FROM_OUR_PAGE)
    assert refused.status_code == 403
    staff = Browser.at(world)
    await staff.sign_in(world, STAFF)
    assert (await staff.open(f"/mine/pairs/{pair}/goals")).status_code == 404, (
        "staff see it on their own pages"
    )


@pytest.mark.usefixtures("ids")
async def test_one_signs_up_for_what_is_open_and_gives_the_seat_back(
    world: World, program: SmallProgram
) -> None:
    theme = await program.gathers("theme", 20, [])
    training = await program.gathers("mentor-training", 21, [])
    start = await program.gathers("start", 22, [])
    mentee = await at_home(world, MENTEE, "en")
    assert leads(mentee, "gatherings/.*") == [f"/mine/gatherings/{theme}/sign-up"]
    await do(mentee, world, f"/mine/gatherings/{theme}/sign-up")
    assert "You have a seat" in mentee.words
    assert leads(mentee, "gatherings/.*") == [f"/mine/gatherings/{theme}/sign-off"]
    await do(mentee, world, f"/mine/gatherings/{theme}/sign-off")
    assert "Your seat is free for somebody else now." in mentee.words
    assert leads(mentee, "gatherings/.*") == [f"/mine/gatherings/{theme}/sign-up"]

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
    mentor = await at_home(world, MENTOR)
    assert "Päättynyt ohjelman mukana" in mentor.words
    assert "Mikään ei juuri nyt odota sinua." in mentor.words


@pytest.mark.usefixtures("ids")
async def test_every_path_in_a_letter_leads_to_a_page(world: World) -> None:
    found: set[str] = set()
    for template, kind in templates().items():
        for language in languages():
            letter = Writer().render(template, language, words_of(kind, url=SITE))
            found |= set(re.findall(rf'{SITE}([^\s"]*)', letter.text + letter.html))
    assert {"/mine"} < found
    mentor, nobody = await at_home(world, MENTOR), Browser.at(world)
    for path in sorted({*found, "/me"}):
        for browser in (mentor, nobody):
            await browser.open(path.replace("&amp;", "&"))
            while browser.page.status_code == 303:
                await browser.follow()
            if browser is nobody or not path.startswith("/cases/"):  # no case of this id was opened
                assert browser.heading not in {"", "Sivua ei ole"}, path
