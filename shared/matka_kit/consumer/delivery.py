"""One message as it arrived, opened: what it says, which attempt it is, and the order it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from matka_contracts.event import Envelope, Event
from matka_kit.consumer.subscription import Subscription
from matka_kit.consumer.verdict import Reason
from matka_kit.topology import Lane

EVENT_ID = "x-event-id"
ATTEMPT = "x-attempt"
FIRST_FAILED = "x-first-failed"
ROUTING_KEY = "x-routing-key"
LANE = "x-lane"

_BROKERS_OWN = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count")


def plain_headers(headers: Mapping[str, Any] | None) -> dict[str, str]:
    """A message's headers as text, without what the broker adds on its own when it moves a message."""
    return {
        name: value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for name, value in (headers or {}).items()
        if not name.startswith(_BROKERS_OWN) and isinstance(value, str | bytes | int | float)
    }


@dataclass(frozen=True)
class Opened:
    """A message's envelope and event, and the key that puts it into an order with others."""

    envelope: Envelope
    event: Event
    key: str


@dataclass
class Delivery:
    """A message as it reached a lane."""

    body: bytes
    headers: dict[str, str]
    routing_key: str
    lane: Lane
    content: Opened | Reason
    pauses: int = 0

    @cached_property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        text = self.headers.get(ATTEMPT, "")
        return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else 1

    @property
    def event_id(self) -> str:
        """The event's id; empty for a message from elsewhere that has none."""
        if isinstance(self.content, Opened):
            return self.content.envelope.id
        return self.headers.get(EVENT_ID, "")

    @property
    def event_type(self) -> str:
        """The event's type, or the routing key of what can't be opened."""
        if isinstance(self.content, Opened):
            return self.content.envelope.type
        return self.headers.get(ROUTING_KEY, self.routing_key)


def opened(body: bytes, subscription: Subscription) -> Opened | Reason:
    """Open a message, or tell why that can't be done, now or ever."""
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError as error:
        return Reason("Unreadable", "unreadable-envelope", _summary(error))
    try:
        event = envelope.open()
    except KeyError:
        return Reason("UnknownEvent", "unknown-event-type", "")
    except ValidationError as error:
        return Reason("Unreadable", "unreadable-event", _summary(error))
    try:
        return Opened(envelope, event, subscription.key(envelope))
    except Exception as error:  # noqa: BLE001 - a key function that fails must not lose the message
        return Reason.of(error)


def _summary(error: ValidationError) -> str:
    """Which fields are wrong and how, never their values."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return ", ".join(f"{'.'.join(str(part) for part in d['loc'])}: {d['type']}" for d in details[:5])
