"""Applying on the public site and by the API: nothing typed is lost, and nobody learns who is known."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from matka_contracts.pairing import ApplicationReceived
from matka_gateway.allowances import PER_ADDRESS_APPLICATIONS, PER_CLIENT_APPLICATIONS
from matka_kit.auth import create_keys
from matka_kit.cause import Cause
from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE, Browser, problem
from tests.support.own_pages import SERVICES, SITE
from tests.support.small_program import BEGINNING, STAFF, SmallProgram

MENTEE: dict[str, Any] = {
    "eligible": "yes",
    "name": "Zahra <Karimi>",
    "email": "zahra@example.org",
    "phone": "+358 40 765 4321",
    "language": "fi-simple",
    "municipality": "Vantaa",
    "level-fi": "B1",
    "level-sv": "",
    "level-en": "",
    "other-1": "prs",
    "other-level-1": "C2",
    "other-2": "",
    "other-level-2": "",
    "other-3": "",
    "other-level-3": "",
    "field": ["5", "2"],
    "needs": ["cv", "network"],
    "goals": "Haluan työtä & \u201cystäviä\u201d",
    "forms": ["in-person", "phone"],
    "availability": ["weekday-days"],
    "consent": "yes",
}
MENTOR: dict[str, Any] = MENTEE | {
    "name": "Timo Mäki",
    "email": "timo@example.org",
    "offers": ["culture"],
    "capacity": "2",
    "path": "self-study",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": SITE}) as running:
        yield running


@pytest.fixture
async def program(world: World) -> SmallProgram:
    return await SmallProgram.opened(world)


async def fill(browser: Browser, path: str, fields: dict[str, Any]) -> httpx2.Response:
    """Open a form and send it in a browser that keeps no cookies."""
    await browser.open(path)
    browser.http.cookies.clear()
    browser.page = await browser.http.post(path, data=browser.form(path) | fields, headers=FROM_OUR_PAGE)
    return browser.page


async def profile_of(program: SmallProgram, name: str) -> dict[str, Any]:
    """The application of whoever's name begins so."""
    await program.world.drain()
    lines = (await program.ask("pairing/programs/*/applications"))["applications"]
    ids = {line["person_id"]: line["id"] for line in lines}
    people = program.world.as_service("people", "pairing")
    persons = (await people.post("/persons/lookup", json={"ids": [*ids]})).json()["persons"]
    [person] = [each for each in persons if each["name"].startswith(name)]
    found: dict[str, Any] = await program.ask(f"pairing/applications/{ids[person['id']]}")
    return found | {"person": person}


async def test_a_visitor_finds_a_program_and_applies_as_a_mentee(world: World, program: SmallProgram) -> None:
    visitor = Browser.at(world, "fi-simple")
    await visitor.open("/")
    assert 'href="/apply"' in visitor.page.text
    await visitor.open("/apply")
    assert "Matkalla työelämään, kevät 2027" in visitor.words
    await visitor.open(f"/apply/{program.id}")
    assert f'href="/apply/{program.id}/mentee"' in visitor.page.text
    await fill(visitor, f"/apply/{program.id}/mentee", MENTEE)
    await visitor.follow()
    assert visitor.heading == "Kiitos! Saimme hakemuksesi"
    came = await profile_of(program, "Zahra")
    assert came["person"] | {"id": ""} == {
        "id": "",
        "name": "Zahra <Karimi>",
        "email": "zahra@example.org",
        "phone": "+358 40 765 4321",
        "language": "fi-simple",
        "reminders": True,
    }
    assert (came["role"], came["status"], came["path"]) == ("mentee", "received", "none")
    assert came["profile"] == {
        "languages": {"fi": "B1", "prs": "C2"},
        "field": ["2", "5"],
        "municipality": "Vantaa",
        "forms": ["in-person", "phone"],
        "availability": ["weekday-days"],
        "needs": ["cv", "network"],
        "offers": [],
        "capacity": 1,
        "goals": "Haluan työtä & \u201cystäviä\u201d",
    }


