"""What must exist on the broker: one spec, from which it is declared, checked, counted and written down."""

from matka_kit.topology.broker import Applied, TopologyConflict, TopologyMissing, apply, depths, verify
from matka_kit.topology.spec import (
    EVENTS,
    UNROUTED,
    Lane,
    Topology,
    dead_queue,
    definitions,
    lane_queue,
    matches,
    own_exchange,
    rung_queue,
)
from matka_kit.topology.users import Rights, rights, user_definitions

__all__ = [
    "EVENTS",
    "UNROUTED",
    "Applied",
    "Lane",
    "Rights",
    "Topology",
    "TopologyConflict",
    "TopologyMissing",
    "apply",
    "dead_queue",
    "definitions",
    "depths",
    "lane_queue",
    "matches",
    "own_exchange",
    "rights",
    "rung_queue",
    "user_definitions",
    "verify",
]
