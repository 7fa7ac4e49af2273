"""The JSON door: sessions as bearer tokens, and every service behind `/api/<service>/`."""

import asyncio

import pytest

from matka_kit.testing import World
from tests.support.gateway import api_session, mail_of, problem
from tests.support.people import grant, register


@pytest.fixture(autouse=True)
async def amal(world: World) -> str:
    return await register(world, "amal@example.org", "Amal Haddad")


async def test_a_session_says_who_one_is_and_as_what(world: World, amal: str) -> None:
    await grant(world, amal, "mentee", "spring")
    api = await api_session(world, "amal@example.org")
    assert (await api.get("/api/me")).json() == {
        "person_id": amal,
        "language": "fi",
        "grants": [{"role": "mentee", "scope": "spring"}],
    }


async def test_the_code_serves_as_well_as_the_token(world: World) -> None:
    api = world.as_nobody("gateway")
    asked = await api.post("/api/sign-in", json={"email": "amal@example.org"})
    assert asked.status_code == 202
    mail = await mail_of(world, asked.json()["request_id"])
    answer = await api.post("/api/sign-in/redeem", json={"request_id": mail.request_id, "code": mail.code})
    assert answer.status_code == 200


async def test_whoever_got_no_answer_asks_and_signs_in_again_by_the_same_key(world: World) -> None:
    api = world.as_nobody("gateway")
    body, key = {"email": "amal@example.org"}, {"Idempotency-Key": "once"}
    asked = [await api.post("/api/sign-in", json=body, headers=key) for _ in range(2)]
    [request_id] = {answer.json()["request_id"] for answer in asked}
    mail = await mail_of(world, request_id)
    proof = {"request_id": mail.request_id, "token": mail.token}
    for _ in range(2):
        answer = await api.post("/api/sign-in/redeem", json=proof, headers=key)
        session = {"Authorization": f"Bearer {answer.json()['session']}"}
        assert (await api.get("/api/me", headers=session)).status_code == 200
    other = await api.post("/api/sign-in/redeem", json=proof, headers={"Idempotency-Key": "another"})
    assert problem(other)["code"] == "sign-in-expired"


async def test_a_key_that_somebody_else_has_used_asks_for_a_link_of_one_s_own(world: World) -> None:
    await register(world, "omar@example.org", "Omar Haddad")
    api, key = world.as_nobody("gateway"), {"Idempotency-Key": "once"}
    for address in ("amal@example.org", "omar@example.org"):
        answer = await api.post("/api/sign-in", json={"email": address}, headers=key)
        assert answer.status_code == 202


async def test_signing_out_ends_the_session(world: World) -> None:
    api = await api_session(world, "amal@example.org")
    assert (await api.post("/api/sign-out")).status_code == 204
    assert problem(await api.get("/api/me"))["code"] == "unauthenticated"
    assert problem(await api.post("/api/sign-out"))["code"] == "unauthenticated"


@pytest.mark.parametrize("bearer", ["", "x", "x" * 101, "not-a-session"])
async def test_nobody_comes_in_without_a_session(world: World, bearer: str) -> None:
    api = world.as_nobody("gateway")
    for path in ("/api/me", "/api/people/me", "/api/nothing/here"):
        answer = await api.get(path, headers={"Authorization": f"Bearer {bearer}"})
        assert problem(answer)["status"] == 401


async def test_a_cookie_is_no_session_for_the_api_so_that_no_site_can_call_in_a_browser_s_name(
    world: World,
) -> None:
    api = await api_session(world, "amal@example.org")
    secret = api.headers.pop("Authorization").removeprefix("Bearer ")
    api.cookies.set("matka-session", secret)
    assert (await api.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"request_id": "abc"},
        {"request_id": "abc", "token": "x", "code": "123456"},
        {"request_id": "abc", "code": 123456},
        {"request_id": "abc", "token": "x", "more": 1},
        {"token": "x"},
        [],
    ],
)
async def test_a_malformed_request_is_refused_with_the_fields_named(world: World, body: object) -> None:
    answer = await world.as_nobody("gateway").post("/api/sign-in/redeem", json=body)
    assert problem(answer)["code"] == "invalid-input"
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("fi", "Tämä linkki tai koodi ei enää toimi. Pyydä uusi."),
        ("sv-FI, en;q=0.5", "Länken eller koden fungerar inte längre. Be om en ny."),
        ("en", "This link or code no longer works. Ask for a new one."),
        ("", "Tämä linkki tai koodi ei enää toimi. Pyydä uusi."),
    ],
)
async def test_problems_are_told_in_the_caller_s_language(world: World, language: str, detail: str) -> None:
    answer = await world.as_nobody("gateway").post(
        "/api/sign-in/redeem",
        json={"request_id": "abc", "token": "x"},
        headers={"Accept-Language": language},
    )
    told = problem(answer)
    assert (told["status"], told["code"], told["detail"]) == (409, "sign-in-expired", detail)