async def test_a_mentor_says_how_many_mentees_and_how_to_get_ready(
    world: World, program: SmallProgram
) -> None:
    visitor = Browser.at(world, "sv")
    await fill(visitor, f"/apply/{program.id}/mentor", MENTOR)
    await visitor.follow()
    assert visitor.heading == "Tack, din ansökan har kommit fram"
    came = await profile_of(program, "Timo")
    assert (came["role"], came["path"], came["profile"]["capacity"]) == ("mentor", "self-study", 2)
    assert (came["profile"]["offers"], came["profile"]["needs"]) == (["culture"], [])


async def test_the_answer_is_the_same_for_an_address_that_is_known_or_has_applied(
    world: World, program: SmallProgram
) -> None:
    pages = []
    for email in ("new@example.org", "new@example.org", "aino@example.org"):
        visitor = Browser.at(world)
        answer = await fill(visitor, f"/apply/{program.id}/mentee", MENTEE | {"email": email})
        assert (answer.status_code, answer.headers["location"]) == (303, "/apply/received")
        await visitor.follow()
        pages.append(visitor.words)
    assert len(set(pages)) == 1


async def test_the_same_form_sent_twice_is_one_application(world: World, program: SmallProgram) -> None:
    visitor, path = Browser.at(world), f"/apply/{program.id}/mentee"
    await visitor.open(path)
    fields = visitor.form(path) | MENTEE
    for _ in range(2):
        answer = await visitor.http.post(path, data=fields, headers=FROM_OUR_PAGE)
        assert answer.status_code == 303
    await world.drain()
    assert len(world.published(ApplicationReceived)) == 1


@pytest.mark.parametrize(
    ("wrong", "leads_to", "sentence"),
    [
        ({"name": " "}, "name", "Write your name."),
        ({"name": "x" * 301}, "name", "Name: This is too long."),
        ({"email": "zahra"}, "email", "Write an email address"),
        ({"email": "zahra@example.org, x@example.org"}, "email", "Write an email address"),
        ({"email": "zahra@-.example"}, "email", "Email address: Check this."),
        ({"phone": "call me"}, "phone", "Write a phone number, like +358 40 123 4567."),
        ({"level-fi": "", "other-1": ""}, "level-fi", "Choose your level in at least one language."),
        ({"other-2": "ar"}, "other-2", "Choose both the language and your level, or neither."),
        ({"eligible": ""}, "eligible", "Confirm that the program is meant for you."),
        ({"consent": ""}, "consent", "We need your consent"),
        ({"capacity": ""}, "capacity", "Choose how many mentees you can meet."),
        ({"capacity": "9" * 5000}, "capacity", "Choose how many mentees you can meet."),
        ({"goals": "x" * 5001}, "", ""),
    ],
)
async def test_what_is_not_right_is_linked_from_above_and_nothing_typed_is_lost(
    world: World, program: SmallProgram, wrong: dict[str, str], leads_to: str, sentence: str
) -> None:
    visitor = Browser.at(world, "en")
    answer = await fill(visitor, f"/apply/{program.id}/mentor", MENTOR | wrong)
    if not leads_to:
        assert answer.status_code == 303, "what is longer than a field takes was cut as browsers do"
        return
    assert answer.status_code == 422
    assert f'<a href="#{leads_to}">{sentence}' in answer.text
    assert f'id="{leads_to}"' in answer.text
    typed = MENTOR | wrong
    assert 'name="municipality" type="text" value="Vantaa"' in answer.text
    assert '<option value="fi-simple" selected>Selkosuomi</option>' in answer.text
    assert "Haluan työtä &amp; \u201cystäviä\u201d</textarea>" in answer.text
    assert answer.text.count(" checked") == 7 + bool(typed["eligible"]) + bool(typed["consent"])
    visitor.form(f"/apply/{program.id}/mentor")


