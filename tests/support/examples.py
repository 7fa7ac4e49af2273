"""One example of every event, built from its fields: goldens are made from it, letters tried with it."""

import types
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from matka_contracts.event import Envelope, Event

_BY_NAME: dict[str, Any] = {
    "timezone": "Europe/Helsinki",
    "language": "fi",
    "languages": ["fi", "en"],
    "common_language": "fi",
    "title": {"fi": "Kevään ohjelma", "en": "The program of spring"},
    "changed": ["name"],
    "number": "MTK-2027-7K3F-9QXD",
    "replaced_number": "MTK-2027-2B8C-5HTA",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "place": "Kirjasto",
    "template": "pair-formed",
    "reason": "other-plans",
}
_BY_TYPE: dict[Any, Any] = {
    str: "a-code",
    int: 2,
    float: 2.5,
    bool: True,
    date: "2027-01-18",
    AwareDatetime: "2027-01-18T10:00:00Z",
}


def example_of(kind: type[Event]) -> dict[str, Any]:
    """Data of an event with every field filled in, as JSON has it."""
    return kind.model_validate(_fields(kind)).model_dump(mode="json")


def envelope_of(kind: type[Event], data: dict[str, Any]) -> Envelope:
    """The envelope that an example travels in."""
    type_ = kind.event_type()
    return Envelope(
        id="01890a5d-ac96-774b-bcce-b302099a8057",
        source=f"/matka/{kind.producer}",
        type=type_,
        subject="3c0b4f62-6d0e-5c7e-9a3b-2f4f9a9f8d11",
        time=datetime.fromisoformat("2027-01-18T10:00:00Z"),
        dataschema=f"urn:matka:event:{type_}",
        sequence=1,
        correlationid="5d3e1c0a-0b1a-5a43-8c3b-9c7d1f6a2b10",
        causationid="01890a5d-ac96-774b-bcce-b302099a8056",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data=data,
    )


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {name: _value(name, field.annotation) for name, field in model.model_fields.items()}


def _value(name: str, annotation: Any) -> Any:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.endswith(("_id", "_by")):
        return f"the-{name.removesuffix('_id').replace('_', '-')}"
    if get_origin(annotation) is None:
        return _plain(annotation)
    return _composed(name, annotation)


def _plain(annotation: Any) -> Any:
    if annotation in _BY_TYPE:
        return _BY_TYPE[annotation]
    if issubclass(annotation, Enum):
        return next(iter(annotation)).value
    if issubclass(annotation, BaseModel):
        return _fields(annotation)
    raise TypeError(f"no example of a {annotation}")


def _composed(name: str, annotation: Any) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return arguments[0]
    if origin in {Union, types.UnionType}:
        return _value(name, next(each for each in arguments if each is not type(None)))
    if origin in {tuple, list}:
        return [_value(name, arguments[0])]
    raise TypeError(f"no example of a {annotation}")
