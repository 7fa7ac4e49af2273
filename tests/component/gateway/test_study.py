"""A mentor who chose self-study reads the course part by part and ends it; the talk with staff follows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_contracts.learning import CourseCompleted
from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.gateway import Browser
from tests.support.own_pages import SERVICES, SITE, at_home, do
from tests.support.small_program import BEGINNING, MENTEE, SmallProgram

STUDENT = "liisa@example.org"
LIISA = f"role,name,email,language,languages,training\nmentor,Liisa,{STUDENT},fi,fi:C2,self-study\n"
LANGUAGES = {
    "fi": ("Opiskele mentoroinnin perusteet", "Osa 1/6", "Olen lukenut koko kurssin"),
    "fi-simple": ("Opiskele mentoroinnin perusteet", "Osa 1/6", "Olen lukenut koko kurssin"),
    "sv": ("Studera grunderna i mentorskap", "Del 1 av 6", "Jag har läst hela kursen"),
    "en": ("Study the basics of mentoring", "Part 1 of 6", "I have read the whole course"),
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": SITE}) as running:
        yield running


@pytest.fixture
async def program(world: World) -> SmallProgram:
    """Liisa, who studies on her own, is admitted among others."""
    program = await SmallProgram.opened(world)
    await program.imports()
    await program.tell("pairing/programs/*/imports", {"csv": LIISA})
    [her] = [
        each["id"]
        for each in (await program.ask("pairing/programs/*/applications"))["applications"]
        if each["path"] == "self-study"
    ]
    await program.tell(f"pairing/applications/{her}/admit")
    return program


def part_of(program: SmallProgram, number: int) -> str:
    return f"/mine/study/{program.id}/mentoring-basics/{number}"


async def reads_on(student: Browser, program: SmallProgram) -> None:
    """From the own page to the last part by the links alone."""
    assert 'href="/mine/study"' in student.page.text
    await student.open("/mine/study")
    for number in range(1, 7):
        assert f'href="{part_of(program, number)}"' in student.page.text
        await student.open(part_of(program, number))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_course_is_read_in_steps_in_one_s_own_language(
    world: World, program: SmallProgram, language: str
) -> None:
    invited, first, finish = LANGUAGES[language]
    student = await at_home(world, STUDENT, language)
    assert invited in student.words
    await student.open(part_of(program, 1))
    assert first in student.words
    assert finish not in student.words, "only the last part ends the course"
    await student.open("/mine")
    await reads_on(student, program)
    assert finish in student.words


async def test_after_the_course_comes_the_talk_and_then_one_is_ready(
    world: World, program: SmallProgram
) -> None:
    student = await at_home(world, STUDENT)
    await reads_on(student, program)
    path = f"/mine/study/{program.id}/mentoring-basics"
    form = student.form(path)
    await do(student, world, path)
    assert "Olet suorittanut kurssin. Kiitos ajastasi!" in student.words
    assert "Seuraavaksi hanketiimi keskustelee kanssasi" in student.words
    await student.open(part_of(program, 6))
    assert f'action="{path}"' not in student.page.text, "it is finished once"
    await student.open("/mine")
    assert "Opiskele mentoroinnin perusteet" not in student.words
    student.page = await student.http.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert student.page.status_code == 303, "a second click is no mistake"
    [done] = world.published(CourseCompleted)
    await program.tell(f"pairing/programs/*/mentors/{done.person_id}/contact", {"reason": ""})
    await student.open("/mine/study")
    assert "Olet valmis mentoriksi." in student.words


async def test_who_goes_to_the_training_is_not_sent_to_the_course_and_may_read_it(
    world: World, program: SmallProgram
) -> None:
    mentor = await at_home(world, "maija@example.org")
    assert "Opiskele mentoroinnin perusteet" not in mentor.words
    await mentor.open(part_of(program, 2))
    assert "Osa 2/6" in mentor.words
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids["maija@example.org"]])
    again = await at_home(world, "maija@example.org")
    await again.open("/mine/study")
    assert "Olet jo valmis mentoriksi." in again.words


async def test_there_is_no_course_for_mentees_nor_beyond_its_last_part(
    world: World, program: SmallProgram
) -> None:
    mentee = await at_home(world, MENTEE, "en")
    await mentee.open("/mine/study")
    assert "Self-study is for mentors who have a place in a program." in mentee.words
    assert (await mentee.open(part_of(program, 1))).status_code == 404
    student = await at_home(world, STUDENT)
    for path in (part_of(program, 7), part_of(program, 0), f"/mine/study/{program.id}/gardening/1"):
        assert (await student.open(path)).status_code == 404, path
    await student.open(f"/mine/study/{program.id}/mentoring-basics")
    assert student.page.headers["location"] == "/mine/study"
    assert (await Browser.at(world).open("/mine/study")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("away", ["learning", "pairing"])
async def test_while_a_service_is_away_the_page_says_so(
    world: World, program: SmallProgram, away: str
) -> None:
    student = await at_home(world, STUDENT)
    await reads_on(student, program)
    form = student.page
    world.deps("gateway").settings.urls.pop(away)
    await student.open("/mine/study")
    assert "Tähän osaan ei juuri nyt saada yhteyttä." in student.words
    student.page = form
    answer = await student.send(f"/mine/study/{program.id}/mentoring-basics")
    assert answer.status_code == 503
    await student.open("/mine")
    assert student.page.status_code == 200
