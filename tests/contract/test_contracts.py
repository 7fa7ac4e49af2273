"""Every event keeps its golden schema, is read by all who listen to it, and names no person."""

import copy
import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from matka_cli.catalogue import declared
from matka_contracts.event import Envelope, Event, registered
from tests.contract import golden
from tests.support import tally

EVENTS = {kind.event_type(): kind for kind in registered()}
LISTENERS = [(service.name, kind) for service in declared() for kind in service.subscriptions]
PERSONAL = {
    *("name", "names", "firstname", "lastname", "surname", "nickname", "email", "mail", "phone", "mobile"),
    *(
        "address",
        "street",
        "postcode",
        "zip",
        "city",
        "municipality",
        "birth",
        "birthday",
        "age",
        "ssn",
        "hetu",
    ),
    *("gender", "sex", "nationality", "origin", "country", "religion", "photo", "picture", "signature"),
    *("text", "message", "note", "notes", "comment", "comments", "words", "body", "csv", "token", "code"),
}


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_a_contract_only_grows(kind: type[Event]) -> None:
    kept, now = golden.stored(kind), golden.current(kind)
    assert kept is not None, golden.GROWN
    assert not golden.breaks(kept["schema"], now["schema"]), golden.BROKEN
    assert kept["schema"] == now["schema"], golden.GROWN


def test_no_golden_file_is_without_its_event() -> None:
    assert {path.stem for path in golden.FOLDER.iterdir()} == set(EVENTS), "an event was taken away"


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_the_producer_still_says_the_example(kind: type[Event]) -> None:
    kept = golden.stored(kind)
    assert kept is not None
    envelope = Envelope.model_validate_json(json.dumps(kept["example"]))
    event = envelope.open()
    assert type(event) is kind
    assert event.model_dump(mode="json") == kept["example"]["data"]
    assert envelope.model_dump(mode="json") == kept["example"]
    assert kind.producer in {service.name for service in declared()}


@pytest.mark.parametrize(("service", "kind"), LISTENERS, ids=[f"{s}-{k.event_type()}" for s, k in LISTENERS])
def test_each_listener_reads_the_example_and_what_it_may_grow_by(service: str, kind: type[Event]) -> None:
    kept = golden.stored(kind)
    assert kept is not None, f"{service} listens to an event without a golden file"
    grown = copy.deepcopy(kept["example"])
    grown["later"], grown["data"]["later"] = "yes", {"deep": [1, None]}
    opened = [Envelope.model_validate_json(json.dumps(each)).open() for each in (kept["example"], grown)]
    assert opened[0] == opened[1]
    assert type(opened[0]) is kind


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_an_event_without_a_needed_field_is_no_event(kind: type[Event]) -> None:
    example = golden.current(kind)["example"]["data"]
    for name, field in kind.model_fields.items():
        short = {key: value for key, value in example.items() if key != name}
        if field.is_required():
            with pytest.raises(ValidationError):
                kind.model_validate(short)
        else:
            kind.model_validate(short)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_no_field_could_hold_a_name_or_an_address(kind: type[Event]) -> None:
    suspicious = [name for name in field_names(kind.model_json_schema()) if PERSONAL & set(words(name))]
    assert not suspicious, "events carry ids; who needs a name asks people for it"


def field_names(schema: Any) -> set[str]:
    """The names of all fields in a schema, however deep."""
    if isinstance(schema, list):
        return {name for each in schema for name in field_names(each)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own | {name for each in schema.values() for name in field_names(each)}


def words(name: str) -> list[str]:
    return re.findall(r"[a-z]+|[A-Z][a-z]*", name.replace("_", " "))


A_SCHEMA: dict[str, Any] = {
    "$defs": {"Colour": {"enum": ["red", "green"], "type": "string"}},
    "properties": {
        "id": {"type": "string"},
        "colour": {"$ref": "#/$defs/Colour"},
        "sizes": {"items": {"type": "integer"}, "type": "array"},
        "level": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    },
    "required": ["id", "colour", "sizes"],
    "type": "object",
}


def changed(**changes: Any) -> dict[str, Any]:
    """A schema with other places; a place that is None is gone."""
    schema = copy.deepcopy(A_SCHEMA)
    schema["required"] = changes.pop("required", schema["required"])
    schema["$defs"] = changes.pop("defs", schema["$defs"])
    schema["properties"] = {
        name: place for name, place in (schema["properties"] | changes).items() if place is not None
    }
    return schema


def test_a_field_that_need_not_be_there_breaks_nobody() -> None:
    assert golden.breaks(A_SCHEMA, changed(size={"type": "integer", "default": 1})) == []


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed(id=None, required=["colour", "sizes"]), ["id is gone"]),
        (
            changed(size={"type": "integer"}, required=["id", "colour", "sizes", "size"]),
            ["size is new and needed"],
        ),
        (
            changed(id={"type": "integer"}),
            ['id was {"type": "string"} (needed), is {"type": "integer"} (needed)'],
        ),
        (
            changed(required=["colour", "sizes"]),
            ['id was {"type": "string"} (needed), is {"type": "string"}'],
        ),
        (
            changed(sizes={"items": {"type": "string"}, "type": "array"}),
            ['sizes[] was {"type": "integer"}, is {"type": "string"}'],
        ),
        (
            changed(level={"type": "string", "default": ""}),
            ['level was {}, is {"type": "string"}', "level|0 is gone", "level|1 is gone"],
        ),
    ],
)
def test_anything_else_breaks_somebody(new: dict[str, Any], said: list[str]) -> None:
    assert golden.breaks(A_SCHEMA, new) == said


@pytest.mark.parametrize("colours", [["red"], ["red", "green", "blue"]])
def test_a_word_more_or_less_breaks_who_knows_the_others(colours: list[str]) -> None:
    [said] = golden.breaks(A_SCHEMA, changed(defs={"Colour": {"enum": colours, "type": "string"}}))
    assert said.startswith("colour was")


def test_two_events_of_one_type_are_a_mistake() -> None:
    tally.register()
    try:
        with pytest.raises(TypeError, match=r"two classes claim the event type tally\.counted\.v1"):
            type("Counted", (tally.TallyEvent,), {"__module__": __name__, "__doc__": "Another."})
    finally:
        tally.forget()
