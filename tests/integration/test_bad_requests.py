"""Requests of people and services who may not: refused at every door, and nothing has changed behind it."""

import base64
import json
from typing import Any, NamedTuple

import httpx2

from tests.support.asking import asked
from tests.support.telling import problem
from tests.support.town import Town
from tests.support.town_life import PROGRAM, Life

UNKNOWN = (401, "unauthenticated")
NOT_THERE = (404, "not-found")
FORBIDDEN = (403, "forbidden")
AGREEMENT = {"form": "video", "language": "fi", "pace": {"least": 2, "most": 3}, "goals": ""}


class Door(NamedTuple):
    """One request; names in braces stand for the ids of the program's life."""

    service: str
    method: str
    path: str
    body: Any = None


STAFF_ONLY = (
    Door("pairing", "GET", "/programs/{program}/applications"),
    Door("pairing", "GET", "/programs/{program}/counts"),
    Door("pairing", "GET", "/programs/{program}/readiness"),
    Door("pairing", "GET", "/programs/{program}/pairs"),
    Door("pairing", "GET", "/programs/{program}/board"),
    Door("pairing", "GET", "/programs/{program}/proposals"),
    Door("pairing", "GET", "/programs/{program}/cases"),
    Door("pairing", "GET", "/programs/{program}/staff"),
    Door("pairing", "GET", "/applications/{application}"),
    Door("pairing", "GET", "/jobs/{job}"),
    Door("pairing", "GET", "/proposals/{proposal}"),
    Door("pairing", "POST", "/programs/{program}/start"),
    Door("pairing", "POST", "/programs/{program}/close"),
    Door("pairing", "POST", "/programs/{program}/imports", {"csv": "role,name,email\n"}),
    Door("pairing", "POST", "/programs/{program}/proposals", {"locks": []}),
    Door("pairing", "POST", "/programs/{program}/mentors/{maija}/contact", {"reason": "We talked"}),
    Door("pairing", "POST", "/programs/{program}/mentors/{maija}/waive", {"reason": "Known to us"}),
    Door("pairing", "POST", "/applications/{application}/decline", {"reason": "no-place"}),
    Door("pairing", "POST", "/proposals/{proposal}/publish"),
    Door("pairing", "POST", "/jobs/{job}/cancel"),
    Door("pairing", "POST", "/pairs/{pair}/end", {"reason": "moved-away"}),
    Door("scheduling", "GET", "/programs/{program}/rhythm"),
    Door("scheduling", "GET", "/programs/{program}/participation"),
    Door("scheduling", "GET", "/gatherings/{gathering}"),
    Door("scheduling", "POST", "/programs/{program}/seal"),
    Door("scheduling", "POST", "/gatherings/{gathering}/held"),
    Door(
        "scheduling",
        "POST",
        "/gatherings/{gathering}/attendance",
        {"records": [{"person_id": "{amal}", "attended": True}]},
    ),
    Door("learning", "GET", "/programs/{program}/counts"),
)
OWN_ONLY = (
    Door("people", "GET", "/persons/{amal}"),
    Door("people", "PATCH", "/persons/{amal}", {"name": "Somebody Else"}),
    Door("pairing", "GET", "/pairs/{pair}"),
    Door("pairing", "POST", "/pairs/{pair}/agreement", AGREEMENT),
    Door("pairing", "POST", "/pairs/{pair}/decline"),
    Door("pairing", "POST", "/pairs/{pair}/cases", {"kind": "question"}),
    Door("scheduling", "GET", "/pairs/{pair}/meetings"),
    Door(
        "scheduling",
        "POST",
        "/pairs/{pair}/meetings",
        {"at": "2027-02-09T17:00", "minutes": 60, "form": "video"},
    ),
    Door("scheduling", "POST", "/meetings/{meeting}/move", {"at": "2027-02-05T17:00"}),
    Door("scheduling", "POST", "/meetings/{meeting}/cancel"),
    Door("scheduling", "POST", "/meetings/{meeting}/hold"),
    Door("learning", "GET", "/pairs/{pair}/exercises"),
    Door("learning", "POST", "/pairs/{pair}/introductions", {"kind": "conversation"}),
    Door("learning", "POST", "/exercises/{assignment}/done"),
    Door("learning", "POST", "/goals/{goal}/reach"),
)


async def knocks(client: httpx2.AsyncClient, door: Door, ids: dict[str, str]) -> tuple[int, str]:
    """Status and code of the answer, which must be a refusal."""
    body = json.loads(json.dumps(door.body).replace("{amal}", ids["amal"]))
    answer = await client.request(door.method, door.path.format(**ids), json=body)
    assert not answer.is_success, f"{door} was open: {answer.text}"
    return problem(answer)


async def facts(life: Life) -> list[Any]:
    """Everything that the doors lead to, as those see it who may."""
    town, ids = life.town, life.ids
    staff = {
        service: town.as_person(service, "staff", ("coordinator", life.program))
        for service in ("people", "pairing", "scheduling", "learning")
    }
    amal = ("mentee", life.program)
    seen = [
        await asked(staff["pairing"], "GET", f"/programs/{life.program}"),
        await asked(staff["pairing"], "GET", f"/programs/{life.program}/applications"),
        await asked(staff["pairing"], "GET", f"/programs/{life.program}/readiness"),
        await asked(staff["pairing"], "GET", f"/programs/{life.program}/pairs"),
        await asked(staff["pairing"], "GET", f"/jobs/{ids['job']}"),
        await asked(staff["scheduling"], "GET", f"/gatherings/{ids['gathering']}"),
        await asked(staff["scheduling"], "GET", f"/pairs/{ids['pair']}/meetings"),
        await asked(staff["learning"], "GET", f"/programs/{life.program}/counts"),
        await asked(town.as_person("people", ids["amal"], amal), "GET", "/me"),
    ]
    return [*seen, await town.published()]


