"""Signing in over HTTP, from the request to the session's facts, and every way it must not work."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from matka_contracts.people import SignInRequested
from matka_kit.testing import World
from matka_people.handlers.sign_ins import forget_old_requests
from tests.support.people import ADMINISTRATOR, grant, register
from tests.support.telling import problem


async def ask(world: World, email: str = "amal@example.org", key: str | None = None) -> str:
    headers = {"Idempotency-Key": key} if key else {}
    gateway = world.as_service("people", "gateway")
    answer = await gateway.post("/sign-ins", json={"email": email}, headers=headers)
    assert answer.status_code == 202
    assert list(answer.json()) == ["request_id"]
    return str(answer.json()["request_id"])


async def mint(world: World, request_id: str) -> dict[str, str]:
    answer = await world.as_service("people", "notifications").post(f"/sign-ins/{request_id}/mint")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def redeem(world: World, request_id: str, key: str | None = None, **secret: str) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    gateway = world.as_service("people", "gateway")
    return await gateway.post(f"/sign-ins/{request_id}/redeem", json=secret, headers=headers)


def machine_time_passes(world: World, monkeypatch: pytest.MonkeyPatch, passed: timedelta) -> None:
    """Machine time cannot be stepped; here it is later than it is."""
    real = world.clock.machine

    def later() -> datetime:
        return real() + passed

    monkeypatch.setattr(world.clock, "machine", later)


async def test_from_the_request_to_the_session(world: World) -> None:
    amal = await register(world)
    await grant(world, amal, "mentee", "spring")
    request_id = await ask(world, "AMAL@example.org")
    await world.drain()
    assert world.published(SignInRequested) == [SignInRequested(request_id=request_id, person_id=amal)]
    letter = await mint(world, request_id)
    assert letter["person_id"] == amal
    signed_in = await redeem(world, request_id, token=letter["token"])
    assert signed_in.json() == {
        "person_id": amal,
        "name": "Amal Haddad",
        "language": "fi",
        "grants": [{"role": "mentee", "scope": "spring"}],
    }


async def test_the_six_digit_code_signs_in_too(world: World) -> None:
    await register(world)
    request_id = await ask(world)
    letter = await mint(world, request_id)
    assert len(letter["code"]) == 6
    assert (await redeem(world, request_id, code=letter["code"])).status_code == 200


async def test_an_unknown_address_gets_the_same_answer_and_no_letter(world: World) -> None:
    request_id = await ask(world, "stranger@example.org")
    await world.drain()
    assert world.published(SignInRequested) == []
    notifications = world.as_service("people", "notifications")
    assert problem(await notifications.post(f"/sign-ins/{request_id}/mint")) == (409, "sign-in-expired")
    assert problem(await redeem(world, request_id, code="123456")) == (409, "sign-in-expired")


async def test_unknown_used_wrong_and_expired_all_sound_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(world)
    used, old = await ask(world), await ask(world)
    secrets, older = await mint(world, used), await mint(world, old)
    expired = (409, "sign-in-expired")
    assert problem(await redeem(world, used, token="wrong")) == expired
    assert (await redeem(world, used, token=secrets["token"])).status_code == 200
    assert problem(await redeem(world, used, token=secrets["token"])) == expired
    assert problem(await redeem(world, used, code=secrets["code"])) == expired
    assert problem(await redeem(world, "never-asked", token=secrets["token"])) == expired
    assert problem(await redeem(world, old, token=secrets["token"])) == expired
    machine_time_passes(world, monkeypatch, timedelta(minutes=10))
    assert problem(await redeem(world, old, token=older["token"])) == expired
    assert problem(await redeem(world, old, code=older["code"])) == expired


async def test_a_lost_answer_can_be_asked_for_again_by_the_same_command_only(world: World) -> None:
    await register(world)
    request_id = await ask(world)
    letter = await mint(world, request_id)
    first = await redeem(world, request_id, key="one", token=letter["token"])
    again = await redeem(world, request_id, key="one", token=letter["token"])
    assert first.json() == again.json()
    other = await redeem(world, request_id, key="two", token=letter["token"])
    assert problem(other) == (409, "sign-in-expired")
    assert problem(await redeem(world, request_id, key="one", token="guess")) == (422, "key-reused")


async def test_of_ten_who_bring_the_token_at_once_one_gets_in(world: World) -> None:
    await register(world)
    request_id = await ask(world)
    letter = await mint(world, request_id)
    answers = await asyncio.gather(*(redeem(world, request_id, token=letter["token"]) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 9]


async def test_a_code_bears_five_attempts_even_all_at_once(world: World) -> None:
    await register(world)
    request_id = await ask(world)
    letter = await mint(world, request_id)
    wrong = "000000" if letter["code"] != "000000" else "000001"
    answers = await asyncio.gather(*(redeem(world, request_id, code=wrong) for _ in range(12)))
    left = sorted(answer.json()["params"].get("left", 0) for answer in answers)
    assert left == [0] * 8 + [1, 2, 3, 4]
    assert problem(await redeem(world, request_id, code=letter["code"])) == (409, "sign-in-expired")
    assert problem(await redeem(world, request_id, token="x")) == (409, "sign-in-expired")


async def test_a_letter_sent_again_has_new_secrets_even_for_a_repeated_command(world: World) -> None:
    await register(world)
    request_id = await ask(world)
    notifications = world.as_service("people", "notifications")
    path, key = f"/sign-ins/{request_id}/mint", {"Idempotency-Key": "letter"}
    first, second = [(await notifications.post(path, headers=key)).json() for _ in range(2)]
    assert first["token"] != second["token"]
    assert problem(await redeem(world, request_id, token=first["token"])) == (409, "sign-in-expired")
    assert (await redeem(world, request_id, token=second["token"])).status_code == 200


async def test_five_open_requests_in_ten_minutes_and_then_silence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(world)
    ids = await asyncio.gather(*(ask(world) for _ in range(9)))
    assert len(set(ids)) == 9
    await world.drain()
    assert len(world.published(SignInRequested)) == 5
    machine_time_passes(world, monkeypatch, timedelta(minutes=10, seconds=1))
    await ask(world)
    await world.drain()
    assert len(world.published(SignInRequested)) == 6


async def test_a_used_request_makes_room_for_another(world: World) -> None:
    await register(world)
    requests = [await ask(world) for _ in range(5)]
    letter = await mint(world, requests[0])
    await redeem(world, requests[0], token=letter["token"])
    await ask(world)
    await ask(world)
    await world.drain()
    assert len(world.published(SignInRequested)) == 6


async def test_strangers_requests_are_counted_and_kept_like_everybodys(world: World) -> None:
    ids = [await ask(world, "stranger@example.org") for _ in range(7)]
    kept = await world.deps("people").sign_ins.get_many(ids)
    assert len(kept) == 5


async def test_a_repeated_request_is_one_request(world: World) -> None:
    await register(world)
    assert await ask(world, key="one") == await ask(world, key="one")
    await world.drain()
    assert len(world.published(SignInRequested)) == 1


async def test_an_erased_person_cannot_come_in_with_an_old_letter(world: World) -> None:
    amal = await register(world)
    request_id, unwritten = await ask(world), await ask(world)
    letter = await mint(world, request_id)
    await world.as_person("people", "root", ADMINISTRATOR).post(f"/persons/{amal}/erase")
    assert problem(await redeem(world, request_id, token=letter["token"])) == (409, "sign-in-expired")
    notifications = world.as_service("people", "notifications")
    assert problem(await notifications.post(f"/sign-ins/{unwritten}/mint")) == (404, "not-found")


async def test_old_requests_are_forgotten_after_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deps = world.deps("people")
    old = await ask(world, "stranger@example.org")
    machine_time_passes(world, monkeypatch, timedelta(days=1, seconds=1))
    young = await ask(world, "stranger@example.org")
    assert await forget_old_requests(deps) == 1
    assert [kept.id for kept in await deps.sign_ins.get_many([old, young])] == [young]


async def test_only_those_whose_business_it_is_deal_with_sign_ins(world: World) -> None:
    amal = await register(world)
    request_id = await ask(world)
    me = world.as_person("people", amal, ADMINISTRATOR)
    gateway, notifications = (
        world.as_service("people", "gateway"),
        world.as_service("people", "notifications"),
    )
    asked = {"email": "amal@example.org"}
    assert problem(await me.post("/sign-ins", json=asked)) == (403, "forbidden")
    assert problem(await notifications.post("/sign-ins", json=asked)) == (403, "forbidden")
    assert problem(await gateway.post(f"/sign-ins/{request_id}/mint")) == (403, "forbidden")
    redeeming = await notifications.post(f"/sign-ins/{request_id}/redeem", json={"code": "123456"})
    assert problem(redeeming) == (403, "forbidden")


@pytest.mark.parametrize("secret", [{}, {"token": "a", "code": "123456"}, {"code": "12345"}, {"token": "?"}])
async def test_a_secret_has_one_of_two_forms(world: World, secret: dict[str, str]) -> None:
    assert problem(await redeem(world, "any", **secret)) == (422, "invalid-input")
