"""Who may turn to staff, who sees a case and who may answer it: asked of everybody in turn."""

from typing import Any

import httpx2
import pytest

from matka_contracts.pairing import CaseHandedOver, CaseOpened, CaseResolved
from tests.support.asking import asked, refused
from tests.support.help_desk import QUESTION, a_pair_in, case_of
from tests.support.office import Office

DEEDS: dict[str, dict[str, str]] = {
    "hand-over": {"owner_id": "helper"},
    "cover": {"cover_id": "root"},
    "resolve": {"outcome": "answered"},
}


@pytest.fixture
async def pair(office: Office) -> str:
    return await a_pair_in(office)


@pytest.fixture
async def case(office: Office, pair: str) -> str:
    """The mentee has turned to staff about the pair."""
    return str((await case_of(office, pair, office.person("mentee0")))["id"])


def outsiders(office: Office) -> list[httpx2.AsyncClient]:
    """Everybody whom a case of this pair's mentee is none of the business of."""
    return [
        office.person("maija", "mentor"),
        office.person("mentee1"),
        office.stranger,
        office.world.as_person("pairing", "nobody"),
        office.world.as_service("pairing", "people"),
        office.world.as_service("pairing", "gateway"),
    ]


async def test_members_and_acting_staff_open_a_case_about_a_pair(office: Office, pair: str) -> None:
    for client in (office.person("mentee0"), office.person("maija", "mentor"), office.helper, office.root):
        assert (await case_of(office, pair, client))["pair_id"] == pair
    assert await refused(office.reader, "POST", f"/pairs/{pair}/cases", QUESTION) == (403, "forbidden")
    for client in outsiders(office)[1:]:
        answer = await client.post(f"/pairs/{pair}/cases", json=QUESTION)
        unknown = await client.post("/pairs/unknown/cases", json=QUESTION)
        assert (answer.status_code, answer.json()) == (404, unknown.json()), "not even that there is one"
    assert len(office.world.published(CaseOpened)) == 4


@pytest.mark.usefixtures("pair")
async def test_participants_and_acting_staff_open_a_case_in_a_program(office: Office) -> None:
    for client in (office.person("mentee1"), office.person("maija", "mentor"), office.helper):
        await asked(client, "POST", f"{office.path}/cases", QUESTION)
    assert await refused(office.reader, "POST", f"{office.path}/cases", QUESTION) == (403, "forbidden")
    for client in outsiders(office)[2:]:
        assert await refused(client, "POST", f"{office.path}/cases", QUESTION) == (404, "not-found")


async def test_who_opened_a_case_and_staff_see_it_and_nobody_else(office: Office, case: str) -> None:
    for client in (office.person("mentee0"), office.coordinator, office.helper, office.reader, office.root):
        assert (await asked(client, "GET", f"/cases/{case}"))["text"] == QUESTION["text"]
    for client in outsiders(office):
        answer, unknown = await client.get(f"/cases/{case}"), await client.get("/cases/unknown")
        assert (answer.status_code, answer.json()) == (404, unknown.json()), "not even that there is one"
        assert (await asked(client, "GET", "/cases"))["cases"] == []


async def test_lists_of_cases_are_for_staff_and_begin_in_their_program(office: Office, case: str) -> None:
    for client in (office.person("mentee0"), *outsiders(office)):
        assert await refused(client, "GET", f"{office.path}/cases") == (404, "not-found")
    assert await refused(office.reader, "GET", f"{office.path}/cases?status=lost") == (422, "invalid-input")
    other = await Office.opened(office.world)
    assert await refused(office.root, "GET", f"{other.path}/cases?after={case}") == (404, "not-found")
    assert await refused(office.person("mentee1"), "GET", f"/cases?after={case}") == (404, "not-found")


@pytest.mark.usefixtures("pair")
async def test_staff_see_to_whom_a_case_can_be_handed_over(office: Office) -> None:
    found = await asked(office.reader, "GET", f"{office.path}/staff")
    assert found == {"staff": [{"person_id": each} for each in ("helper", "root", "staff")]}
    for client in (office.person("mentee0"), *outsiders(office)):
        assert await refused(client, "GET", f"{office.path}/staff") == (404, "not-found")


@pytest.mark.parametrize("act", DEEDS)
async def test_only_staff_who_act_do_something_about_a_case(office: Office, case: str, act: str) -> None:
    path, body = f"/cases/{case}/{act}", DEEDS[act]
    assert await refused(office.reader, "POST", path, body) == (403, "forbidden")
    for client in (office.person("mentee0"), *outsiders(office)):
        answer = await client.post(path, json=body)
        unknown = await client.post(f"/cases/unknown/{act}", json=body)
        assert (answer.status_code, answer.json()) == (404, unknown.json()), "not even that there is one"
    told = office.world.published(CaseHandedOver) + office.world.published(CaseResolved)
    assert told == []
    assert (await asked(office.helper, "POST", path, body))["id"] == case


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "rhythm"},
        {"kind": "question", "text": "x" * 5001},
        {"kind": "question", "owner_id": "me"},
    ],
)
async def test_a_case_that_cannot_be_is_refused(office: Office, pair: str, body: dict[str, Any]) -> None:
    answer = await refused(office.person("mentee0"), "POST", f"/pairs/{pair}/cases", body)
    assert answer == (422, "invalid-input")


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "forgotten"},
        {"outcome": "pair-ended", "reason": "Her fault"},
        {"outcome": "pair-ended", "reason": "program-closed"},
        {"outcome": "answered", "note": "x" * 5001},
    ],
)
async def test_a_resolution_that_cannot_be_is_refused(
    office: Office, case: str, body: dict[str, Any]
) -> None:
    assert await refused(office.helper, "POST", f"/cases/{case}/resolve", body) == (422, "invalid-input")


async def test_nobody_ends_a_pair_in_the_name_of_the_closing(office: Office, pair: str) -> None:
    body = {"reason": "program-closed"}
    assert await refused(office.helper, "POST", f"/pairs/{pair}/end", body) == (422, "invalid-input")


async def test_staff_who_are_one_of_the_pair_are_not_staff_in_its_cases(office: Office, pair: str) -> None:
    roles = (("mentor", office.program), ("coordinator", office.program))
    both = office.world.as_person("pairing", office.ids["maija"], *roles)
    case = (await case_of(office, pair, both))["id"]
    for act, body in DEEDS.items():
        assert await refused(both, "POST", f"/cases/{case}/{act}", body) == (403, "forbidden")
    await office.tells(f"/cases/{case}/resolve", {"outcome": "continues", "note": "He seems tired"})
    assert (await asked(both, "GET", f"/cases/{case}"))["note"] == ""