async def refused_everywhere(
    life: Life, doors: tuple[Door, ...], client: Any, allowed: set[tuple[int, str]]
) -> None:
    """Every door stays shut to whom `client` makes, with one of these answers, and nothing changes."""
    before = await facts(life)
    for door in doors:
        assert await knocks(client(door), door, life.ids) in allowed, door
    await life.town.quiet()
    assert await facts(life) == before


async def test_who_shows_no_valid_token_gets_nowhere(whole_life: Life) -> None:
    town, ids = whole_life.town, whole_life.ids
    everybody = ("administrator", "*")
    root = {"subject": "root", "grants": [{"role": "administrator", "scope": "*"}]}
    unsigned = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none", "kid": "gateway"}, {"iss": "gateway", "caller": root})
    )
    elsewhere = {"people": "pairing", "pairing": "scheduling", "scheduling": "learning", "learning": "people"}
    await refused_everywhere(
        whole_life, STAFF_ONLY + OWN_ONLY, lambda door: town.with_token(door.service, ""), {UNKNOWN}
    )
    for door in STAFF_ONLY + OWN_ONLY:
        for token in (
            town.token(elsewhere[door.service], "root", everybody),
            town.token(door.service, "root", everybody, by="learning"),
            town.token(door.service, "root", everybody)[:-8],
            f"{unsigned}.",
            "nonsense",
        ):
            assert await knocks(town.with_token(door.service, token), door, ids) == UNKNOWN, door


async def test_another_service_is_not_a_person_and_may_only_what_is_meant_for_it(whole_life: Life) -> None:
    town = whole_life.town
    for service in ("notifications", "gateway"):
        await refused_everywhere(
            whole_life,
            STAFF_ONLY + OWN_ONLY,
            lambda door, service=service: town.as_service(door.service, service),
            {NOT_THERE, FORBIDDEN},
        )
    batch = {"persons": [{"name": "New", "email": "new@example.org"}]}
    for door in (
        Door("people", "POST", "/persons/batch", batch),
        Door("people", "POST", "/administrators", {"email": "me@example.org", "name": "Me"}),
        Door("people", "POST", "/sign-ins", {"email": "amal@example.org"}),
        Door("people", "GET", "/persons/{amal}/grants"),
    ):
        assert await knocks(town.as_service("people", "learning"), door, whole_life.ids) == FORBIDDEN


async def test_staff_of_another_program_do_not_even_learn_what_there_is(whole_life: Life) -> None:
    town = whole_life.town
    await refused_everywhere(
        whole_life,
        STAFF_ONLY + OWN_ONLY,
        lambda door: town.as_person(door.service, "stranger", ("coordinator", "autumn")),
        {NOT_THERE, FORBIDDEN},
    )


async def test_others_ids_are_not_there_for_somebody_of_the_same_program(whole_life: Life) -> None:
    town, ids = whole_life.town, whole_life.ids
    await refused_everywhere(
        whole_life,
        OWN_ONLY,
        lambda door: town.as_person(door.service, ids["omar"], ("mentee", whole_life.program)),
        {NOT_THERE},
    )


async def test_who_takes_part_is_not_staff(whole_life: Life) -> None:
    town, ids = whole_life.town, whole_life.ids
    await refused_everywhere(
        whole_life,
        STAFF_ONLY,
        lambda door: town.as_person(door.service, ids["amal"], ("mentee", whole_life.program)),
        {NOT_THERE, FORBIDDEN},
    )


async def test_ids_that_were_never_given_are_not_there(whole_life: Life) -> None:
    town = whole_life.town
    strange = ("nobody", "%00", "..%2F..%2Fetc", "%F0%9F%8E%93" * 20, "' OR 1=1 --", "$ne", "x" * 2000)
    for door in STAFF_ONLY + OWN_ONLY:
        client = town.as_person(door.service, "staff", ("coordinator", "autumn"))
        for id_ in strange:
            ids = {**dict.fromkeys(whole_life.ids, id_), "amal": "nobody"}
            status, code = await knocks(client, door, ids)
            assert (status, code) in {NOT_THERE, FORBIDDEN, (422, "invalid-input")}, (door, id_)


NO_BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"locks": [["a", "b"]], "x": 1}',
)


async def test_a_body_that_cannot_be_right_is_invalid_input(life: Life) -> None:
    staff = life.town.as_person("pairing", "staff", ("coordinator", life.program))
    headers = {"Content-Type": "application/json"}
    for body in NO_BODIES:
        for path in ("proposals", "imports"):
            answer = await staff.post(f"/programs/{life.program}/{path}", content=body, headers=headers)
            assert problem(answer) in {(400, "invalid-input"), (422, "invalid-input")}, body[:20]


async def test_a_key_that_is_none_is_refused_before_anything_is_done(town: Town) -> None:
    root = town.as_person("pairing", "root", ("administrator", "*"))
    for key in ("", "x" * 201, "ä", "a\tb"):
        headers = [(b"Idempotency-Key", key.encode())]
        answer = await root.post("/programs", headers=headers, json=PROGRAM)
        assert problem(answer) == (422, "bad-idempotency-key")
    assert await asked(root, "GET", "/programs") == {"programs": [], "after": ""}
    assert set((await town.published()).values()) == {0}
