"""Decisions about applications: each once, by who may, within the seats."""

import asyncio

import pytest

from matka_contracts.pairing import ApplicantAdmitted, ApplicantDeclined
from matka_contracts.people import RoleGranted
from matka_kit.testing import World
from tests.support.asking import asked, refused
from tests.support.office import Office

MAIJA = "mentor,Maija,maija@example.org,fi:C2,self-study,2,"
AMAL = "mentee,Amal,amal@example.org,fi:B1,,,"
BO = "mentee,Bo,bo@example.org,fi:B1,,,"
ACTS = ("admit", "wait", "decline", "refer")


async def test_who_is_admitted_gets_the_role_in_the_program(office: Office) -> None:
    await office.imports(MAIJA, AMAL)
    await office.admits("maija", "amal")
    admitted = {(each.person_id, each.self_study) for each in office.world.published(ApplicantAdmitted)}
    assert admitted == {(office.ids["maija"], True), (office.ids["amal"], False)}
    granted = {(each.person_id, each.role, each.scope) for each in office.world.published(RoleGranted)}
    assert (office.ids["maija"], "mentor", office.program) in granted
    assert (await asked(office.person("amal"), "GET", "/applications"))["applications"] == [
        await office.application_of("amal")
    ]


async def test_who_is_declined_or_referred_on_is_told_why(office: Office) -> None:
    await office.imports(AMAL, BO)
    for name, act, reason in (("amal", "decline", "no-place"), ("bo", "refer", "other-service")):
        id_ = (await office.application_of(name))["id"]
        for _ in range(2):
            await office.tells(f"/applications/{id_}/{act}", {"reason": reason})
    told = {(each.reason, each.referred) for each in office.world.published(ApplicantDeclined)}
    assert told == {("no-place", False), ("other-service", True)}
    assert len(office.world.published(ApplicantDeclined)) == 2


async def test_seats_are_for_mentees_and_who_waits_gets_one_later(world: World) -> None:
    office = await Office.opened(world, rules={"seats": 1})
    await office.imports(MAIJA, AMAL, BO)
    await office.admits("maija", "amal")
    bo = (await office.application_of("bo"))["id"]
    assert await refused(office.coordinator, "POST", f"/applications/{bo}/admit") == (409, "program-full")
    await office.tells(f"/applications/{bo}/wait", {"reason": "no-seat"})
    assert (await office.application_of("bo"))["status"] == "waiting"
    await office.admits("amal")
    assert (await office.application_of("amal"))["status"] == "admitted", "twice changes nothing"


async def test_twenty_who_admit_at_once_admit_once(office: Office) -> None:
    await office.imports(AMAL)
    id_ = (await office.application_of("amal"))["id"]
    await asyncio.gather(
        *(asked(office.coordinator, "POST", f"/applications/{id_}/admit") for _ in range(20))
    )
    await office.world.drain()
    assert len(office.world.published(ApplicantAdmitted)) == 1


async def test_a_decision_stays(office: Office) -> None:
    await office.imports(AMAL)
    await office.admits("amal")
    id_ = (await office.application_of("amal"))["id"]
    for act in ACTS[1:]:
        answer = await refused(office.coordinator, "POST", f"/applications/{id_}/{act}", {})
        assert answer == (409, "application-decided")


async def test_nobody_is_admitted_to_a_closed_program(office: Office) -> None:
    await office.imports(AMAL)
    for act in ("start", "close"):
        await office.tells(f"{office.path}/{act}")
    id_ = (await office.application_of("amal"))["id"]
    assert await refused(office.coordinator, "POST", f"/applications/{id_}/admit") == (
        409,
        "program-is-closed",
    )


@pytest.mark.parametrize("act", ACTS)
async def test_others_applications_are_nobodys_business(office: Office, act: str) -> None:
    await office.imports(AMAL)
    path = f"/applications/{(await office.application_of('amal'))['id']}/{act}"
    assert await refused(office.reader, "POST", path, {}) == (403, "forbidden")
    for client in (office.stranger, office.person("amal")):
        answer = await client.post(path, json={})
        unknown = await client.post(f"/applications/unknown/{act}", json={})
        assert (answer.status_code, answer.json()) == (404, unknown.json()), "not even that there is one"
    assert (await office.application_of("amal"))["status"] == "received"


async def test_lists_of_applications_are_for_staff_of_the_program(office: Office) -> None:
    await office.imports(AMAL)
    for client in (office.stranger, office.person("amal")):
        assert await refused(client, "GET", f"{office.path}/applications") == (404, "not-found")
    bo = office.world.as_person("pairing", "bo")
    assert (await asked(bo, "GET", "/applications"))["applications"] == []


@pytest.mark.parametrize("reason", ["", "Because I say so", "x" * 61, 5])
async def test_a_reason_is_a_code(office: Office, reason: object) -> None:
    await office.imports(AMAL)
    path = f"/applications/{(await office.application_of('amal'))['id']}/decline"
    assert await refused(office.coordinator, "POST", path, {"reason": reason}) == (422, "invalid-input")
