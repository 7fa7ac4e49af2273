"""What a service subscribes to and how its handlers want to be called."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from matka_contracts.event import Envelope, Event
from matka_kit.topology import Topology

Dispatch = Callable[[Envelope, Event], Awaitable[None]]
"""Handles one event; what it raises (see `matka_kit.errors`) decides what becomes of the message."""

Probe = Callable[[], Awaitable[bool]]
"""Tells whether a dependency answers again."""

_LEAST_PREFETCH, _MOST_PREFETCH = 10, 50


def by_subject(envelope: Envelope) -> str:
    """Events of one aggregate run one after the other."""
    return envelope.subject


def _machine_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One service's consumption.

    Events with equal `key` are handled one after the other, others side by side, at most `prefetch` (10 to
    50) per lane. `deadline` (seconds) ends a handler; it counts as transient. A message that keeps failing
    climbs the topology's rungs, stays on the last and is a dead letter `patience` seconds of machine time
    after it first failed. While `Unavailable` holds it up, `probes` by name of the dependency tell when to
    go on; without one the message itself is tried again. A pause longer than `hold` seconds gives what was
    prefetched back to the queue.
    """

    service: str
    topology: Topology
    dispatch: Dispatch
    key: Callable[[Envelope], str] = by_subject
    probes: Mapping[str, Probe] = field(default_factory=dict)
    prefetch: int = 20
    deadline: float = 60
    patience: float = 24 * 3600
    hold: float = 30
    machine: Callable[[], datetime] = _machine_time

    def __post_init__(self) -> None:
        if not _LEAST_PREFETCH <= self.prefetch <= _MOST_PREFETCH:
            raise ValueError(f"prefetch is between {_LEAST_PREFETCH} and {_MOST_PREFETCH}")
        if self.service not in self.topology.services:
            raise ValueError(f"the topology does not know the service {self.service}")
