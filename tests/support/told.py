"""Events of other services as they reach a service under test."""

import itertools
from datetime import UTC, datetime

from matka_contracts.event import Envelope, Event
from matka_kit.bus import Outgoing

_ids = itertools.count(1)
_TIME = datetime(2027, 1, 1, tzinfo=UTC)


def envelope(event: Event, subject: str, sequence: int = 1, at: datetime = _TIME) -> Envelope:
    """The envelope of an event that an aggregate tells as its `sequence`-th, at a moment."""
    kind = event.event_type()
    return Envelope(
        id=f"told-{next(_ids)}",
        source=f"/matka/{event.producer}",
        type=kind,
        subject=subject,
        time=at,
        data=event.model_dump(mode="json"),
        sequence=sequence,
    )


def told(event: Event, subject: str, sequence: int = 1, at: datetime = _TIME) -> Outgoing:
    """An event ready to be published."""
    return Outgoing.of(envelope(event, subject, sequence, at))
