"""Applying without an account: open programs, one answer for everybody, and only what is right gets in."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from matka_contracts.pairing import ApplicationReceived, ApplicationRepeated
from matka_contracts.people import PersonRegistered
from tests.support.asking import asked, refused
from tests.support.mothers_pairing import NOON
from tests.support.office import Office

AMAL: dict[str, Any] = {
    "role": "mentee",
    "name": "أمل حداد",
    "email": "Amal@Example.org",
    "phone": "+358 40 123",
    "language": "fi-simple",
    "profile": {
        "languages": {"fi": "B1", "ar": "C2"},
        "field": ["2221"],
        "forms": ["video"],
        "availability": ["weekends"],
        "needs": ["cv"],
        "goals": "A job in a hospital",
    },
    "path": "none",
    "eligible": True,
    "consent": True,
}
MAIJA = AMAL | {"role": "mentor", "name": "Maija", "email": "maija@example.org", "path": "self-study"}


@pytest.fixture
def visitor(office: Office) -> httpx2.AsyncClient:
    """The gateway, in the name of somebody who has not signed in."""
    return office.world.as_service("pairing", "gateway")


async def applies(
    office: Office, visitor: httpx2.AsyncClient, application: dict[str, Any]
) -> httpx2.Response:
    answer = await visitor.post("/applications", json={"program_id": office.program} | application)
    await office.world.drain()
    return answer


async def test_a_visitor_applies_and_is_registered(office: Office, visitor: httpx2.AsyncClient) -> None:
    for application in (AMAL, MAIJA):
        answer = await applies(office, visitor, application)
        assert (answer.status_code, answer.json()) == (202, {"received": True})
    assert len(office.world.published(ApplicationReceived)) == 2
    found = {each["role"]: each for each in await office.applications()}
    assert (found["mentor"]["path"], found["mentee"]["path"]) == ("self-study", "none")
    amal = await office.world.deps("pairing").applications.get(found["mentee"]["id"])
    assert (amal.received_at, amal.consented_at, amal.profile.goals) == (NOON, NOON, "A job in a hospital")
    person = await office.world.deps("people").persons.get(amal.person_id)
    assert (person.name, person.email, person.language) == ("أمل حداد", "Amal@example.org", "fi-simple")
    assert all(b"example.org" not in outgoing.body.lower() for outgoing in office.world.bus.published)


async def test_who_is_known_or_has_applied_gets_the_same_answer_and_stays_as_they_are(
    office: Office, visitor: httpx2.AsyncClient
) -> None:
    first = await applies(office, visitor, AMAL)
    [before] = await office.applications()
    for application in (AMAL | {"name": "Somebody"}, MAIJA | {"email": "AMAL@example.org"}):
        again = await applies(office, visitor, application)
        assert (again.status_code, again.content) == (first.status_code, first.content)
    assert await office.applications() == [before]
    assert len(office.world.published(PersonRegistered)) == 1
    assert len(office.world.published(ApplicationReceived)) == 1
    assert len(office.world.published(ApplicationRepeated)) == 1, "once a day, in whatever role"
    office.world.clock.step(NOON + timedelta(days=1))
    await applies(office, visitor, AMAL)
    assert len(office.world.published(ApplicationRepeated)) == 2


async def test_the_same_request_twice_and_at_once_is_one_application(
    office: Office, visitor: httpx2.AsyncClient
) -> None:
    body, key = {"program_id": office.program} | AMAL, {"Idempotency-Key": "once"}
    answers = await asyncio.gather(*(visitor.post("/applications", json=body, headers=key) for _ in range(5)))
    await office.world.drain()
    assert {answer.status_code for answer in answers} == {202}
    assert len(await office.applications()) == 1
    assert len(office.world.published(PersonRegistered)) == 1


async def test_a_mentee_has_no_path_to_readiness(office: Office, visitor: httpx2.AsyncClient) -> None:
    await applies(office, visitor, AMAL | {"path": "training"})
    assert [each["path"] for each in await office.applications()] == ["none"]


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"name": " \u200b "}, "name", "not-a-name"),
        ({"name": ""}, "name", "string_too_short"),
        ({"name": "x" * 301}, "name", "string_too_long"),
        ({"email": "amal"}, "email", "not-an-address"),
        ({"email": "amal@example.org\r\nBcc: all@example.org"}, "email", "not-an-address"),
        ({"phone": "call me"}, "phone", "not-a-number"),
        ({"language": "Finnish"}, "language", "string_pattern_mismatch"),
        ({"role": "administrator"}, "role", "literal_error"),
        ({"consent": False}, "consent", "literal_error"),
        ({"profile": {"languages": {"fi": "B9"}}}, "profile.languages.fi", "enum"),
        ({"profile": {"origin": "elsewhere"}}, "profile.origin", "extra_forbidden"),
        ({"profile": {"goals": "x" * 5001}}, "profile.goals", "string_too_long"),
        ({"status": "admitted"}, "status", "extra_forbidden"),
    ],
)
async def test_what_cannot_be_is_named_by_its_field_and_never_repeated(
    office: Office, visitor: httpx2.AsyncClient, change: dict[str, Any], field: str, problem: str
) -> None:
    answer = await applies(office, visitor, AMAL | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert answer.json()["params"] == {"fields": [{"field": field, "problem": problem}]}
    assert await office.applications() == []
    assert office.world.published(PersonRegistered) == []


async def test_a_phone_number_may_be_missing(office: Office, visitor: httpx2.AsyncClient) -> None:
    assert (await applies(office, visitor, AMAL | {"phone": " "})).status_code == 202


async def test_who_is_not_eligible_is_told_before_anything_is_kept(
    office: Office, visitor: httpx2.AsyncClient
) -> None:
    answer = await applies(office, visitor, AMAL | {"eligible": False})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-eligible")
    assert office.world.published(PersonRegistered) == []


async def test_only_an_open_program_takes_applications(office: Office, visitor: httpx2.AsyncClient) -> None:
    unknown = {"program_id": "nowhere"} | AMAL
    assert await refused(visitor, "POST", "/applications", unknown) == (404, "not-found")
    await office.tells(f"{office.path}/start")
    answer = await applies(office, visitor, AMAL)
    assert (answer.status_code, answer.json()["code"]) == (409, "program-not-open")
    assert (await asked(visitor, "GET", "/open-programs"))["programs"] == []


async def test_visitors_see_the_programs_that_take_applications(
    office: Office, visitor: httpx2.AsyncClient
) -> None:
    other = await Office.opened(office.world, title={"fi": "Syksy", "en": "Autumn"})
    first = await asked(visitor, "GET", "/open-programs?limit=1")
    second = await asked(visitor, "GET", f"/open-programs?limit=1&after={first['after']}")
    assert second["after"] == ""
    found = {each["id"]: each for each in (*first["programs"], *second["programs"])}
    assert found.keys() == {office.program, other.program}
    assert found[other.program] == {
        "id": other.program,
        "title": {"fi": "Syksy", "en": "Autumn"},
        "model": "pair-mentoring",
        "field": "",
        "languages": ["fi", "en"],
        "starts_on": "2027-01-18",
        "ends_on": "2027-07-18",
        "timezone": "Europe/Helsinki",
    }


async def test_only_the_gateway_speaks_for_visitors(office: Office) -> None:
    body = {"program_id": office.program} | AMAL
    for client in (
        office.coordinator,
        office.world.as_person("pairing", "amal", ("mentee", office.program)),
        office.world.as_service("pairing", "people"),
    ):
        assert await refused(client, "POST", "/applications", body) == (403, "forbidden")
        assert await refused(client, "GET", "/open-programs") == (403, "forbidden")
    assert office.world.published(PersonRegistered) == []


async def test_a_key_that_is_used_again_for_other_words_tells_nothing_of_who_has_applied(
    office: Office, visitor: httpx2.AsyncClient
) -> None:
    await applies(office, visitor, MAIJA)
    answers = []
    for who, key in ((MAIJA, "known"), (AMAL, "new")):
        for phone in ("", "+358 50 1"):
            body = {"program_id": office.program} | who | {"phone": phone}
            answers.append(await visitor.post("/applications", json=body, headers={"Idempotency-Key": key}))
            await office.world.drain()
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, '{"received":true}')}


@pytest.mark.parametrize("field", ["forms", "availability", "needs", "offers"])
async def test_a_choice_is_made_once_however_often_it_is_sent(
    office: Office, visitor: httpx2.AsyncClient, field: str
) -> None:
    known = {"forms": "video", "availability": "weekends", "needs": "cv", "offers": "cv"}
    answer = await applies(office, visitor, AMAL | {"profile": {field: [known[field]] * 100_000}})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
