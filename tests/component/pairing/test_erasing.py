"""Somebody is erased: pairing forgets their own words, and keeps that there was an application."""

import pytest

from matka_contracts.people import PersonErased, RoleGranted
from matka_contracts.terms import Role
from matka_kit.store import Query
from matka_pairing.domain.application import Application, Profile
from tests.support.asking import asked
from tests.support.help_desk import QUESTION, a_pair_in, case_of
from tests.support.office import HEADER, Office


@pytest.fixture
async def pair(office: Office) -> str:
    return await a_pair_in(office)


async def application_of(office: Office, name: str) -> Application:
    query = Query({"person_id": office.ids[name]})
    [found] = await office.world.deps("pairing").applications.every(query)
    assert isinstance(found, Application)
    return found


async def test_what_an_erased_person_told_staff_is_forgotten(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("mentee0"))
    others = await case_of(office, pair, office.person("maija", "mentor"))
    await office.tells(f"/cases/{case['id']}/resolve", {"outcome": "continues", "note": "She was sad"})
    await office.hears(PersonErased(person_id=office.ids["mentee0"]), office.ids["mentee0"], 9)
    left = await asked(office.reader, "GET", f"/cases/{case['id']}")
    assert (left["text"], left["note"], left["status"]) == ("", "", "resolved")
    assert (await asked(office.reader, "GET", f"/cases/{others['id']}"))["text"] == QUESTION["text"]


async def test_what_an_erased_person_wrote_when_applying_is_forgotten_and_their_place_is_not(
    office: Office,
) -> None:
    header = f"{HEADER},goals,municipality"
    rows = [
        f"mentee,{name},{name}@example.org,so:C2,,,2512,I want to teach,Espoo" for name in ("amal", "bao")
    ]
    await office.imports(*rows, header=header)
    await office.hears(PersonErased(person_id=office.ids["amal"]), office.ids["amal"], 9)
    erased, other = await application_of(office, "amal"), await application_of(office, "bao")
    assert erased.profile == Profile()
    assert (erased.status, erased.role) == ("received", Role.MENTEE)
    assert (other.profile.goals, other.profile.municipality) == ("I want to teach", "Espoo")


async def test_a_role_that_is_told_of_after_its_person_was_erased_serves_no_more(office: Office) -> None:
    await office.hears(PersonErased(person_id="gone"), "gone", 3)
    await office.hears(RoleGranted(person_id="gone", role=Role.COORDINATOR, scope=office.program), "gone", 2)
    assert (await asked(office.reader, "GET", f"{office.path}/staff")) == {"staff": []}
