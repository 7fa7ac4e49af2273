"""Staff's list of cases: what each is about at a glance, and the way to those that are resolved."""

from matka_kit.testing import World
from tests.support.small_program import SmallProgram
from tests.support.staff_browser import StaffBrowser


async def opens(world: World, staff: StaffBrowser, program: SmallProgram, text: str) -> None:
    await staff.open(f"/programs/{program.id}/cases/new")
    await staff.press(world, "Open the case", kind="question", text=text)
    assert "The case is open." in staff.words


async def test_the_first_line_of_a_case_is_seen_in_the_list(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await opens(world, staff, program, "May we meet <by> video?\nWe live far apart.")
    await staff.open(f"/programs/{program.id}/cases")
    assert "May we meet <by> video? …" in staff.words
    assert "far apart" not in staff.words
    inside = staff.page.text.partition('<details class="more"')[2].partition("</details>")[0]
    assert "<button" in inside, "the button stands with what it sends"


async def test_resolved_cases_are_one_link_away(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    for text in ("One", "Two"):
        await opens(world, staff, program, text)
    await staff.open(f"/programs/{program.id}/cases")
    assert "resolved case" not in staff.words
    for case in (await program.ask("pairing/programs/*/cases"))["cases"]:
        await program.tell(f"pairing/cases/{case['id']}/resolve", {"outcome": "answered", "note": ""})
    await staff.open(f"/programs/{program.id}/cases")
    assert "No case is open." in staff.words
    assert "2 resolved cases" in staff.words
    assert f'href="/programs/{program.id}/cases?status=resolved"' in staff.page.text
    await staff.open(f"/programs/{program.id}/cases?status=resolved")
    assert "Resolved from Aino Aalto" in staff.words.replace("\u2068", "").replace("\u2069", "")
