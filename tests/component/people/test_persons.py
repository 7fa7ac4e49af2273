"""Persons over HTTP: who may register, see and change whom."""

import asyncio

import pytest

from matka_contracts.people import PersonChanged, PersonErased, PersonRegistered
from matka_kit.testing import World
from tests.support.people import ADMINISTRATOR, grant, register
from tests.support.telling import problem

AMAL = {"name": "Amal Haddad", "email": "amal@example.org", "language": "fi"}


async def test_staff_register_a_person_and_the_event_carries_nothing_but_the_id(world: World) -> None:
    person_id = await register(world)
    await world.drain()
    assert world.published(PersonRegistered) == [PersonRegistered(person_id=person_id)]
    assert all(b"amal" not in outgoing.body.lower() for outgoing in world.bus.published)


async def test_a_known_address_gives_the_same_person_and_keeps_their_name(world: World) -> None:
    staff = world.as_person("people", "staff", ("helper", "spring"))
    first = await staff.post("/persons", json=AMAL)
    again = await staff.post("/persons", json=AMAL | {"name": "Else", "email": "AMAL@example.org"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    me = world.as_person("people", first.json()["id"])
    assert (await me.get("/me")).json()["name"] == "Amal Haddad"


async def test_twenty_at_once_with_one_address_are_one_person(world: World) -> None:
    ids = await asyncio.gather(*(register(world) for _ in range(20)))
    assert len(set(ids)) == 1
    await world.drain()
    assert len(world.published(PersonRegistered)) == 1


async def test_a_repeated_command_registers_once_even_when_the_address_has_changed(world: World) -> None:
    staff = world.as_person("people", "staff", ("coordinator", "spring"))
    key = {"Idempotency-Key": "one"}
    first = await staff.post("/persons", json=AMAL, headers=key)
    me = world.as_person("people", first.json()["id"])
    await me.patch(f"/persons/{first.json()['id']}", json={"email": "new@example.org"})
    again = await staff.post("/persons", json=AMAL, headers=key)
    assert again.json() == first.json()


async def test_a_command_repeated_after_very_many_others_still_finds_its_person(world: World) -> None:
    staff = world.as_person("people", "staff", ("coordinator", "spring"))
    key = {"Idempotency-Key": "one"}
    first = (await staff.post("/persons", json=AMAL, headers=key)).json()["id"]
    me = world.as_person("people", first)
    for number in range(51):
        await me.patch(f"/persons/{first}", json={"email": f"amal{number}@example.org"})
    assert (await staff.post("/persons", json=AMAL, headers=key)).json()["id"] == first


@pytest.mark.parametrize(
    "body",
    [
        AMAL | {"email": "nobody"},
        AMAL | {"name": " "},
        AMAL | {"name": 7},
        AMAL | {"id": "mine"},
        {"name": "Amal"},
        AMAL | {"language": "Finnish"},
    ],
)
async def test_what_cannot_be_a_person_is_refused(world: World, body: dict[str, object]) -> None:
    staff = world.as_person("people", "staff", ("coordinator", "spring"))
    assert problem(await staff.post("/persons", json=body)) == (422, "invalid-input")


async def test_half_a_character_is_refused(world: World) -> None:
    staff = world.as_person("people", "staff", ("coordinator", "spring"))
    half = b'{"name": "A\\ud800", "email": "amal@example.org"}'
    answer = await staff.post("/persons", content=half, headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "invalid-input")


async def test_only_staff_who_act_register(world: World) -> None:
    for role in ("reader", "mentor", "mentee"):
        caller = world.as_person("people", "somebody", (role, "spring"))
        assert problem(await caller.post("/persons", json=AMAL)) == (403, "forbidden")
    assert problem(await world.as_nobody("people").post("/persons", json=AMAL)) == (401, "unauthenticated")


async def test_pairing_registers_many_and_finds_each_by_the_address_it_sent(world: World) -> None:
    known = await register(world)
    pairing = world.as_service("people", "pairing")
    persons = [AMAL | {"email": " Amal@Example.org"}, AMAL | {"email": "bo@example.org", "name": "Bo"}]
    ids = (await pairing.post("/persons/batch", json={"persons": persons})).json()["ids"]
    assert ids[" Amal@Example.org"] == known
    assert ids["bo@example.org"] not in {known, None}
    learning = world.as_service("people", "learning")
    assert problem(await learning.post("/persons/batch", json={"persons": persons})) == (403, "forbidden")
    too_many = {"persons": [AMAL | {"email": f"p{number}@example.org"} for number in range(201)]}
    assert problem(await pairing.post("/persons/batch", json=too_many)) == (422, "invalid-input")


async def test_a_repeated_batch_registers_nobody_twice(world: World) -> None:
    pairing = world.as_service("people", "pairing")
    body = {"persons": [AMAL | {"email": f"p{number}@example.org"} for number in range(5)]}
    answers = [
        await pairing.post("/persons/batch", json=body, headers={"Idempotency-Key": "a"}) for _ in "12"
    ]
    assert answers[0].json() == answers[1].json()
    await world.drain()
    assert len(world.published(PersonRegistered)) == 5


async def test_a_person_sees_themselves_and_nobody_else(world: World) -> None:
    amal, bo = await register(world), await register(world, "bo@example.org", "Bo")
    await grant(world, amal, "mentee", "spring")
    await grant(world, bo, "mentor", "spring")
    me = world.as_person("people", amal, ("mentee", "spring"))
    assert (await me.get("/me")).json()["grants"] == [{"role": "mentee", "scope": "spring"}]
    assert (await me.get(f"/persons/{amal}")).json()["email"] == "amal@example.org"
    assert problem(await me.get(f"/persons/{bo}")) == (404, "not-found")
    assert problem(await me.patch(f"/persons/{bo}", json={"name": "Mine"})) == (404, "not-found")
    assert problem(await me.post("/persons/lookup", json={"ids": [bo]})) == (403, "forbidden")


async def test_staff_see_the_people_of_their_programs_only(world: World) -> None:
    amal, bo = await register(world), await register(world, "bo@example.org", "Bo")
    await grant(world, amal, "mentee", "spring")
    await grant(world, bo, "mentee", "autumn")
    staff = world.as_person("people", "staff", ("reader", "spring"))
    assert (await staff.get(f"/persons/{amal}")).status_code == 200
    assert problem(await staff.get(f"/persons/{bo}")) == (404, "not-found")
    seen = (await staff.post("/persons/lookup", json={"ids": [bo, amal, "unknown"]})).json()["persons"]
    assert [person["id"] for person in seen] == [amal]


async def test_the_gateway_asks_for_names_alone(world: World) -> None:
    amal, bo = await register(world), await register(world, "bo@example.org", "Bo")
    gateway = world.as_service("people", "gateway")
    wanted = {"ids": [bo, amal, "unknown"]}
    assert (await gateway.post("/persons/names", json=wanted)).json() == {
        "names": {bo: "Bo", amal: "Amal Haddad"}
    }
    root = world.as_person("people", "root", ADMINISTRATOR)
    assert (await root.post(f"/persons/{bo}/erase")).status_code == 204
    assert (await gateway.post("/persons/names", json=wanted)).json() == {"names": {amal: "Amal Haddad"}}


async def test_administrators_and_services_look_everybody_up(world: World) -> None:
    amal, bo = await register(world), await register(world, "bo@example.org", "Bo")
    wanted = {"ids": [bo, amal, "unknown"]}
    administrator = world.as_person("people", "root", ADMINISTRATOR)
    for caller in (administrator, world.as_service("people", "notifications")):
        seen = (await caller.post("/persons/lookup", json=wanted)).json()["persons"]
        assert [person["name"] for person in seen] == ["Bo", "Amal Haddad"]
    assert seen[1] == {
        "id": amal,
        "name": "Amal Haddad",
        "email": "amal@example.org",
        "phone": "",
        "language": "fi",
        "reminders": True,
    }


async def test_a_person_changes_their_own_facts_and_each_is_named(world: World) -> None:
    amal = await register(world)
    me = world.as_person("people", amal)
    changed = await me.patch(f"/persons/{amal}", json={"name": "أمل حدّاد", "reminders": False, "phone": None})
    assert (changed.json()["name"], changed.json()["reminders"]) == ("أمل حدّاد", False)
    await world.drain()
    assert world.published(PersonChanged) == [PersonChanged(person_id=amal, changed=("name", "reminders"))]


async def test_two_persons_cannot_share_an_address(world: World) -> None:
    amal, _ = await register(world), await register(world, "bo@example.org", "Bo")
    me = world.as_person("people", amal)
    answer = await me.patch(f"/persons/{amal}", json={"email": "BO@example.org"})
    assert problem(answer) == (409, "email-taken")


async def test_staff_cannot_take_over_other_staff_by_their_address(world: World) -> None:
    amal = await register(world)
    await grant(world, amal, "mentee", "spring")
    helper = world.as_person("people", "staff", ("helper", "spring"))
    reader = world.as_person("people", "staff", ("reader", "spring"))
    mine = {"email": "mine@example.org"}
    assert problem(await reader.patch(f"/persons/{amal}", json=mine)) == (403, "forbidden")
    assert (await helper.patch(f"/persons/{amal}", json={"phone": "040 1"})).json()["phone"] == "040 1"
    await grant(world, amal, "coordinator", "spring")
    assert problem(await helper.patch(f"/persons/{amal}", json=mine)) == (403, "forbidden")


async def test_an_erased_person_is_nowhere_and_does_not_come_back(world: World) -> None:
    amal = await register(world)
    administrator = world.as_person("people", "root", ADMINISTRATOR)
    assert (await administrator.post(f"/persons/{amal}/erase")).status_code == 204
    await world.drain()
    assert world.published(PersonErased) == [PersonErased(person_id=amal)]
    services = world.as_service("people", "notifications")
    assert (await services.post("/persons/lookup", json={"ids": [amal]})).json() == {"persons": []}
    assert problem(await administrator.get(f"/persons/{amal}")) == (404, "not-found")
    assert problem(await administrator.patch(f"/persons/{amal}", json={"name": "A"})) == (404, "not-found")
    assert problem(await world.as_person("people", amal).get("/me")) == (404, "not-found")
    gateway = world.as_service("people", "gateway")
    assert problem(await gateway.get(f"/persons/{amal}/grants")) == (404, "not-found")
    assert await register(world) != amal


async def test_only_an_administrator_erases(world: World) -> None:
    amal = await register(world)
    staff = world.as_person("people", "staff", ("coordinator", "spring"))
    assert problem(await staff.post(f"/persons/{amal}/erase")) == (403, "forbidden")


async def test_a_service_is_no_person(world: World) -> None:
    services = world.as_service("people", "notifications")
    assert problem(await services.get("/me")) == (404, "not-found")
    amal = await register(world)
    assert problem(await services.patch(f"/persons/{amal}", json={"name": "A"})) == (404, "not-found")
