"""What must exist on the broker, as data: exchanges, queues and bindings of every service."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

EVENTS = "matka.events"
UNROUTED = "matka.unrouted"
RECORD = "matka.topology"

_UNROUTED_LIMIT = 10_000
_NO_LIMIT = 1_000_000  # without a limit RabbitMQ 4 takes 20 and then drops the message; 3.10 knows no -1


class Lane(StrEnum):
    """A service's way in: ordinary work, or what must not wait behind it (sign-in mail)."""

    WORK = "work"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue; its arguments never change under its name."""

    name: str
    arguments: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, order=True)
class Binding:
    """Messages of `exchange` with this routing key reach `queue`."""

    exchange: str
    queue: str
    key: str


@dataclass(frozen=True, slots=True)
class Topology:
    """Who listens to what, and how long a message waits on each retry rung.

    `services` maps a service to the routing keys (or topic patterns) of its work queue, `urgent` to those
    of its urgent lane. `rungs` are seconds. `delivery_limit` is a fuse only: that many times may a message
    bring down the process that handles it (or its connection) before it is put aside.
    """

    services: Mapping[str, Sequence[str]]
    rungs: tuple[float, ...] = (5, 30, 300, 3600)
    urgent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    delivery_limit: int = 100

    def __post_init__(self) -> None:
        if not self.rungs or min(self.rungs) <= 0:
            raise ValueError("a topology needs at least one rung, each longer than nothing")
        if strangers := set(self.urgent) - set(self.services):
            raise ValueError(f"urgent keys of unknown services: {', '.join(sorted(strangers))}")

    def lanes(self, service: str) -> tuple[Lane, ...]:
        """The lanes of a service, the urgent one first."""
        return (Lane.URGENT, Lane.WORK) if self.urgent.get(service) else (Lane.WORK,)

    def keys(self, service: str, lane: Lane) -> Sequence[str]:
        """The routing keys that lead into a lane."""
        return (self.services if lane is Lane.WORK else self.urgent).get(service, ())

    def exchanges(self) -> Iterator[Exchange]:
        """Every exchange, those that others point at first."""
        yield Exchange(UNROUTED, "fanout")
        yield Exchange(EVENTS, "topic", {"alternate-exchange": UNROUTED})
        for service in self.services:
            yield Exchange(own_exchange(service), "direct")

    def queues(self) -> Iterator[Queue]:
        """Every queue, those that others point at first."""
        yield Queue(UNROUTED, _quorum({"x-max-length": _UNROUTED_LIMIT}))
        yield Queue(RECORD, _quorum({"x-delivery-limit": _NO_LIMIT}))
        for service in self.services:
            yield from self.queues_of(service)

    def queues_of(self, service: str) -> Iterator[Queue]:
        """The queues of one service: dead letters, lanes, rungs."""
        yield Queue(dead_queue(service), _quorum({"x-delivery-limit": _NO_LIMIT}))
        for lane in self.lanes(service):
            limit = {"x-delivery-limit": self.delivery_limit}
            yield Queue(lane_queue(service, lane), _quorum(limit, service, dead_queue(service)))
            for rung in self.rungs:
                ttl = {"x-message-ttl": round(rung * 1000)}
                target = lane_queue(service, lane)
                yield Queue(rung_queue(service, lane, rung), _quorum(ttl, service, target))

    def bindings(self) -> Iterator[Binding]:
        """Every binding."""
        yield Binding(UNROUTED, UNROUTED, "")
        for service in self.services:
            for queue in self.queues_of(service):
                yield Binding(own_exchange(service), queue.name, queue.name)
            for lane in self.lanes(service):
                for key in self.keys(service, lane):
                    yield Binding(EVENTS, lane_queue(service, lane), key)


def own_exchange(service: str) -> str:
    """The service's own exchange: the way to its rungs, its dead letters and back; keys are queue names."""
    return f"matka.{service}"


def lane_queue(service: str, lane: Lane) -> str:
    """The queue of a lane: `people.work`."""
    return f"{service}.{lane}"


def rung_queue(service: str, lane: Lane, rung: float) -> str:
    """The queue in which a message waits `rung` seconds: `people.retry.5s`, `people.urgent.retry.5s`."""
    return f"{service}.{'urgent.' if lane is Lane.URGENT else ''}retry.{rung:g}s"


def dead_queue(service: str) -> str:
    """The queue of a service's dead letters: `people.dead`."""
    return f"{service}.dead"


def matches(pattern: str, key: str) -> bool:
    """Whether a topic exchange brings a routing key to this binding: `*` is one word, `#` any number."""
    return _match(pattern.split("."), key.split("."))


def _match(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    head, rest = pattern[0], pattern[1:]
    if head == "#":
        return any(_match(rest, words[skip:]) for skip in range(len(words) + 1))
    return bool(words) and head in ("*", words[0]) and _match(rest, words[1:])


def definitions(topology: Topology, vhost: str = "/") -> dict[str, Any]:
    """The same spec in the format of RabbitMQ's `definitions.json`."""
    exchanges = [
        {"name": e.name, "type": e.kind, "arguments": dict(e.arguments), "internal": False}
        for e in topology.exchanges()
    ]
    queues = [{"name": q.name, "arguments": dict(q.arguments)} for q in topology.queues()]
    common = {"vhost": vhost, "durable": True, "auto_delete": False}
    bindings = [
        {
            "source": b.exchange,
            "vhost": vhost,
            "destination": b.queue,
            "destination_type": "queue",
            "routing_key": b.key,
            "arguments": {},
        }
        for b in topology.bindings()
    ]
    return {
        "exchanges": [common | exchange for exchange in exchanges],
        "queues": [common | queue for queue in queues],
        "bindings": bindings,
    }


def _quorum(arguments: Mapping[str, int], service: str = "", target: str = "") -> dict[str, str | int]:
    """The arguments of a quorum queue; what leaves one with a target unconsumed arrives there for certain."""
    basis: dict[str, str | int] = {"x-queue-type": "quorum", **arguments}
    if not target:
        return basis
    return basis | {
        "x-dead-letter-exchange": own_exchange(service),
        "x-dead-letter-routing-key": target,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # at-least-once works with no other overflow
    }
