"""Links that stop reminders: made for letters, followed without signing in, harmless when forged."""

import pytest

from matka_contracts.people import PersonChanged
from matka_kit.testing import World
from tests.support.people import erase, register
from tests.support.telling import problem


async def link(world: World, person_id: str) -> str:
    """What the link in a letter to this person says."""
    notifications = world.as_service("people", "notifications")
    answer = await notifications.post("/stop-links", json={"person_ids": [person_id]})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["tokens"][person_id])


async def test_whoever_holds_the_letter_stops_the_reminders_without_signing_in(world: World) -> None:
    amal = await register(world)
    token, gateway = await link(world, amal), world.as_service("people", "gateway")
    assert (await gateway.get(f"/stop-links/{token}")).json() == {"reminders": True}
    for _ in range(2):
        assert (await gateway.post(f"/stop-links/{token}")).json() == {"reminders": False}
    assert (await gateway.get(f"/stop-links/{token}")).json() == {"reminders": False}
    await world.drain()
    assert world.published(PersonChanged) == [PersonChanged(person_id=amal, changed=("reminders",))]


async def test_looking_at_a_link_changes_nothing(world: World) -> None:
    amal = await register(world)
    token = await link(world, amal)
    await world.as_service("people", "gateway").get(f"/stop-links/{token}")
    await world.drain()
    assert world.published(PersonChanged) == []


async def test_who_wants_reminders_again_can_stop_them_again_with_the_same_link(world: World) -> None:
    amal = await register(world)
    token, gateway = await link(world, amal), world.as_service("people", "gateway")
    await gateway.post(f"/stop-links/{token}")
    await world.as_person("people", amal).patch(f"/persons/{amal}", json={"reminders": True})
    assert (await gateway.get(f"/stop-links/{token}")).json() == {"reminders": True}
    assert (await gateway.post(f"/stop-links/{token}")).json() == {"reminders": False}


@pytest.mark.parametrize("forged", ["x", "WyJhbWFsIl0.AAAAAAAAAAAAAAAAAAAAAA", "a.b.c", "%2e%2e"])
async def test_a_link_that_nobody_made_leads_nowhere(world: World, forged: str) -> None:
    gateway = world.as_service("people", "gateway")
    for answer in (await gateway.get(f"/stop-links/{forged}"), await gateway.post(f"/stop-links/{forged}")):
        assert problem(answer) == (404, "not-found")


async def test_a_link_for_another_purpose_stops_nothing(world: World) -> None:
    amal = await register(world)
    token = world.deps("people").links.token("log", amal)
    answer = await world.as_service("people", "gateway").post(f"/stop-links/{token}")
    assert problem(answer) == (404, "not-found")


async def test_an_erased_person_has_no_link_and_an_old_one_says_nothing_of_them(world: World) -> None:
    amal = await register(world)
    token = await link(world, amal)
    await erase(world, amal)
    gateway, notifications = (world.as_service("people", each) for each in ("gateway", "notifications"))
    assert problem(await gateway.post(f"/stop-links/{token}")) == (404, "not-found")
    found = await notifications.post("/stop-links", json={"person_ids": [amal, "nobody"]})
    assert found.json() == {"tokens": {}}


async def test_only_who_writes_letters_makes_links_and_only_the_gateway_follows_them(world: World) -> None:
    amal = await register(world)
    token = await link(world, amal)
    for caller in (world.as_person("people", amal), world.as_service("people", "pairing")):
        assert problem(await caller.post("/stop-links", json={"person_ids": [amal]})) == (403, "forbidden")
        assert problem(await caller.get(f"/stop-links/{token}")) == (403, "forbidden")
        assert problem(await caller.post(f"/stop-links/{token}")) == (403, "forbidden")
    nobody = world.as_nobody("people")
    assert problem(await nobody.post(f"/stop-links/{token}")) == (401, "unauthenticated")
