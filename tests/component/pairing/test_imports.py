"""A staff import: all or nothing at the door, then everybody once, and no name left behind."""

import asyncio

import httpx2
import pytest

from matka_contracts.pairing import ApplicationReceived
from matka_contracts.people import PersonRegistered
from matka_kit.errors import Unavailable
from matka_kit.store import Query
from matka_pairing.chunks import CHUNK_SIZE
from matka_pairing.store import CHUNKS
from tests.support.asking import asked, refused
from tests.support.office import HEADER, Office

MAIJA = "mentor,Maija,maija@example.org,fi:C2,training,2,2221"
AMAL = "mentee,أمل حداد,amal@example.org,fi:B1,,,"


async def rows_left(office: Office) -> int:
    """Chunks with names and addresses that pairing still holds."""
    chunks = await office.world.deps("pairing").store.find(CHUNKS, Query())
    return sum("email" in str(chunk) for chunk in chunks.documents)


def many(count: int) -> list[str]:
    return [f"mentee,Person {number},person{number}@example.org,fi:B1,,," for number in range(count)]


async def test_everybody_is_registered_and_has_applied(office: Office) -> None:
    progress = await office.imports(MAIJA, AMAL)
    assert progress | {"status": "finished", "done": 2, "total": 2, "problem": ""} == progress
    found = {
        (each["person_id"], each["role"], each["path"], each["status"])
        for each in await office.applications()
    }
    assert found == {
        (office.ids["maija"], "mentor", "training", "received"),
        (office.ids["amal"], "mentee", "none", "received"),
    }
    assert len(office.world.published(ApplicationReceived)) == 2
    assert (await office.world.deps("people").persons.get(office.ids["amal"])).name == "أمل حداد"
    assert await rows_left(office) == 0
    assert all(b"example.org" not in outgoing.body for outgoing in office.world.bus.published)


async def test_a_large_import_goes_in_steps(office: Office) -> None:
    count = 2 * CHUNK_SIZE + 10
    progress = await office.imports(*many(count))
    assert (progress["status"], progress["done"], progress["total"]) == ("finished", count, count)
    assert len(await office.applications()) == count
    assert await rows_left(office) == 0


async def test_long_rows_go_in_smaller_steps(office: Office) -> None:
    goals = "ሰላም" * 1250
    rows = [f"mentee,Person {n},person{n}@example.org,{goals}" for n in range(100)]
    progress = await office.imports(*rows, header="role,name,email,goals")
    assert (progress["status"], progress["done"]) == ("finished", 100)


async def test_who_is_known_or_has_applied_is_left_as_they_are(office: Office) -> None:
    await office.imports(MAIJA)
    await office.admits("maija")
    again = await office.imports(MAIJA.replace("Maija", "Somebody Else").replace("training", "none"), AMAL)
    assert (again["status"], again["done"]) == ("finished", 2)
    application = await office.application_of("maija")
    assert (application["status"], application["path"]) == ("admitted", "training")
    assert len(office.world.published(PersonRegistered)) == 2


async def test_nobody_is_mentor_and_mentee_of_one_program(office: Office) -> None:
    await office.imports(MAIJA)
    await office.imports(MAIJA.replace("mentor", "mentee"))
    assert [each["role"] for each in await office.applications()] == ["mentor"]


@pytest.mark.parametrize(
    ("csv", "code"),
    [
        ("", "csv-unreadable"),
        ('role,name,email\nmentor,"Maija', "csv-unreadable"),
        ("role,name,email,origin\n", "unknown-columns"),
        ("name,email\n", "columns-missing"),
        (f"{HEADER}\n{MAIJA}\nboss,Amal,amal@example.org,,,,\n", "rows-invalid"),
        (f"{HEADER}\n{MAIJA}\n{MAIJA}\n", "rows-invalid"),
    ],
)
async def test_a_table_with_a_mistake_changes_nothing(office: Office, csv: str, code: str) -> None:
    assert await refused(office.coordinator, "POST", f"{office.path}/imports", {"csv": csv}) == (422, code)
    await office.world.drain()
    assert await office.applications() == []
    assert office.world.published(PersonRegistered) == []
    assert await rows_left(office) == 0


async def test_a_check_counts_who_would_come_and_takes_nobody_in(office: Office) -> None:
    path = f"{office.path}/imports/check"
    table = {"csv": f"{HEADER}\n{MAIJA}\n{AMAL}\n"}
    assert await asked(office.helper, "POST", path, table) == {"mentors": 1, "mentees": 1}
    wrong = {"csv": f"{HEADER}\n{MAIJA}\n{MAIJA}\n"}
    assert await refused(office.helper, "POST", path, wrong) == (422, "rows-invalid")
    assert await refused(office.reader, "POST", path, table) == (403, "forbidden")
    assert await refused(office.stranger, "POST", path, table) == (404, "not-found")
    await office.world.drain()
    assert await office.applications() == []
    assert await rows_left(office) == 0


