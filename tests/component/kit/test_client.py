"""Calls between services: signed, bounded, and honest about who is away, busy or says no."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import pytest

from matka_kit.auth import Caller, Signer, Verifier, create_keys
from matka_kit.client import Refused, ServiceClient
from matka_kit.errors import Transient, Unavailable
from matka_kit.settings import ServiceSettings

Answer = Callable[[httpx2.Request], httpx2.Response]


class People(httpx2.AsyncBaseTransport):
    """The service `people`, at the other end of the wire: answers as the test says."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self.answer: Answer = lambda _: httpx2.Response(200, json={"fine": True})

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        self.asked.append(request)
        return self.answer(request)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
async def client(tmp_path: Path, people: People) -> AsyncIterator[ServiceClient]:
    create_keys(tmp_path, ["people", "pairing", "gateway"])
    settings = ServiceSettings(
        broker_url="memory:",
        store_url="sqlite:x",
        keys=tmp_path,
        urls={"people": "http://people.test", "learning": "http://127.0.0.1:9"},
    )
    client = ServiceClient(settings, Signer.of(tmp_path, "gateway"), {"http://people.test": people})
    yield client
    await client.close()


def refusal(status: int, **content: object) -> Answer:
    return lambda _: httpx2.Response(status, json=content)


async def test_a_call_carries_a_token_for_that_service_and_its_key(
    client: ServiceClient, people: People, tmp_path: Path
) -> None:
    assert await client.call("people", "POST", "/persons", body={"a": 1}, key="once") == {"fine": True}
    [request] = people.asked
    assert (request.method, request.url.path, request.content) == ("POST", "/persons", b'{"a": 1}')
    assert request.headers["Idempotency-Key"] == "once"
    assert request.headers["Content-Type"] == "application/json"
    verifier = Verifier(tmp_path, "people", "gateway")
    token = request.headers["Authorization"].removeprefix("Bearer ")
    assert verifier.caller(token) == Caller(subject="gateway", service=True)


async def test_a_call_may_be_made_for_a_person(client: ServiceClient, people: People, tmp_path: Path) -> None:
    amal = Caller(subject="amal")
    await client.call("people", "GET", "/me", caller=amal)
    token = people.asked[0].headers["Authorization"].removeprefix("Bearer ")
    assert Verifier(tmp_path, "people", "gateway").caller(token) == amal
    assert "Idempotency-Key" not in people.asked[0].headers


async def test_answers_may_be_empty_or_bytes(client: ServiceClient, people: People) -> None:
    people.answer = lambda _: httpx2.Response(204)
    assert await client.call("people", "POST", "/persons") is None
    people.answer = lambda _: httpx2.Response(200, content=b"%PDF")
    assert await client.fetch("people", "/file") == b"%PDF"


@pytest.mark.parametrize("status", [502, 504])
async def test_a_service_that_its_proxy_cannot_reach_is_away(
    client: ServiceClient, people: People, status: int
) -> None:
    people.answer = refusal(status)
    with pytest.raises(Unavailable) as away:
        await client.call("people", "GET", "/me")
    assert away.value.dependency == "people"


@pytest.mark.parametrize("error", [httpx2.ConnectError, httpx2.ReadTimeout, httpx2.RemoteProtocolError])
async def test_a_service_that_does_not_answer_is_away(
    client: ServiceClient, people: People, error: type[httpx2.TransportError]
) -> None:
    def fails(_: httpx2.Request) -> httpx2.Response:
        raise error("no")

    people.answer = fails
    with pytest.raises(Unavailable, match="people is away"):
        await client.call("people", "GET", "/me")


async def test_a_port_where_nobody_listens_is_a_service_that_is_away(client: ServiceClient) -> None:
    with pytest.raises(Unavailable, match="learning is away: ConnectError"):
        await client.call("learning", "GET", "/library")


@pytest.mark.parametrize("status", [500, 503])
async def test_one_bad_answer_does_not_mean_that_a_service_is_away(
    client: ServiceClient, people: People, status: int
) -> None:
    people.answer = refusal(status, code="internal", params={})
    with pytest.raises(Transient, match=f"people answers {status}"):
        await client.call("people", "GET", "/me")


async def test_a_refusal_keeps_its_code_status_and_parameters(client: ServiceClient, people: People) -> None:
    people.answer = refusal(409, code="email-taken", params={"count": 2})
    with pytest.raises(Refused) as refused:
        await client.call("people", "PATCH", "/persons/1")
    error = refused.value
    assert (error.refused_code, error.refused_status, error.params) == ("email-taken", 409, {"count": 2})


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"code": "x"}', b'{"code": "x", "params": 5}'])
async def test_a_refusal_in_other_words_is_a_refusal(
    client: ServiceClient, people: People, content: bytes
) -> None:
    people.answer = lambda _: httpx2.Response(403, content=content)
    with pytest.raises(Refused) as refused:
        await client.call("people", "GET", "/me")
    assert (refused.value.refused_code, refused.value.refused_status) == ("refused", 403)


async def test_what_is_forwarded_comes_back_as_it_is(client: ServiceClient, people: People) -> None:
    people.answer = lambda _: httpx2.Response(418, content=b"teapot")
    answer = await client.forward("people", "PUT", "/pot", content=b"tea", headers={"X-Milk": "no"})
    assert (answer.status_code, answer.content) == (418, b"teapot")
    assert (people.asked[0].content, people.asked[0].headers["X-Milk"]) == (b"tea", "no")


async def test_nobody_elses_token_is_forwarded(client: ServiceClient, people: People) -> None:
    await client.forward("people", "GET", "/me", headers={"Authorization": "Bearer stolen"})
    assert "stolen" not in str(people.asked[0].headers.raw)