async def test_a_service_s_answer_passes_through_as_it_is(world: World, amal: str) -> None:
    api = await api_session(world, "amal@example.org")
    assert (await api.get("/api/people/me")).json()["name"] == "Amal Haddad"
    changed = await api.patch(f"/api/people/persons/{amal}", json={"name": "Amal Ḥaddād"})
    assert (changed.status_code, changed.json()["name"]) == (200, "Amal Ḥaddād")
    assert changed.headers["cache-control"] == "no-store"


async def test_an_idempotency_key_passes_through(world: World, amal: str) -> None:
    api = await api_session(world, "amal@example.org")
    path, key = f"/api/people/persons/{amal}", {"Idempotency-Key": "one"}
    assert (await api.patch(path, json={"name": "Amal A"}, headers=key)).status_code == 200
    assert (await api.patch(path, json={"name": "Amal A"}, headers=key)).status_code == 200
    other = await api.patch(path, json={"name": "Amal B"}, headers=key)
    assert problem(other)["code"] == "key-reused"


async def test_a_service_s_problem_gets_words_and_keeps_its_parameters(world: World, amal: str) -> None:
    api = await api_session(world, "amal@example.org")
    await register(world, "maija@example.org", "Maija")
    taken = await api.patch(f"/api/people/persons/{amal}", json={"email": "maija@example.org"})
    assert problem(taken)["detail"] == "Sähköpostiosoite on jo toisella henkilöllä."
    wrong = await api.patch(f"/api/people/persons/{amal}", json={"reminders": "yes"})
    assert problem(wrong)["params"]["fields"][0]["field"] == "reminders"


async def test_others_persons_are_not_there(world: World) -> None:
    maija = await register(world, "maija@example.org", "Maija")
    api = await api_session(world, "amal@example.org")
    assert problem(await api.get(f"/api/people/persons/{maija}"))["status"] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/people/sign-ins",
        "/api/people/persons/batch",
        "/api/people/administrators",
    ],
)
async def test_what_is_for_services_is_not_for_people(world: World, path: str) -> None:
    api = await api_session(world, "amal@example.org")
    answer = await api.post(path, json={"email": "amal@example.org"})
    assert problem(answer)["status"] in {403, 422}


@pytest.mark.parametrize(
    "path",
    [
        "/api/people/metrics",
        "/api/people/activity",
        "/api/people/health/ready",
        "/api/people/openapi.json",
        "/api/gateway/me",
        "/api/elsewhere/me",
        "/api/people/%2e%2e/metrics",
        "/api/people/persons/%2E%2E/%2e%2e/metrics",
        "/api/people//metrics",
        "/api/people/",
        "/api/people/persons%2F..%2F..%2Fmetrics",
    ],
)
async def test_nothing_but_a_service_s_own_routes_can_be_reached(world: World, path: str) -> None:
    api = await api_session(world, "amal@example.org")
    assert problem(await api.get(path))["status"] == 404


async def test_a_body_beyond_five_megabytes_is_refused(world: World) -> None:
    api = await api_session(world, "amal@example.org")
    answer = await api.post("/api/people/persons", content=b"x" * 5_000_001)
    assert problem(answer)["code"] == "too-large"
    assert "5" in problem(answer)["detail"]


async def test_a_service_that_is_away_is_told_as_such(world: World) -> None:
    api = await api_session(world, "amal@example.org")
    answer = await api.get("/api/pairing/programs")
    assert problem(answer)["code"] == "try-again-later"
    assert answer.headers["Retry-After"] == "5"


async def test_the_answer_to_an_unknown_address_is_the_same(world: World) -> None:
    api = world.as_nobody("gateway")
    known, unknown = [
        await api.post("/api/sign-in", json={"email": email})
        for email in ("amal@example.org", "x@example.org")
    ]
    assert (known.status_code, [*known.json()]) == (unknown.status_code, [*unknown.json()])
    assert len(known.json()["request_id"]) == len(unknown.json()["request_id"])


async def test_what_is_no_address_is_named(world: World) -> None:
    answer = await world.as_nobody("gateway").post("/api/sign-in", json={"email": "nonsense"})
    assert problem(answer)["params"]["fields"][0]["field"] == "email"


async def test_many_requests_at_once_do_not_get_past_the_allowance(world: World) -> None:
    api = world.as_nobody("gateway")
    answers = await asyncio.gather(
        *(api.post("/api/sign-in", json={"email": "often@example.org"}) for _ in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [202] * 5 + [429] * 7


async def test_an_unknown_path_below_the_api_is_a_problem_and_not_a_page(world: World) -> None:
    assert problem(await world.as_nobody("gateway").get("/api/nothing"))["status"] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/sign-in", "POST"),
        ("PUT", "/api/register/check", "POST"),
        ("DELETE", "/api/register/MTK-2027-0000-0000-0000", "GET"),
        ("OPTIONS", "/api/me", "GET"),
    ],
)
async def test_a_path_of_the_gateways_own_says_in_which_way_it_can_be_used(
    world: World, method: str, path: str, allowed: str
) -> None:
    answer = await world.as_nobody("gateway").request(method, path)
    assert problem(answer)["code"] == "method-not-allowed"
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
