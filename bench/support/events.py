"""The event that everybody is measured with: the same body, however it travels."""

import uuid
from datetime import UTC, datetime
from typing import ClassVar

from matka_contracts.event import Envelope, Event

DOCUMENTS = 2_000
PAYLOAD = {"a": "x" * 200}
PREFETCH, WINDOW = 50, 64


class BenchEvent(Event):
    """Events that only this measurement publishes."""

    producer: ClassVar[str] = "bench"


class ThingTurned(BenchEvent):
    """A thing was turned once more."""

    payload: dict[str, str]


KEY = ThingTurned.event_type()


def document_id(number: int) -> str:
    """Events come from so many aggregates in turn."""
    return f"a{number % DOCUMENTS}"


def an_envelope(number: int) -> Envelope:
    """What an outbox would publish."""
    return Envelope(
        id=str(uuid.uuid4()),
        source="/matka/bench",
        type=KEY,
        subject=document_id(number),
        time=datetime.now(UTC),
        dataschema=f"urn:matka:event:{KEY}",
        data={"payload": PAYLOAD},
        sequence=1,
        correlationid=str(uuid.uuid4()),
    )
