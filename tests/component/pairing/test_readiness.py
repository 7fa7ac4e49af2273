"""Readiness by both doors, whatever comes first, twice or late; recorded by who may."""

import pytest

from matka_contracts.pairing import MentorReady
from matka_contracts.scheduling import AttendanceRecorded
from matka_contracts.terms import GatheringKind
from matka_kit.testing import World
from tests.support.asking import asked, refused
from tests.support.mothers_pairing import NOON
from tests.support.office import Office

MAIJA = "mentor,Maija,maija@example.org,fi:C2,self-study,2,"
KALLE = "mentor,Kalle,kalle@example.org,fi:C2,training,1,"


@pytest.fixture
async def mentors(office: Office) -> Office:
    """Maija goes by self-study, Kalle by the training; both are admitted."""
    await office.imports(MAIJA, KALLE)
    await office.admits("maija", "kalle")
    return office


async def readiness(office: Office) -> dict[str, tuple[str | None, list[str]]]:
    found = (await asked(office.reader, "GET", f"{office.path}/readiness"))["mentors"]
    names = {id_: name for name, id_ in office.ids.items()}
    return {names[each["person_id"]]: (each["door"], each["missing"]) for each in found}


def announced(office: Office) -> list[tuple[str, str]]:
    names = {id_: name for name, id_ in office.ids.items()}
    return [(names[each.person_id], each.door) for each in office.world.published(MentorReady)]


async def test_a_list_of_mentors_says_of_each_what_is_missing(mentors: Office) -> None:
    nothing = (None, ["training-not-attended", "course-not-completed"])
    assert await readiness(mentors) == {"maija": nothing, "kalle": nothing}
    await mentors.studies("maija")
    await mentors.trains("kalle")
    assert await readiness(mentors) == {
        "maija": (None, ["staff-contact-missing"]),
        "kalle": ("training", []),
    }
    assert announced(mentors) == [("kalle", "training")]


async def test_mentors_see_how_far_they_are_themselves(mentors: Office) -> None:
    await mentors.imports("mentor,Liisa,liisa@example.org,fi:C2,none,1,", "mentee,Amal,amal@example.org,,,,")
    await mentors.admits("amal")
    await mentors.studies("maija")
    [way] = (await asked(mentors.person("maija", "mentor"), "GET", "/readiness"))["ways"]
    assert way == {
        "program_id": mentors.program,
        "path": "self-study",
        "door": None,
        "missing": ["staff-contact-missing"],
    }
    await mentors.trains("kalle")
    [way] = (await asked(mentors.person("kalle", "mentor"), "GET", "/readiness"))["ways"]
    assert (way["path"], way["door"], way["missing"]) == ("training", "training", [])
    for name in ("liisa", "amal"):
        ways = (await asked(mentors.person(name), "GET", "/readiness"))["ways"]
        assert ways == [], "not an admitted mentor"


async def test_self_study_and_then_the_recorded_talk(mentors: Office) -> None:
    path = f"{mentors.path}/mentors/{mentors.ids['maija']}/contact"
    assert await refused(mentors.helper, "POST", path, {}) == (409, "course-before-contact")
    await mentors.studies("maija")
    view = await asked(mentors.helper, "POST", path, {"reason": "Many good questions"})
    assert (view["door"], view["missing"]) == ("self-study", [])
    await mentors.world.drain()
    assert announced(mentors) == [("maija", "self-study")]


async def test_a_coordinator_may_waive_the_talk_with_a_reason(mentors: Office) -> None:
    path = f"{mentors.path}/mentors/{mentors.ids['maija']}/waive"
    reason = {"reason": "Mentored three times before"}
    assert await refused(mentors.coordinator, "POST", path, {}) == (422, "invalid-input")
    assert await refused(mentors.helper, "POST", path, reason) == (403, "forbidden")
    assert (await asked(mentors.coordinator, "POST", path, reason))["door"] is None
    await mentors.studies("maija")
    assert (await readiness(mentors))["maija"] == ("waived", [])


async def test_a_corrected_attendance_closes_the_door_again(mentors: Office) -> None:
    await mentors.trains("kalle", 1)
    await mentors.trains("kalle", 2, attended=False)
    assert (await readiness(mentors))["kalle"][0] is None


async def test_a_record_that_comes_late_changes_nothing(mentors: Office) -> None:
    await mentors.trains("kalle", 2, attended=False)
    await mentors.trains("kalle", 1)
    assert (await readiness(mentors))["kalle"][0] is None
    assert announced(mentors) == []


async def test_other_gatherings_open_no_door(mentors: Office) -> None:
    event = AttendanceRecorded(
        gathering_id="theme",
        program_id=mentors.program,
        person_id=mentors.ids["kalle"],
        kind=GatheringKind.THEME,
        title={"fi": "Teemailta"},
        starts_at=NOON,
        timezone="Europe/Helsinki",
        hours=2,
        place="",
        attended=True,
        recorded_by="staff",
    )
    await mentors.hears(event, "place-theme")
    assert (await readiness(mentors))["kalle"][0] is None


async def test_where_the_rules_want_no_talk_the_course_is_enough(world: World) -> None:
    office = await Office.opened(world, rules={"contact_after_self_study": False})
    await office.imports(MAIJA)
    await office.admits("maija")
    await office.studies("maija")
    assert announced(office) == [("maija", "self-study")]


async def test_what_comes_about_an_unknown_program_is_tried_again_and_not_lost(mentors: Office) -> None:
    mentors.program = "elsewhere"
    await mentors.studies("maija")
    letters = mentors.world.bus.dead_letters("pairing")
    assert {(letter.event_type, letter.error) for letter in letters} == {
        ("learning.course-completed.v1", "Transient")
    }


@pytest.mark.parametrize("act", ["contact", "waive"])
async def test_talks_are_with_mentors_of_the_program_only(mentors: Office, act: str) -> None:
    note = {"reason": "Because"}
    await mentors.imports("mentee,Amal,amal@example.org,,,,")
    for somebody in ("nobody", mentors.ids["amal"]):
        path = f"{mentors.path}/mentors/{somebody}/{act}"
        assert await refused(mentors.coordinator, "POST", path, note) == (404, "not-found")
    path = f"{mentors.path}/mentors/{mentors.ids['maija']}/{act}"
    assert await refused(mentors.reader, "POST", path, note) == (403, "forbidden")
    assert await refused(mentors.stranger, "POST", path, note) == (404, "not-found")
    assert await refused(mentors.person("maija", "mentor"), "POST", path, note) == (404, "not-found")
    assert await refused(mentors.stranger, "GET", f"{mentors.path}/readiness") == (404, "not-found")
