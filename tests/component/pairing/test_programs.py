"""Programs over HTTP: who opens, sees, starts and closes them."""

from typing import Any

import pytest

from matka_contracts.pairing import ProgramClosed, ProgramOpened, ProgramStarted
from matka_kit.testing import World
from tests.support.asking import asked, refused
from tests.support.office import PROGRAM, Office


async def test_an_administrator_opens_a_program_with_its_rules(world: World) -> None:
    rules = {"seats": 12, "common_language_level": "A2", "pace": {"least": 1, "most": 2}}
    office = await Office.opened(world, rules=rules, timezone="Europe/Stockholm")
    await world.drain()
    program = await asked(office.reader, "GET", office.path)
    assert (program["status"], program["rules"]["seats"]) == ("open", 12)
    [event] = world.published(ProgramOpened)
    assert (event.program_id, event.pace.most, event.title["fi"]) == (office.program, 2, "Kevät")


async def test_the_same_request_opens_one_program(office: Office) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = [await office.root.post("/programs", json=PROGRAM, headers=key) for _ in range(2)]
    assert first.json() == again.json()
    other = await office.root.post("/programs", json=PROGRAM | {"ends_on": "2027-08-18"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_on": "2027-01-01"}, "program-ends-before-it-starts"),
        ({"title": {"fi": "Kevät"}}, "title-missing"),
        ({"model": "career-mentoring"}, "field-missing"),
        ({"rules": {"pace": {"least": 3, "most": 2}}}, "pace-out-of-order"),
        ({"model": "speed-dating"}, "invalid-input"),
        ({"timezone": "Europe/Atlantis"}, "invalid-input"),
        ({"timezone": "../../etc/passwd"}, "invalid-input"),
        ({"rules": {"seat": 12}}, "invalid-input"),
        ({"rules": {"seats": "12"}}, "invalid-input"),
        ({"languages": []}, "invalid-input"),
        ({"title": {"Finnish": "Kevät"}}, "invalid-input"),
        ({"starts_on": "soon"}, "invalid-input"),
        ({"starts_on": "0001-01-01"}, "invalid-input"),
        ({"ends_on": "9999-12-31"}, "invalid-input"),
        ({"owner": "me"}, "invalid-input"),
    ],
)
async def test_a_program_that_cannot_be_is_refused(office: Office, change: dict[str, Any], code: str) -> None:
    assert await refused(office.root, "POST", "/programs", PROGRAM | change) == (422, code)


async def test_only_an_administrator_opens_programs(office: Office) -> None:
    for client in (office.coordinator, office.helper, office.world.as_service("pairing", "people")):
        assert await refused(client, "POST", "/programs", PROGRAM) == (403, "forbidden")


async def test_everybody_sees_their_own_programs_only(office: Office) -> None:
    for client, expected in (
        (office.root, [office.program]),
        (office.reader, [office.program]),
        (office.world.as_person("pairing", "amal", ("mentee", office.program)), [office.program]),
        (office.stranger, []),
        (office.world.as_person("pairing", "nobody"), []),
    ):
        programs = (await asked(client, "GET", "/programs"))["programs"]
        assert [program["id"] for program in programs] == expected
    mentee = office.world.as_person("pairing", "amal", ("mentee", office.program))
    assert (await asked(mentee, "GET", office.path))["id"] == office.program
    assert await refused(office.stranger, "GET", office.path) == (404, "not-found")
    assert await refused(office.root, "GET", "/programs/nowhere") == (404, "not-found")


async def test_a_coordinator_starts_and_closes_a_program_once(office: Office) -> None:
    for act, status in (("start", "started"), ("start", "started"), ("close", "closed"), ("close", "closed")):
        assert (await office.tells(f"{office.path}/{act}"))["status"] == status
    assert len(office.world.published(ProgramStarted)) == 1
    assert len(office.world.published(ProgramClosed)) == 1


async def test_a_program_closes_after_it_started(office: Office) -> None:
    closing = await refused(office.coordinator, "POST", f"{office.path}/close")
    assert closing == (409, "program-not-started")


@pytest.mark.parametrize("act", ["start", "close"])
async def test_helpers_readers_and_strangers_neither_start_nor_close(office: Office, act: str) -> None:
    path = f"{office.path}/{act}"
    assert await refused(office.helper, "POST", path) == (403, "forbidden")
    assert await refused(office.reader, "POST", path) == (403, "forbidden")
    assert await refused(office.stranger, "POST", path) == (404, "not-found")


async def test_staff_see_where_everyone_stands(office: Office) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1, "leena": 1}, mentees=3)
    await office.trains("kalle", 2, attended=False)
    await office.studies("kalle")
    await office.imports(*(f"mentor,{name},{name}@example.org,fi:C2,none,1," for name in ("outi", "pekka")))
    await office.admits("pekka")
    await office.trains("outi")
    await office.publishes(await office.drafts())
    assert await asked(office.reader, "GET", f"{office.path}/counts") == {
        "applications": {"mentor": {"received": 1, "admitted": 4}, "mentee": {"admitted": 3}},
        "mentors": {"training": 2, "staff-contact-missing": 1, "not-ready": 1},
        "talks": [office.ids["kalle"]],
        "pairs": {"proposed": 2},
    }


async def test_staff_see_how_many_pairs_lasted_until_the_program_closed(office: Office) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1}, mentees=2)
    await office.publishes(await office.drafts())
    pairs = [await office.forms(*both) for both in await office.proposed()]
    await office.tells(f"/pairs/{pairs[0]}/end", {"reason": "by-agreement"})
    for act, standing in (("start", "formed"), ("close", "completed")):
        await office.tells(f"{office.path}/{act}")
        counts = await asked(office.reader, "GET", f"{office.path}/counts")
        assert counts["pairs"] == {standing: 1, "ended": 1}


async def test_only_its_staff_see_the_counts_of_a_program(office: Office) -> None:
    assert await refused(office.stranger, "GET", f"{office.path}/counts") == (404, "not-found")
