"""Answers are complete and well-formed, whatever was sent and however it was asked."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from matka_kit.testing import World
from tests.support import tally
from tests.support.routes import document
from tests.support.tally import SERVICE
from tests.support.workshop import NOON

COUNT = "/tallies/one"
WRONG = ("10000001", "-1", "", "9" * 5000)
JSON = {"Content-Type": "application/json"}


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


async def test_a_call_without_a_token_hears_how_to_come_in(world: World) -> None:
    answer = await world.as_nobody("tally").post(COUNT, json={})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_wrong_method_hears_which_ones_there_are(amal: httpx2.AsyncClient) -> None:
    answer = await amal.request("TRACE", COUNT)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


async def test_a_field_whose_name_is_no_text_is_refused_in_words(amal: httpx2.AsyncClient) -> None:
    answer = await amal.post(COUNT, content=rb'{"a\ud800b": 1}', headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["params"] == {"fields": [{"field": "", "problem": "string_unicode"}]}


async def test_names_that_a_caller_makes_up_come_back_cut_and_not_all_of_them(
    amal: httpx2.AsyncClient,
) -> None:
    answer = await amal.post(COUNT, json={f"{'x' * 1000}{number}": 1 for number in range(200)})
    fields = answer.json()["params"]["fields"]
    assert (answer.status_code, len(fields), {len(each["field"]) for each in fields}) == (422, 100, {200})


async def test_made_up_methods_are_counted_as_one(world: World, amal: httpx2.AsyncClient) -> None:
    for number in range(20):
        assert (await amal.request(f"FETCH{number}", COUNT)).status_code == 405
    numbers = (await world.as_nobody("tally").get("/metrics")).text
    assert "FETCH" not in numbers
    assert 'method="other",status="405"} 20.0' in numbers


async def test_a_body_that_is_too_long_or_does_not_tell_its_length_is_not_read(
    amal: httpx2.AsyncClient,
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"{"

    answers = [await amal.post(COUNT, content=b"{}", headers={"Content-Length": each}) for each in WRONG]
    for answer in (*answers, await amal.post(COUNT, content=endless())):
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert answer.json()["params"] == {"megabytes": 10}


def test_a_route_tells_the_problems_that_it_may_answer() -> None:
    told = document(SERVICE)
    count = told["paths"]["/tallies/{tally_id}"]["post"]["responses"]
    assert {"400", "401", "403", "404", "409", "422", "503"} <= count.keys()
    assert {*count["409"]["content"]} == {*count["422"]["content"]} == {"application/problem+json"}
    assert "Retry-After" in count["503"]["headers"]
    assert "WWW-Authenticate" in count["401"]["headers"]
    assert told["components"]["schemas"].keys() >= {"Problem"}
    assert "HTTPValidationError" not in told["components"]["schemas"], "nobody answers as the framework would"
