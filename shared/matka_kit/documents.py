"""Models as documents: the few types that a store keeps, and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

from pydantic import BaseModel

from matka_kit.clock import to_milliseconds
from matka_kit.store import Document

_PLAIN = (str, int, float, bool, bytes, type(None))


def to_document(model: BaseModel) -> Document:
    """A model's fields in stored types: local dates and times as ISO text, sets as sorted lists.

    Raises `TypeError` for a value that no store keeps, and for an instant without a zone.
    """
    return {name: _stored(getattr(model, name)) for name in type(model).model_fields}


def stored_mapping(fields: Mapping[str, Any]) -> Document:
    """A mapping's values in stored types. Raises `TypeError` as `to_document` does."""
    return {name: _stored(value) for name, value in fields.items()}


def _stored(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, datetime | date | time):
        return _moment(value)
    return _structure(value)


def _moment(value: date | time) -> datetime | str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise TypeError("an instant without a zone cannot be stored")
    return to_milliseconds(value.astimezone(UTC))


def _structure(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return to_document(value)
    if isinstance(value, Mapping):
        return {str(_stored(key)): _stored(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_stored(item) for item in value)
    if isinstance(value, Sequence):
        return [_stored(item) for item in value]
    raise TypeError(f"a {type(value).__name__} cannot be stored")
