"""Staff look after pairs: board, rhythm, cases, endings without blame, and the program's last steps."""

import re
from datetime import timedelta

import pytest

from matka_kit.cause import Cause
from matka_kit.testing import World
from matka_pairing.domain.program import Program
from matka_scheduling.store import PAIRS
from tests.support.gateway import api_session
from tests.support.people import grant, register
from tests.support.small_program import MENTEE, MENTOR, STAFF, SmallProgram
from tests.support.staff_browser import StaffBrowser, at_work

MAIJA, AMAL = "Maija Meikäläinen", "أمل حداد"


@pytest.fixture
async def pair(program: SmallProgram) -> str:
    """One pair in a program that has started."""
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR], ids["orn@example.org"]])
    await program.tell("pairing/programs/*/start")
    return await program.matches(ids)


@pytest.fixture
async def staff(program: SmallProgram, pair: str) -> StaffBrowser:
    assert pair
    return await at_work(program.world, STAFF)


async def days_pass(world: World, days: int) -> None:
    """Day by day, so that every timer of these days has its turn."""
    for _ in range(days):
        world.clock.step(world.clock.now() + timedelta(days=1))
        await world.drain()


async def test_a_pairs_page_tells_who_they_are_how_they_meet_and_what_they_agreed(
    world: World, staff: StaffBrowser, program: SmallProgram, pair: str
) -> None:
    await program.meets(pair, "2027-02-03T17:00")
    mentor = await api_session(world, MENTOR)
    agreement = {"form": "video", "language": "fi", "pace": {"least": 2, "most": 3}, "goals": "Työ <&>"}
    signed = await mentor.post(f"/api/pairing/pairs/{pair}/agreement", json=agreement)
    assert signed.is_success, signed.text
    await world.drain()
    await staff.open(f"/programs/{program.id}/pairs/{pair}")
    for words in (
        "maija@example.org",
        "In rhythm",
        "Agreed pace a month 2–3",
        "Language Finnish",
        "Goals Työ <&>",
        "Nobody has turned to staff about this pair.",
        "Wednesday, 3 February 2027, 17:00 By video, 90 minutes Planned",
    ):
        assert words in staff.words
    assert staff.heading == f"<bdi>{MAIJA}</bdi> – <bdi>{AMAL}</bdi>"


