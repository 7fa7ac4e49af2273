"""Documents as BSON and back, the same on every adapter: instants in UTC, integers plain."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import bson
from bson.codec_options import CodecOptions, TypeDecoder, TypeRegistry
from bson.int64 import Int64

from matka_kit.store.port import Document


class _PlainInteger(TypeDecoder):
    """PyMongo reads a long number as its own `Int64`, which is not the type that was stored."""

    bson_type = Int64

    def transform_bson(self, value: Any) -> int:
        return int(value)


OPTIONS: CodecOptions[Document] = CodecOptions(
    tz_aware=True, tzinfo=UTC, type_registry=TypeRegistry([_PlainInteger()])
)


def encode(document: Mapping[str, Any]) -> bytes:
    """A document as BSON."""
    return bson.encode(document, codec_options=OPTIONS)


def decode(blob: bytes) -> Document:
    """A document from BSON."""
    return bson.decode(blob, codec_options=OPTIONS)


def stored(document: Mapping[str, Any]) -> Document:
    """A document as it will come back from the store: what to compare with what is found there."""
    return decode(encode(document))


def encode_events(events: Sequence[Document]) -> bytes:
    """An outbox as BSON documents one behind the other; no events are no bytes."""
    return b"".join(encode(event) for event in events)


def decode_events(blob: bytes) -> list[Document]:
    """The events of an outbox, in order."""
    return bson.decode_all(blob, codec_options=OPTIONS) if blob else []
