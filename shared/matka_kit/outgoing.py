"""One event on its way to the broker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from matka_contracts.event import Envelope


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be published: `body` is an envelope as JSON, `headers` may repeat some of it."""

    event_id: str
    routing_key: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """The message of an envelope, with the headers that tracing and the dead letters' tools look at."""
        known = {"x-correlation-id": envelope.correlationid, "traceparent": envelope.traceparent}
        headers = {name: value for name, value in known.items() if value}
        return cls(envelope.id, envelope.type, envelope.model_dump_json().encode(), headers)
