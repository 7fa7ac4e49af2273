"""Staff plan gatherings, mark who came, correct it, and close them."""

from datetime import timedelta

import pytest

from matka_gateway.pages.staff.attendance import marked
from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE
from tests.support.people import grant, register
from tests.support.small_program import MENTOR, STAFF, SmallProgram
from tests.support.staff_browser import StaffBrowser, at_work

TYPED: dict[str, str | list[str]] = {
    "kind": "theme",
    "title-fi": "Työnhaku",
    "date": "2027-02-01",
    "time": "17.30",
    "hours": "2,5",
    "place": "Oodi & <b>co</b>",
    "seats": "20",
}


@pytest.fixture
async def staff(world: World, program: SmallProgram) -> StaffBrowser:
    browser = await at_work(world, STAFF)
    await browser.open(f"/programs/{program.id}/gatherings")
    return browser


async def planned(world: World, staff: StaffBrowser, program: SmallProgram) -> str:
    """A theme training is planned; its page is in view, its address the answer."""
    await staff.open(f"/programs/{program.id}/gatherings/new")
    await staff.press(world, "Plan the gathering", **TYPED)
    assert staff.page.status_code == 200, staff.words
    return staff.page.url.path


async def test_a_gathering_is_planned_in_local_time(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    assert "No gathering is planned yet." in staff.words
    await planned(world, staff, program)
    assert "The gathering is planned." in staff.words
    assert staff.heading == "Työnhaku"
    assert "Monday, 1 February 2027, 17:30 Oodi & <b>co</b>" in staff.words
    assert "Nobody has been invited or has signed up." in staff.words
    await staff.open(f"/programs/{program.id}/gatherings")
    await staff.press(world, "Show", kind="theme", state="ahead")
    assert "Työnhaku" in staff.words
    await staff.press(world, "Show", kind="peer-circle")
    assert "Nothing on this list fits what you chose." in staff.words


async def test_each_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.open(f"/programs/{program.id}/gatherings/new")
    wrong = {"title-fi": "", "date": "soon", "time": "late", "hours": "long", "seats": "some"}
    await staff.press(world, "Plan the gathering", **{**TYPED, **wrong, "kind": "party", "place": "x" * 301})
    assert staff.page.status_code == 422
    for words in (
        "See the marked fields.",
        "Choose what kind of gathering it is.",
        "Give the gathering a name, in one language at least.",
        "Give the day, such as 31/3/2027.",
        "Give the time, such as 17:30.",
        "Give the length in hours, such as 2 or 1.5.",
        "Give the number of seats as a whole number.",
        "That is too long: at most 300 characters.",
    ):
        assert words in staff.words
    assert 'value="soon"' in staff.page.text
    assert staff.page.text.count('aria-invalid="true"') == 6


async def test_what_the_service_refuses_is_told_and_nothing_typed_is_lost(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.open(f"/programs/{program.id}/gatherings/new")
    await staff.press(world, "Plan the gathering", **{**TYPED, "date": "2027-03-28", "time": "03:30"})
    assert staff.page.status_code == 422
    assert "The clocks skip this time on that day." in staff.words
    assert 'value="2027-03-28"' in staff.page.text
    world.deps("gateway").settings.urls.pop("scheduling")
    await staff.press(world, "Plan the gathering", **TYPED)
    assert staff.page.status_code == 503
    assert 'value="Työnhaku"' in staff.page.text


async def test_attendance_is_marked_corrected_and_the_gathering_closed(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    ids = await program.imports()
    maija, orn = ids[MENTOR], ids["orn@example.org"]
    path = await planned(world, staff, program)
    world.clock.step(world.clock.now() + timedelta(days=40))
    await world.drain()
    await staff.open(f"/programs/{program.id}")
    assert "Who came? \u2068Työnhaku\u2069" in staff.words
    await staff.open(path)
    await staff.press(world, "Save attendance", came=[maija, orn])
    assert "Attendance is saved. You can correct it at any time." in staff.words
    assert "Came 2 Did not come 0" in staff.words
    await staff.press(world, "Save attendance", came=[maija])
    assert "Came 1 Did not come 1" in staff.words
    await staff.press(world, "Close the gathering")
    assert "The gathering is closed." in staff.words
    assert not staff.has_button("Close the gathering")
    await staff.press(world, "Save attendance", came=[maija, orn])
    assert "Came 2 Did not come 0" in staff.words, "a closed gathering is still corrected"


async def test_before_the_day_nobody_can_be_marked_and_what_is_refused_keeps_its_ticks(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    ids = await program.imports()
    path = await planned(world, staff, program)
    assert "You can mark who came from the day of the gathering on." in staff.words
    assert not staff.has_button("Save attendance")
    hidden = staff.form("/language") | {"deed": "attendance", "shown": f"other {ids[MENTOR]}"}
    staff.page = await staff.http.post(path, data=hidden | {"came": ids[MENTOR]}, headers=FROM_OUR_PAGE)
    assert staff.page.status_code == 409
    assert "Attendance can be recorded from the day of the gathering on: 1 February 2027." in staff.words
    assert f'value="{ids[MENTOR]}" checked' in staff.page.text


async def test_readers_see_who_is_expected_and_mark_nobody(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    path = await planned(world, staff, program)
    person = await register(world, "reader@example.org", "Lukija")
    await grant(world, person, "reader", program.id)
    await world.drain()
    reader = await at_work(world, "reader@example.org")
    await reader.open(path)
    assert "Nobody has been invited or has signed up." in reader.words
    assert not reader.has_button("Save attendance")
    await reader.open(f"/programs/{program.id}/gatherings/new")
    assert "Those who only read cannot do this." in reader.words


async def test_a_gathering_of_another_program_is_not_there(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    path = await planned(world, staff, program)
    person = await register(world, "elsewhere@example.org", "Elsa Muu")
    await grant(world, person, "coordinator", "autumn")
    await world.drain()
    other = await at_work(world, "elsewhere@example.org")
    assert (await other.open(path)).status_code == 404
    assert (await other.open(path.replace(program.id, "autumn"))).status_code in {403, 404}


def test_only_marks_that_changed_on_the_page_are_recorded() -> None:
    shown = [
        "unknown a",
        "unknown b",
        "attended c",
        "attended d",
        "absent e",
        "absent f",
        "other g",
        "other h",
    ]
    assert marked([*shown, "nonsense", "sure ../x"], ["a", "c", "e", "g", "z"]) == {
        "a": True,
        "b": False,
        "d": False,
        "e": True,
        "g": True,
    }


async def test_seats_are_counted_only_where_people_take_them_themselves(
    staff: StaffBrowser, program: SmallProgram
) -> None:
    invited, open_to_all = await program.gathers("closing", 30, []), await program.gathers("theme", 31, [])
    await staff.open(f"/programs/{program.id}/gatherings/{invited}")
    assert "Signed up" not in staff.words
    await staff.open(f"/programs/{program.id}/gatherings/{open_to_all}")
    assert "Signed up 0 of 30" in staff.words
    await staff.open(f"/programs/{program.id}/gatherings")
    assert staff.words.count("seats taken") == 1