async def test_a_pair_that_goes_quiet_is_seen_on_board_and_list_in_words(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await days_pass(world, 50)
    await staff.open(f"/programs/{program.id}")
    assert f"{MAIJA} – {AMAL}" in staff.words
    assert "Far behind" in staff.words
    assert "It is staff’s turn: call them." in staff.words
    assert "Support case: The pair has gone quiet" in staff.words
    await staff.open(f"/programs/{program.id}/pairs")
    await staff.press(world, "Show", signal="red")
    assert "Far behind 0 meetings held" in staff.words
    await staff.press(world, "Show", signal="green")
    assert "Nothing on this list fits what you chose." in staff.words


async def test_a_pair_that_scheduling_has_not_heard_of_yet_is_not_said_to_be_in_rhythm(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.open(f"/programs/{program.id}/pairs")
    assert "In rhythm" in staff.words.split("Show")[-1]
    known = world.deps("scheduling").pairs
    await known._store.delete_where(PAIRS, {"program_id": program.id})
    await staff.open(f"/programs/{program.id}/pairs")
    assert "2 pairs" in staff.words
    assert "In rhythm" not in staff.words.split("Show")[-1]


async def test_a_case_is_opened_handed_over_and_resolved(
    world: World, staff: StaffBrowser, program: SmallProgram, pair: str
) -> None:
    kalle = await register(world, "kalle.apu@example.org", "Kalle Apu")
    await grant(world, kalle, "helper", program.id)
    await world.drain()
    mentee = await api_session(world, MENTEE)
    body = {"kind": "well-being", "text": "We do not <understand> each other"}
    opened = await mentee.post(f"/api/pairing/pairs/{pair}/cases", json=body)
    assert opened.is_success, opened.text
    await world.drain()

    await staff.open(f"/programs/{program.id}")
    assert "Support case: About well-being" in staff.words
    await staff.open(f"/programs/{program.id}/cases")
    assert "Answered by \u2068Aino Aalto\u2069" in staff.words
    case = f"/cases/{opened.json()['id']}"
    await staff.open(case)
    assert "We do not <understand> each other" in staff.words
    assert f"Opened by {AMAL}" in staff.words
    await staff.press(world, "Hand the case over", person=kalle)
    assert "The case has a new owner." in staff.words
    assert "Owner Kalle Apu" in staff.words
    await staff.press(world, "I take it")
    assert "Owner Aino Aalto (you)" in staff.words
    await staff.press(world, "Let them cover", person=kalle)
    assert "When the owner is away Kalle Apu" in staff.words
    await staff.press(world, "Resolve the case", outcome="pair-ended", reason="life-changed", note="Talked")
    assert "The case is resolved." in staff.words
    assert "Staff’s note Talked" in staff.words
    assert not staff.has_button("Resolve the case")
    await staff.open(f"/programs/{program.id}/pairs/{pair}")
    assert "Ended Life changed" in staff.words
    await staff.open(f"/programs/{program.id}/cases")
    assert "No case is open." in staff.words
    await staff.press(world, "Show", status="all")
    assert "About well-being Resolved" in staff.words

    hers = StaffBrowser.at(world, "en")
    await hers.sign_in(world, MENTEE)
    await hers.open(case)
    assert "We do not <understand> each other" in hers.words
    assert "Talked" not in hers.words
    his = StaffBrowser.at(world, "en")
    await his.sign_in(world, MENTOR)
    assert (await his.open(case)).status_code == 404


async def test_who_opened_a_case_reads_its_deadline_in_the_zone_of_the_program(
    world: World, program: SmallProgram, pair: str
) -> None:
    def moved_to_lisbon(known: Program) -> tuple[()]:
        known.timezone = "Europe/Lisbon"
        return ()

    await world.deps("pairing").programs.update(program.id, moved_to_lisbon, Cause("moved"))
    mentee = await api_session(world, MENTEE)
    opened = await mentee.post(f"/api/pairing/pairs/{pair}/cases", json={"kind": "question"})
    hers = StaffBrowser.at(world, "en")
    await hers.sign_in(world, MENTEE)
    await hers.open(f"/cases/{opened.json()['id']}")
    assert re.search(r"Staff answer by .* 16:00 at the latest\.", hers.words), hers.words


async def test_staff_open_a_case_themselves_and_must_say_what_it_is_about(
    world: World, staff: StaffBrowser, program: SmallProgram, pair: str
) -> None:
    await staff.open(f"/programs/{program.id}/cases/new?pair={pair}")
    await staff.press(world, "Open the case", kind="meetings", text="  ")
    assert staff.page.status_code == 422
    assert "Write what it is about." in staff.words
    assert f'value="{pair}" selected' in staff.page.text
    await staff.press(world, "Open the case", kind="meetings", text="They wait for a room")
    assert "The case is open." in staff.words
    assert f"Pair {MAIJA} – {AMAL}" in staff.words
    await staff.open(f"/programs/{program.id}/cases/new")
    await staff.press(world, "Open the case", kind="other", text="The projector is broken")
    assert "The projector is broken" in staff.words
    await staff.open(f"/programs/{program.id}/cases?whose=mine&sort=newest")
    assert staff.words.count("Answered by") == 2
    await staff.open(f"/programs/{program.id}/cases?whose=overdue&kind=other")
    assert "Nothing on this list fits" in staff.words
    await days_pass(world, 7)
    await staff.open(f"/programs/{program.id}/cases?whose=overdue")
    assert staff.words.count("Late Answer by") == 2
    await staff.open(f"/programs/{program.id}/cases?whose=unowned")
    assert "Nothing on this list fits" in staff.words


async def test_a_pair_ends_after_a_page_that_says_what_follows(
    world: World, staff: StaffBrowser, program: SmallProgram, pair: str
) -> None:
    await staff.open(f"/programs/{program.id}/pairs/{pair}/end")
    assert "Nobody is to blame" in staff.words
    await staff.press(world, "Yes, end the pair", reason="no-time")
    assert "The pair has ended. We have written to both." in staff.words
    assert "Ended There was not enough time" in staff.words
    await staff.open(f"/programs/{program.id}/pairs/{pair}/end")
    assert "This pair has ended already." in staff.words
    ids = await staff.open(f"/programs/{program.id}/people?pair=alone")
    assert AMAL in ids.text


async def test_the_program_is_sealed_and_closed_each_after_a_question(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.open(f"/programs/{program.id}/certificates")
    assert "They are made when participation is sealed before the closing event." in staff.words
    await staff.open(f"/programs/{program.id}/steps/seal")
    assert "2 people have taken part and get a certificate." in staff.words
    await staff.press(world, "Yes, seal participation", sure="yes")
    await staff.open(staff.page.url.path)
    assert "Participation of 3 people is sealed." in staff.words
    await staff.open(f"/programs/{program.id}/certificates")
    assert "2 certificates" in staff.words
    link = re.search(rf'/programs/{program.id}/certificates/[^"]+', staff.page.text)
    assert link
    assert (await staff.http.get(link[0])).content.startswith(b"%PDF")
    assert (await staff.http.get(f"/programs/{program.id}/certificates/none")).status_code == 404
    await staff.press(world, "Show", q="maija", sort="number")
    assert "1 certificate ·" in staff.words
    await staff.open(f"/programs/{program.id}/steps/close")
    await staff.press(world, "Yes, close the program", sure="yes")
    assert "The program is closed." in staff.words
    await staff.open(f"/programs/{program.id}/steps/close")
    await staff.open(f"/programs/{program.id}")
    assert "Completed with the program 1" in staff.words
    assert "Released to the holder 2" in staff.words
    await staff.open(f"/programs/{program.id}/people?role=mentor&pair=completed")
    assert f"Ready: mentor training Pair to the end : {AMAL}" in staff.words


async def test_a_step_months_too_early_is_warned_of_and_wants_a_tick(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.open(f"/programs/{program.id}/steps/close")
    assert "No closing event has been planned or held." in staff.words
    assert "The program goes on until 18 July 2027, in 27 weeks." in staff.words
    await program.gathers("closing", 140, [])
    for step, button in (("seal", "Yes, seal participation"), ("close", "Yes, close the program")):
        await staff.open(f"/programs/{program.id}/steps/{step}")
        assert "The closing event is still ahead: it is on 29 May 2027, in 20 weeks." in staff.words
        await staff.press(world, button)
        assert staff.page.status_code == 422
        assert "This step comes early. Tick that you are sure, or wait." in staff.words
        assert 'id="sure"' in staff.page.text
    assert (await program.ask("pairing/programs/*"))["status"] == "started"


async def test_a_step_in_its_time_needs_no_tick(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await program.gathers("closing", 30, [])
    await staff.open(f"/programs/{program.id}/steps/seal")
    assert "This is early" not in staff.words
    world.clock.step(world.clock.now() + timedelta(days=31))
    await staff.open(f"/programs/{program.id}/steps/close")
    assert "The closing event is past but has not been closed" in staff.words
    [closing] = [
        each
        for each in (await program.ask("scheduling/programs/*/gatherings"))["gatherings"]
        if each["kind"] == "closing"
    ]
    await program.tell(f"scheduling/gatherings/{closing['id']}/held")
    world.clock.step(world.clock.now() + timedelta(days=180))
    staff = await at_work(world, STAFF)
    await staff.open(f"/programs/{program.id}/steps/close")
    await staff.press(world, "Yes, close the program")
    assert "The program is closed." in staff.words


async def test_helpers_take_no_step_of_the_whole_program(world: World, program: SmallProgram) -> None:
    kalle = await register(world, "kalle.apu@example.org", "Kalle Apu")
    await grant(world, kalle, "helper", program.id)
    await world.drain()
    helper = await at_work(world, "kalle.apu@example.org")
    for page in ("steps", "steps/start", "steps/seal", "steps/close"):
        await helper.open(f"/programs/{program.id}/{page}")
        assert "The coordinator of the program" in helper.words
        assert not helper.has_button("Yes")
    assert (await helper.open(f"/programs/{program.id}/steps/erase")).status_code == 404


async def test_every_page_has_marked_gaps_while_services_are_away(
    world: World, staff: StaffBrowser, program: SmallProgram, pair: str
) -> None:
    pages = ["", "/pairs", f"/pairs/{pair}", f"/pairs/{pair}/end", "/cases", "/gatherings", "/gatherings/new"]
    pages += ["/certificates", "/steps", "/steps/seal", "/matching", "/matching/abc", "/matching/abc/publish"]
    pages += ["/matching/abc/why-not?mentor=a&mentee=b", "/gatherings/abc", "/progress/pairing/abc"]
    urls = world.deps("gateway").settings.urls
    for service in ("people", "certificates", "scheduling", "pairing"):
        urls.pop(service)
    for page in pages:
        await staff.open(f"/programs/{program.id}{page}")
        assert staff.page.status_code == 200, page
        assert "This part cannot be reached right now" in staff.words, page
    assert (await staff.open("/cases/abc")).status_code == 503
