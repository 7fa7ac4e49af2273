"""A service as an HTTP application: commands once, problems without an exception's words, health, numbers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from matka_kit.errors import Contended, Unavailable
from matka_kit.testing import World
from matka_people.main import SERVICE as PEOPLE
from tests.support import tally
from tests.support.tally import SERVICE
from tests.support.workshop import NOON, a_command

COUNT = "/tallies/one"


@pytest.fixture(autouse=True)
def events() -> Iterator[None]:
    tally.register()
    yield
    tally.forget()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, [SERVICE], NOON) as world:
        yield world


@pytest.fixture
def amal(world: World) -> httpx2.AsyncClient:
    return world.as_person("tally", "amal")


def problem(answer: httpx2.Response) -> tuple[int, str, object]:
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert content["status"] == answer.status_code
    assert content["type"] == f"urn:matka:problem:{content['code']}"
    return answer.status_code, content["code"], content["params"]


async def test_a_repeated_command_is_answered_again_and_carried_out_once(amal: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": "once"}
    answers = [await amal.post(COUNT, json={"by": 2}, headers=key) for _ in range(3)]
    assert [answer.json()["number"] for answer in answers] == [2, 2, 2]
    assert (await amal.post(COUNT, json={"by": 2})).json()["number"] == 4, "without a key it is a new one"


async def test_a_key_that_was_used_for_something_else_is_refused(amal: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": "once"}
    await amal.post(COUNT, json={"by": 2}, headers=key)
    assert problem(await amal.post(COUNT, json={"by": 3}, headers=key)) == (422, "key-reused", {})


async def test_a_key_belongs_to_its_caller_its_path_and_its_query(
    world: World, amal: httpx2.AsyncClient
) -> None:
    key = {"Idempotency-Key": "once"}
    bo = world.as_person("tally", "bo")
    for expected, client, path in ((1, amal, COUNT), (2, bo, COUNT), (3, amal, f"{COUNT}?again=yes")):
        answer = await client.post(path, json={}, headers=key)
        assert (answer.status_code, answer.json()["number"]) == (200, expected)
    assert (await amal.post("/tallies/two", json={}, headers=key)).json()["number"] == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "\t", "ä"])
async def test_a_key_is_short_and_printable(amal: httpx2.AsyncClient, key: str) -> None:
    answer = await amal.post(COUNT, json={}, headers=[(b"Idempotency-Key", key.encode())])
    assert problem(answer) == (422, "bad-idempotency-key", {})


async def test_a_call_without_a_valid_token_is_refused(world: World) -> None:
    nobody = world.as_nobody("tally")
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        answer = await nobody.post(COUNT, json={}, headers=headers)
        assert problem(answer) == (401, "unauthenticated", {})
    other_audience = world.as_person("tally", "amal").headers["Authorization"]
    assert (await nobody.post(COUNT, json={}, headers={"Authorization": other_audience})).is_success


async def test_a_broken_rule_is_told_by_its_code_and_parameters(amal: httpx2.AsyncClient) -> None:
    await amal.post(COUNT, json={"by": 3})
    await amal.post(f"{COUNT}/close")
    assert problem(await amal.post(COUNT, json={})) == (409, "tally-closed", {"number": 3})


@pytest.mark.parametrize(
    ("body", "field", "wrong"),
    [
        ({"by": "secret"}, "by", "int_parsing"),
        ({"by": 0}, "by", "greater_than_equal"),
        ({"secret": 1}, "secret", "extra_forbidden"),
    ],
)
async def test_a_wrong_body_is_told_by_field_without_its_value(
    amal: httpx2.AsyncClient, body: dict[str, object], field: str, wrong: str
) -> None:
    answer = await amal.post(COUNT, json=body)
    assert problem(answer) == (422, "invalid-input", {"fields": [{"field": field, "problem": wrong}]})


async def test_what_is_no_json_is_invalid_input(amal: httpx2.AsyncClient) -> None:
    for content in (b"{", b"\xff", b"[" * 100_000):
        answer = await amal.post(COUNT, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
        assert problem(answer)[1] == "invalid-input"


async def test_unknown_paths_and_methods_have_their_codes(amal: httpx2.AsyncClient) -> None:
    assert problem(await amal.get("/nowhere")) == (404, "not-found", {})
    refused = await amal.delete(COUNT)
    assert problem(refused) == (405, "method-not-allowed", {})
    assert refused.headers["Allow"] == "POST"
    assert problem(await amal.post("/tallies/none/close")) == (404, "not-found", {"kind": "tallies"})


async def test_all_methods_of_a_path_are_named(tmp_path: Path) -> None:
    async with World(tmp_path, [PEOPLE], NOON) as world:
        refused = await world.as_nobody("people").delete("/persons/amal")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, PATCH")


async def test_a_bug_is_told_without_a_word_of_what_went_wrong(amal: httpx2.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await amal.get("/bug")
    assert problem(answer) == (500, "internal", {})
    assert "hunter2" not in answer.text
    assert [log["path"] for log in logs if log["log_level"] == "error"] == ["/bug"]


@pytest.mark.parametrize("trouble", [Unavailable("store", "the disk is full"), Contended("tallies")])
async def test_trouble_that_passes_asks_to_come_back(
    world: World, amal: httpx2.AsyncClient, trouble: Exception
) -> None:
    async def fails(*_: object) -> None:
        raise trouble

    world.deps("tally").store.get = fails
    answer = await amal.post(COUNT, json={})
    assert problem(answer) == (503, "try-again-later", {})
    assert answer.headers["Retry-After"] == "5"
    assert "disk" not in answer.text


async def test_a_full_outbox_asks_to_come_back(world: World, amal: httpx2.AsyncClient) -> None:
    world.bus.away = True
    await amal.post(COUNT, json={"by": 500})
    assert problem(await amal.post(COUNT, json={})) == (503, "try-again-later", {})
    world.bus.away = False
    world.clock.elapse(6)
    await world.host("tally")._sweeper.sweep()
    await world.drain()
    assert (await amal.post(COUNT, json={})).json()["number"] == 501


async def test_events_of_commands_reach_the_handlers(world: World, amal: httpx2.AsyncClient) -> None:
    await amal.post(COUNT, json={"by": 5})
    await world.drain()
    assert (await world.deps("tally").seen.get("one")).number == 5


async def test_a_handler_whose_prerequisite_comes_later_is_tried_again(
    world: World, amal: httpx2.AsyncClient
) -> None:
    world.bus.away = True
    await amal.post(COUNT, json={"by": 13})
    await amal.post("/tallies/thirteen", json={})
    world.bus.away = False
    world.clock.elapse(6)
    await world.host("tally")._sweeper.sweep()
    await world.drain()
    assert (await world.deps("tally").seen.get("one")).number == 13
    assert world.bus.dead_letters("tally") == []


async def test_health_activity_and_numbers_need_no_token(world: World, amal: httpx2.AsyncClient) -> None:
    nobody = world.as_nobody("tally")
    await amal.post(COUNT, json={"by": 2})
    await world.drain()
    assert (await nobody.get("/health/live")).json() == {"status": "live"}
    assert (await nobody.get("/health/ready")).json() == {"status": "ready"}
    activity = (await nobody.get("/activity")).json()
    assert {
        name: activity[name] for name in ("service", "consuming", "received", "settled", "published")
    } == {
        "service": "tally",
        "consuming": True,
        "received": 2,
        "settled": 2,
        "published": 2,
    }
    with capture_logs():
        await amal.get("/bug")
    numbers = (await nobody.get("/metrics")).text
    assert 'matka_requests_total{method="POST",status="200"} 1.0' in numbers
    assert 'matka_requests_total{method="GET",status="500"} 1.0' in numbers
    assert "matka_received 2.0" in numbers
    assert "amal" not in numbers


async def test_activity_tells_what_is_owed(
    world: World, amal: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matka_kit.testing._PATIENCE_SECONDS", 0.0)
    world.bus.away = True
    await amal.post(COUNT, json={})
    deps = world.deps("tally")
    await deps.tallies.update("one", lambda each: each.set_alarm("tea", NOON), a_command())
    owed = (await world.as_nobody("tally").get("/activity")).json()
    assert (owed["outboxes"], owed["next_due"]) == (1, "2027-01-18T10:00:00Z")
    with pytest.raises(AssertionError, match="still busy"):
        await world.drain()


async def test_a_service_that_cannot_work_is_not_ready(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = world.as_nobody("tally")
    host = world.host("tally")
    ping = host._store.ping

    async def away() -> bool:
        return False

    monkeypatch.setattr(host._store, "ping", away)  # the database is away
    assert (await nobody.get("/health/ready")).status_code == 503
    monkeypatch.setattr(host._store, "ping", ping)
    assert (await nobody.get("/health/ready")).status_code == 200
    host._stopping = True
    assert (await nobody.get("/health/ready")).status_code == 503
    assert (await nobody.get("/health/live")).status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_what_a_service_can_do_is_not_told_to_strangers(world: World, path: str) -> None:
    assert (await world.as_nobody("tally").get(path)).status_code == 404