async def test_half_a_character_is_refused(office: Office) -> None:
    half = b'{"csv": "role,name,email\\nmentor,A\\ud800,a@example.org\\n"}'
    headers = {"Content-Type": "application/json"}
    answer = await office.coordinator.post(f"{office.path}/imports", content=half, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


async def test_the_same_request_again_finds_the_same_import_and_keeps_no_names(office: Office) -> None:
    key, path = {"Idempotency-Key": "once"}, f"{office.path}/imports"
    ids = set()
    for _ in range(3):
        answer = await office.coordinator.post(path, json={"csv": f"{HEADER}\n{MAIJA}\n"}, headers=key)
        ids.add(answer.json()["id"])
        await office.world.drain()
    assert len(ids) == 1
    assert await rows_left(office) == 0
    other = await office.coordinator.post(path, json={"csv": f"{HEADER}\n{AMAL}\n"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    assert await rows_left(office) == 0


async def test_an_import_waits_while_people_is_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    deps = office.world.deps("pairing")
    call = deps.client.call

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("people")

    monkeypatch.setattr(deps.client, "call", away)
    job = await asked(office.coordinator, "POST", f"{office.path}/imports", {"csv": f"{HEADER}\n{MAIJA}\n"})
    await deps.jobs.finish_active()
    assert (await asked(office.reader, "GET", f"/jobs/{job['id']}"))["status"] == "running"
    monkeypatch.setattr(deps.client, "call", call)
    office.world.clock.elapse(11)
    await deps.jobs.adopt()
    await office.world.drain()
    assert (await asked(office.reader, "GET", f"/jobs/{job['id']}"))["status"] == "finished"


async def test_a_cancelled_import_forgets_what_it_has_not_taken_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps = office.world.deps("pairing")
    call, held, first = deps.client.call, asyncio.Event(), asyncio.Event()

    async def slow(*given: object, **named: object) -> object:
        first.set()
        await held.wait()
        return await call(*given, **named)

    monkeypatch.setattr(deps.client, "call", slow)
    csv = "\n".join([HEADER, *many(CHUNK_SIZE + 5)])
    job = await asked(office.coordinator, "POST", f"{office.path}/imports", {"csv": csv})
    await first.wait()
    cancelled = await asked(office.coordinator, "POST", f"/jobs/{job['id']}/cancel")
    assert cancelled["status"] == "cancelled"
    held.set()
    await office.world.drain()
    assert len(await office.applications()) == CHUNK_SIZE, "what was begun is done"
    assert await rows_left(office) == 0
    finished = await office.imports(MAIJA)
    stays = await asked(office.coordinator, "POST", f"/jobs/{finished['id']}/cancel")
    assert stays["status"] == "finished"


async def test_an_import_that_people_refuses_says_so_and_forgets_the_names(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = office.world.deps("people")

    async def refuses(*_: object, **__: object) -> httpx2.Response:
        return httpx2.Response(422, json={"code": "invalid-input", "params": {}})

    monkeypatch.setattr(office.world.deps("pairing").client, "forward", refuses)
    job = await office.tells(f"{office.path}/imports", {"csv": f"{HEADER}\n{MAIJA}\n"})
    progress = await asked(office.reader, "GET", f"/jobs/{job['id']}")
    assert (progress["status"], progress["problem"]) == ("failed", "refused")
    assert await rows_left(office) == 0
    assert await people.at("maija@example.org") is None


async def test_only_staff_who_act_import_and_only_while_the_program_is_open(office: Office) -> None:
    body, path = {"csv": f"{HEADER}\n{MAIJA}\n"}, f"{office.path}/imports"
    assert await refused(office.reader, "POST", path, body) == (403, "forbidden")
    assert await refused(office.stranger, "POST", path, body) == (404, "not-found")
    mentee = office.world.as_person("pairing", "amal", ("mentee", office.program))
    assert await refused(mentee, "POST", path, body) == (404, "not-found")
    await office.tells(f"{office.path}/start")
    assert await refused(office.coordinator, "POST", path, body) == (409, "program-not-open")


async def test_nobody_elses_job_is_seen_or_cancelled(office: Office) -> None:
    job = (await office.imports(MAIJA))["id"]
    for client in (office.stranger, office.person("maija", "mentor")):
        unknown = await client.get("/jobs/unknown")
        for answer in (await client.get(f"/jobs/{job}"), await client.post(f"/jobs/{job}/cancel")):
            assert answer.status_code == 404
            assert answer.json() == unknown.json(), "not even that there is one"
    assert await refused(office.reader, "POST", f"/jobs/{job}/cancel") == (403, "forbidden")
