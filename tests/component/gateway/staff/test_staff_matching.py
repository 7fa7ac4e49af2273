"""Staff match the cohort on their pages: drafts, reasons, wishes, publication."""

from datetime import timedelta

import pytest

from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE
from tests.support.people import grant, register
from tests.support.small_program import MENTEE, MENTOR, STAFF, SmallProgram
from tests.support.staff_browser import StaffBrowser, at_work

MAIJA, AMAL = "Maija Meikäläinen", "أمل حداد"


@pytest.fixture
async def ids(program: SmallProgram) -> dict[str, str]:
    """Everybody is in, two mentors are trained, the program has started."""
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR], ids["orn@example.org"]])
    await program.tell("pairing/programs/*/start")
    return ids


@pytest.fixture
async def staff(world: World, program: SmallProgram, ids: dict[str, str]) -> StaffBrowser:
    """The coordinator looks at matching."""
    assert ids[MENTOR]
    browser = await at_work(world, STAFF)
    await browser.open(f"/programs/{program.id}/matching")
    return browser


async def test_a_draft_says_why_in_words(world: World, staff: StaffBrowser) -> None:
    assert "Free now: 2 ready mentors, 3 mentees." in staff.words
    assert "No draft has been made yet." in staff.words
    await staff.press(world, "Make a draft")
    assert "Here is the new draft. Nobody has heard of it yet." in staff.words
    assert "2 pairs, 1 person alone" in staff.words
    assert "They share Finnish at level B1." in staff.words
    assert "The professional field is not known: Mentor, Mentee." in staff.words
    assert "All who would have been possible fit others better. Possible partners: 2." in staff.words


async def test_the_next_draft_keeps_two_together_and_two_apart_and_tells_what_changed(
    world: World, staff: StaffBrowser, ids: dict[str, str]
) -> None:
    together, apart = (f"{ids[MENTOR]}.{ids[each]}" for each in ("long@example.org", MENTEE))
    await staff.press(world, "Make a draft")
    world.clock.step(world.clock.now().replace(minute=30))
    await staff.press(world, "Match anew", lock=[together], veto=[apart])
    assert "Kept together by staff" in staff.words
    assert "Compared with the draft before" in staff.words
    assert f"{MAIJA} – {AMAL} : Keep apart" in staff.words
    await staff.press(world, "Match anew")
    assert "Kept together by staff" in staff.words, "wishes go on into the next draft"
    assert f"{MAIJA} – {AMAL} : Keep apart" in staff.words


async def test_two_whom_a_rule_keeps_apart_are_named_and_the_choice_is_kept(
    world: World, staff: StaffBrowser, ids: dict[str, str]
) -> None:
    both = f"{ids[MENTOR]}.{ids[MENTEE]}"
    await staff.press(world, "Make a draft")
    await staff.press(world, "Match anew", lock=[both], veto=[both])
    assert staff.page.status_code == 409
    assert f"\u2068{MAIJA}\u2069 and \u2068{AMAL}\u2069 cannot be kept together" in staff.words
    assert staff.page.text.count(" checked>") == 2


async def test_why_not_explains_any_two(world: World, staff: StaffBrowser, ids: dict[str, str]) -> None:
    await staff.press(world, "Make a draft")
    await staff.open(f"{staff.page.url.path}/why-not")
    await staff.press(world, "Explain", mentor=ids[MENTOR], mentee=ids[MENTEE])
    assert "They could be a pair: 43 points of 100." in staff.words
    assert "Points by wish" in staff.words
    assert f"?lock={ids[MENTOR]}.{ids[MENTEE]}#again" in staff.page.text
    await staff.press(world, "Explain", mentor="nobody", mentee=ids[MENTEE])
    assert "These two cannot be explained" in staff.words


async def test_publishing_asks_first_then_tells_how_far_it_is(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.press(world, "Make a draft")
    draft = staff.page.url.path
    await staff.open(f"{draft}/publish")
    assert "2 pairs are asked by mail: each may decline without a reason." in staff.words
    form = staff.form(f"{draft}/publish")
    published = await staff.http.post(f"{draft}/publish", data=form, headers=FROM_OUR_PAGE)
    again = await staff.http.post(f"{draft}/publish", data=form, headers=FROM_OUR_PAGE)
    assert again.headers["location"] == published.headers["location"], "a double click is one command"
    await world.drain()
    staff.page = published
    await staff.follow()
    assert "2 proposals went through; they all have mail." in staff.words
    assert "refresh" not in staff.page.headers
    await staff.open(f"{draft}/publish")
    assert "This draft has been published already." in staff.words
    await staff.open(f"/programs/{program.id}")
    assert "2 proposals are unanswered" in staff.words


async def test_what_was_published_is_done_and_no_draft_is_compared_with_it(
    world: World, staff: StaffBrowser, program: SmallProgram, ids: dict[str, str]
) -> None:
    await program.matches(ids)
    world.clock.step(world.clock.now() + timedelta(minutes=1))
    await staff.press(world, "Make a draft")
    assert "Compared with the draft before" not in staff.words
    world.clock.step(world.clock.now() + timedelta(minutes=1))
    await staff.open(f"/programs/{program.id}/matching")
    await staff.press(world, "Make a draft")
    assert "Compared with the draft before" in staff.words


async def test_a_page_about_work_under_way_looks_again_by_itself_until_its_reader_stops_that(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    world.deps("gateway").settings.urls.pop("pairing")
    await staff.open(f"/programs/{program.id}/progress/pairing/some-job")
    assert staff.heading == "Under way"
    assert staff.page.headers["refresh"] == "3"
    await staff.open(f"{staff.page.url.path}?still=1")
    assert "refresh" not in staff.page.headers


async def test_helpers_make_drafts_and_only_coordinators_publish(
    world: World, program: SmallProgram, staff: StaffBrowser
) -> None:
    for role, may_draft in (("helper", True), ("reader", False)):
        person = await register(world, f"{role}@example.org", "Kalle Apu")
        await grant(world, person, role, program.id)
        await world.drain()
        browser = await at_work(world, f"{role}@example.org")
        await browser.open(f"/programs/{program.id}/matching")
        assert browser.has_button("Make a draft") is may_draft
    await staff.press(world, "Make a draft")
    draft = staff.page.url.path
    helper = await at_work(world, "helper@example.org")
    await helper.open(draft)
    assert "Publish this draft" not in helper.words
    await helper.open(f"{draft}/publish")
    assert "The coordinator of the program decides about this." in helper.words
    token = {"form_token": helper.form("/language")["form_token"], "once": "x"}
    helper.page = await helper.http.post(f"{draft}/publish", data=token, headers=FROM_OUR_PAGE)
    assert helper.page.status_code == 403
    assert "You do not have the right" in helper.words


async def test_a_draft_of_another_program_is_not_there(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.press(world, "Make a draft")
    draft = staff.page.url.path.rpartition("/")[2]
    person = await register(world, "elsewhere@example.org", "Elsa Muu")
    await grant(world, person, "coordinator", "autumn")
    await world.drain()
    other = await at_work(world, "elsewhere@example.org")
    for path in (f"/programs/{program.id}/matching/{draft}", f"/programs/autumn/matching/{draft}/publish"):
        assert (await other.open(path)).status_code == 404
