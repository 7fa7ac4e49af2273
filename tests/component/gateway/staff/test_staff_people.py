"""Staff look at people: lists that sort, filter and search, decisions, and what makes a mentor ready."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from matka_learning.main import SERVICE as LEARNING
from tests.support.gateway import api_session
from tests.support.people import grant, register
from tests.support.small_program import BEGINNING, MENTEE, MENTOR, UNDECIDED, SmallProgram
from tests.support.staff_browser import SERVICES, StaffBrowser, at_work


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    services = [*SERVICES, LEARNING]
    async with World(tmp_path, services, BEGINNING, {"public_url": "http://127.0.0.1:8000"}) as running:
        yield running


def order_of(browser: StaffBrowser, *names: str) -> list[str]:
    """The names in the order in which the list has them."""
    there = [name for name in names if name in browser.words]
    return sorted(there, key=browser.words.index)


async def test_an_empty_list_says_where_people_come_from(staff: StaffBrowser, program: SmallProgram) -> None:
    await staff.open(f"/programs/{program.id}/people")
    assert "Nobody has applied yet. People apply on the public site, or arrive by an import." in staff.words
    await staff.open(f"/programs/{program.id}/readiness")
    assert "No mentor has been admitted yet." in staff.words


async def test_the_list_sorts_filters_searches_and_keeps_its_state_in_the_address(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await program.imports()
    await staff.open(f"/programs/{program.id}/people")
    assert "6 people" in staff.words
    names = ("Kalle", "Maija Meikäläinen", "Örn Åström")
    assert order_of(staff, *names) == [*names]
    await staff.press(world, "Show", role="mentor", status="admitted", sort="received")
    assert "2 people" in staff.words
    assert '<option value="mentor" selected>' in staff.page.text
    await staff.press(world, "Show", q="ÖRN åstr")
    assert "1 person ·" in staff.words
    await staff.press(world, "Show", q="nobody is called so")
    assert "Nothing on this list fits what you chose. Show everything" in staff.words
    await staff.open(f"/programs/{program.id}/people?role=emperor&page=99&sort=shoe-size&q=%00")
    assert staff.page.status_code == 200


async def test_the_list_is_narrowed_by_readiness_and_pair(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await studied(world, program)
    await staff.open(f"/programs/{program.id}/people")
    await staff.press(world, "Show", readiness="staff-contact-missing")
    assert "1 person ·" in staff.words
    assert "Maija Meikäläinen" in staff.words
    await staff.press(world, "Show", readiness="not-ready", pair="alone")
    assert "1 person ·" in staff.words
    assert "Örn Åström" in staff.words
    await staff.press(world, "Show", readiness="", pair="formed")
    assert "Nothing on this list fits what you chose. Show everything" in staff.words


async def test_a_long_list_comes_in_pages(staff: StaffBrowser, program: SmallProgram) -> None:
    rows = [f"mentee,Person {number:02},p{number}@example.org,fi,fi:C1,," for number in range(60)]
    header = "role,name,email,language,languages,training,capacity"
    await program.tell("pairing/programs/*/imports", {"csv": "\n".join([header, *rows])})
    await staff.open(f"/programs/{program.id}/people?status=received")
    assert "Page 1 of 3" in staff.words
    assert "Person 24" in staff.words
    assert "Person 25" not in staff.words
    await staff.open(f"/programs/{program.id}/people?status=received&sort=name&page=3")
    assert "Page 3 of 3" in staff.words
    assert "Person 59" in staff.words
    assert "Next page" not in staff.words


async def test_applications_are_decided_in_the_list_which_stays_as_it_was(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await program.imports()
    await staff.open(f"/programs/{program.id}/people?role=mentor")
    await staff.press(world, "Put on the waiting list", reason="no-match")
    assert "On the waiting list. We have written to them." in staff.words
    assert "No suitable pair is in sight" in staff.words
    assert staff.page.url.params["role"] == "mentor"
    await staff.press(world, "Admit")
    assert "Admitted. We have written to them." in staff.words
    assert not staff.has_button("Admit")


async def test_a_decision_that_was_taken_meanwhile_is_told_beside_the_person(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    ids = await program.imports()
    await staff.open(f"/programs/{program.id}/people/{ids[UNDECIDED]}")
    first = staff.page
    await staff.press(world, "Refer to another service", reason="other-service")
    assert "Referred on. We have written to them." in staff.words
    assert "Another service fits better" in staff.words
    staff.page = first
    await staff.press(world, "Admit")
    assert staff.page.status_code == 409
    assert "This application has been decided already." in staff.words


async def test_readers_see_and_do_not_decide(world: World, program: SmallProgram) -> None:
    await program.imports()
    person = await register(world, "reader@example.org", "Lukija")
    await grant(world, person, "reader", program.id)
    await world.drain()
    reader = await at_work(world, "reader@example.org")
    await reader.open(f"/programs/{program.id}/people")
    assert "6 people" in reader.words
    assert not reader.has_button("Admit")


async def studied(world: World, program: SmallProgram) -> str:
    """A mentor has completed the self-study course and waits for the talk with staff."""
    ids = await program.imports()
    mentor = await api_session(world, MENTOR)
    path = f"/api/learning/programs/{program.id}/courses/mentoring-basics/complete"
    answer = await mentor.post(path)
    assert answer.is_success, answer.text
    await world.drain()
    return ids[MENTOR]


async def test_the_talk_is_recorded_on_the_readiness_page(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await studied(world, program)
    await staff.open(f"/programs/{program.id}")
    assert "1 mentor waits for a talk with you" in staff.words
    await staff.open(f"/programs/{program.id}/readiness")
    assert "0 of 2 mentors are ready." in staff.words
    assert "The self-study course is done; the talk with staff is missing." in staff.words
    assert "The mentor training has not been attended." in staff.words
    await staff.press(world, "Record the talk", reason="Questions about the first meeting")
    assert "The talk is recorded." in staff.words
    assert "1 of 2 mentors are ready." in staff.words
    await staff.press(world, "Show", readiness="self-study")
    assert "Maija Meikäläinen" in staff.words
    assert "Örn" not in staff.words


async def test_a_talk_is_waived_with_a_reason_only(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    mentor = await studied(world, program)
    await staff.open(f"/programs/{program.id}/people/{mentor}")
    await staff.press(world, "Waive the talk", reason="x")
    assert staff.page.status_code == 422
    assert "Write in a few words why the talk is waived." in staff.words
    assert ">x</textarea>" in staff.page.text
    await staff.press(world, "Waive the talk", reason="y" * 2001)
    assert "That is too long: at most 2,000 characters." in staff.words
    await staff.press(world, "Waive the talk", reason="Has mentored for years")
    assert "The talk is waived." in staff.words
    assert "Ready: self-study, talk waived" in staff.words


async def test_a_persons_page_shows_profile_pair_and_participation(
    staff: StaffBrowser, program: SmallProgram
) -> None:
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR], ids["orn@example.org"]])
    await program.tell("pairing/programs/*/start")
    await program.matches(ids)
    await staff.open(f"/programs/{program.id}/people/{ids[MENTOR]}")
    for words in ("maija@example.org", "Finnish C2, English C1", "Ready: mentor training", "أمل حداد Active"):
        assert words in staff.words
    assert "0 meetings of the pair Gathering," in staff.words
    await staff.open(f"/programs/{program.id}/people/{ids[MENTEE]}")
    assert "<bdi>أمل حداد</bdi>" in staff.page.text
    assert (await staff.open(f"/programs/{program.id}/people/nobody")).status_code == 404


async def test_a_name_that_looks_like_markup_is_only_a_name(
    staff: StaffBrowser, program: SmallProgram
) -> None:
    name = "<script>alert(1)</script> {{ 7 * 7 }}"
    row = f'mentee,"{name}",odd@example.org,fi,fi:C1,,'
    header = "role,name,email,language,languages,training,capacity"
    await program.tell("pairing/programs/*/imports", {"csv": f"{header}\n{row}"})
    await staff.open(f"/programs/{program.id}/people")
    assert name in staff.words or "alert(1)" in staff.words
    assert "<script" not in staff.page.text
    assert "49" not in staff.words


async def test_when_people_is_away_lists_say_so_instead_of_names(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    ids = await program.imports()
    urls = world.deps("gateway").settings.urls
    urls.pop("people")
    await staff.open(f"/programs/{program.id}/people")
    assert "Names cannot be shown right now" in staff.words
    await staff.open(f"/programs/{program.id}/people/{ids[MENTOR]}")
    assert "Name and addresses cannot be shown right now." in staff.words
    urls.pop("pairing")
    for page in ("people", f"people/{ids[MENTOR]}", "readiness"):
        await staff.open(f"/programs/{program.id}/{page}")
        assert "This part cannot be reached right now" in staff.words, page