async def test_a_program_that_is_not_open_or_a_service_that_is_away_keeps_the_form(
    world: World, program: SmallProgram
) -> None:
    visitor, path = Browser.at(world), f"/apply/{program.id}/mentee"
    await visitor.open(path)
    fields = visitor.form(path) | MENTEE
    urls = world.deps("gateway").settings.urls
    kept = urls.pop("pairing")
    away = await visitor.http.post(path, data=fields, headers=FROM_OUR_PAGE)
    assert (away.status_code, "Vantaa" in away.text) == (503, True)
    assert (await visitor.open("/apply")).status_code == 503
    urls["pairing"] = kept
    await program.tell("pairing/programs/*/start")
    late = await visitor.http.post(path, data=fields, headers=FROM_OUR_PAGE)
    assert (late.status_code, "Vantaa" in late.text) == (409, True)
    assert "Ohjelman haku ei ole auki." in late.text
    assert (await visitor.open(path)).status_code == 404
    assert (await visitor.open(f"/apply/{program.id}")).status_code == 404
    await visitor.open("/apply")
    assert "ei ole juuri nyt auki" in visitor.words


async def test_who_applies_after_midnight_applied_on_that_day(world: World, program: SmallProgram) -> None:
    world.clock.step(datetime(2027, 1, 5, 22, 30, tzinfo=UTC))
    await fill(Browser.at(world), f"/apply/{program.id}/mentee", MENTEE)
    await world.drain()
    staff = Browser.at(world)
    await staff.sign_in(world, STAFF)
    await staff.open(f"/programs/{program.id}/people")
    assert "6. tammikuuta 2027" in staff.words


async def test_however_many_programs_are_open_one_can_apply_to_each(
    world: World, program: SmallProgram
) -> None:
    programs = world.deps("pairing").programs
    first = await programs.get(program.id)
    for number in range(202):
        another = first.model_copy(update={"id": f"another-{number:03}"})
        await programs.add(another, (), Cause(another.id))
    visitor = Browser.at(world)
    for number in (0, 201):
        assert (await visitor.open(f"/apply/another-{number:03}/mentee")).status_code == 200
    found = (await world.as_nobody("gateway").get("/api/open-programs")).json()["programs"]
    assert len(found) == 203


async def test_a_form_from_elsewhere_is_not_taken(world: World, program: SmallProgram) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    path = f"/apply/{program.id}/mentee"
    answer = await world.as_nobody("gateway").post(path, data=MENTEE, headers=headers)
    assert answer.status_code == 403
    assert (await world.as_nobody("gateway").get(f"/apply/{program.id}/coordinator")).status_code == 404


async def test_more_applications_than_people_make_are_told_to_wait_with_the_form_kept(
    world: World, program: SmallProgram
) -> None:
    visitor = Browser.at(world, "en")
    allowances = world.deps("gateway").allowances
    for _ in range(PER_ADDRESS_APPLICATIONS.most):
        await allowances.spend(PER_ADDRESS_APPLICATIONS, "zahra@example.org")
    answer = await fill(visitor, f"/apply/{program.id}/mentee", MENTEE | {"email": " Zahra@example.org"})
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert "There were too many attempts." in visitor.words
    assert "Vantaa" in answer.text
    for _ in range(PER_CLIENT_APPLICATIONS.most):
        await allowances.spend(PER_CLIENT_APPLICATIONS, "198.51.100.7")
    assert (await fill(visitor, f"/apply/{program.id}/mentee", MENTEE)).status_code == 429


async def test_an_api_client_applies_without_signing_in(world: World, program: SmallProgram) -> None:
    api = world.as_nobody("gateway")
    [open_] = (await api.get("/api/open-programs")).json()["programs"]
    assert open_["id"] == program.id
    body = {
        "program_id": program.id,
        "role": "mentor",
        "name": "Timo Mäki",
        "email": "timo@example.org",
        "profile": {"languages": {"fi": "C2"}, "capacity": 2},
        "path": "training",
        "eligible": True,
        "consent": True,
    }
    for _ in range(2):
        answer = await api.post("/api/applications", json=body, headers={"Idempotency-Key": "once"})
        assert (answer.status_code, answer.json()) == (202, {"received": True})
    assert (await profile_of(program, "Timo"))["path"] == "training"
    assert problem(await api.post("/api/applications", json=body | {"eligible": False}))["code"] == (
        "not-eligible"
    )
    wrong = problem(await api.post("/api/applications", json=body | {"profile": {"languages": {"fi": "Z"}}}))
    assert (wrong["status"], wrong["code"]) == (422, "invalid-input")
    assert problem(await api.post("/api/applications", json=body | {"role": "coordinator"}))["status"] == 422
