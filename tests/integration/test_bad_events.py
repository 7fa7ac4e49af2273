"""Events that nobody can handle become dead letters with a reason; whatever comes behind them is handled."""

import json
from typing import Any

from matka_contracts.pairing import ProgramOpened
from matka_contracts.people import PersonRegistered
from matka_kit import dead_letters
from tests.support.mothers_scheduling import program_opened
from tests.support.telling import problem
from tests.support.told import envelope
from tests.support.town import Town

KEY = ProgramOpened.event_type()
GOOD = envelope(program_opened(), "spring").model_dump(mode="json")


def changed(**fields: Any) -> bytes:
    """A good event with some fields of its envelope otherwise."""
    return json.dumps(GOOD | fields).encode()


def without(field: str) -> bytes:
    return json.dumps({name: value for name, value in GOOD.items() if name != field}).encode()


def with_data(**fields: Any) -> bytes:
    return changed(data=GOOD["data"] | fields)


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"not json at all",
    "half of it": changed()[: len(changed()) // 2],
    "not UTF-8": b'{"id": "\xff\xfe"}',
    "zeros": bytes(2000),
    "a megabyte": b"x" * 1_000_000,
    "a number": b"42",
    "null": b"null",
    "a list": b"[" * 900 + b"]" * 900,
    "deeper than anybody reads": b"[" * 100_000,
    "no id": without("id"),
    "an empty id": changed(id=""),
    "no subject": without("subject"),
    "a sequence before the first": changed(sequence=0),
    "a time without zone": changed(time="2027-01-18T10:00:00"),
    "another specification": changed(specversion="9.9"),
    "data that are a text": changed(data="text"),
}
UNFIT = {
    "no program": changed(data={}),
    "a model that nobody knows": with_data(model="speed-dating"),
    "a date that is none": with_data(starts_on="2027-02-30"),
    "a list where a text belongs": with_data(program_id=["spring"]),
}


async def is_known(town: Town, program_id: str) -> bool:
    """Whether scheduling has heard of the program: only then does it plan gatherings for it."""
    staff = town.as_person("scheduling", "staff", ("coordinator", program_id))
    body = {"kind": "theme", "title": {"fi": "Teema"}, "at": "2027-02-01T17:00", "hours": 2, "seats": 3}
    answer = await staff.post(f"/programs/{program_id}/gatherings", json=body)
    assert answer.status_code == 201 or problem(answer) == (404, "not-found")
    return answer.is_success


async def test_what_is_no_event_is_put_aside_whole_and_the_next_event_is_handled(town: Town) -> None:
    await town.throws(KEY, *UNREADABLE.values())
    await town.tells(program_opened(), "spring")
    assert await is_known(town, "spring")
    letters = await town.dead("scheduling", len(UNREADABLE))
    assert {(letter.error, letter.code) for letter in letters} == {("Unreadable", "unreadable-envelope")}
    assert sorted(letter.body for letter in letters) == sorted(UNREADABLE.values())
    assert {letter.event_type for letter in letters} == {KEY}
    assert all(letter.died_at and letter.attempt == 1 for letter in letters)
    assert len({letter.event_id for letter in letters}) == len(UNREADABLE), "each can be asked for"


async def test_an_event_whose_data_do_not_fit_says_which_field_and_not_what_stood_there(town: Town) -> None:
    await town.throws(KEY, *UNFIT.values(), with_data(timezone={"secret": "Maija"}))
    await town.tells(program_opened(), "spring")
    assert await is_known(town, "spring")
    letters = await town.dead("scheduling", len(UNFIT) + 1)
    assert {letter.code for letter in letters} == {"unreadable-event"}
    [secret] = [letter for letter in letters if b"Maija" in letter.body]
    assert secret.where == "timezone: string_type"
    assert "Maija" not in "".join(secret.headers.values())


async def test_an_event_of_unknown_type_is_put_aside_until_somebody_knows_it(town: Town) -> None:
    kinds = ("pairing.program-vanished.v1", "pairing.program-opened.v2", "", "x" * 5000)
    await town.throws(KEY, *(changed(type=kind) for kind in kinds))
    await town.tells(program_opened(), "spring")
    assert await is_known(town, "spring")
    letters = await town.dead("scheduling", len(kinds))
    assert {(letter.error, letter.code) for letter in letters} == {("UnknownEvent", "unknown-event-type")}
    assert {letter.event_type for letter in letters} == {KEY}


async def test_an_event_that_a_service_never_asked_for_is_put_aside_at_once(town: Town) -> None:
    stray = PersonRegistered(person_id="maija")
    body = envelope(stray, "maija").model_dump_json().encode()
    await town.throws(KEY, body)
    await town.tells(program_opened(), "spring")
    assert await is_known(town, "spring")
    [letter] = await town.dead("scheduling", 1)
    assert (letter.error, letter.event_type, letter.attempt) == ("NotSubscribed", KEY, 1)


async def test_an_event_that_nobody_asked_for_waits_where_operators_see_it(town: Town) -> None:
    await town.throws("weather.it-rained.v1", b"{}")
    assert (await town.unrouted()) == 1


async def test_what_is_replayed_too_early_comes_back_to_the_dead_letters_whole(town: Town) -> None:
    await town.throws(KEY, changed(type="pairing.program-vanished.v1"), changed())
    await town.quiet()
    [letter] = await town.dead("scheduling", 1)
    assert await is_known(town, "spring")
    assert await dead_letters.replay(town.url, "scheduling", [letter.event_id]) == [letter.event_id]
    [again] = await town.dead("scheduling", 1)
    assert (again.event_id, again.code, again.body) == (letter.event_id, letter.code, letter.body)
