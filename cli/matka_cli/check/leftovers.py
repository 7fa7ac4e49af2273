"""Invariants of the machinery: nothing is left in queues and outboxes, and no letter was given up."""

from collections import defaultdict
from collections.abc import Iterator

from matka_cli.check.evidence import Evidence
from matka_cli.check.queues import DEAD as _DEAD
from matka_cli.check.queues import must_be_there
from matka_cli.check.violation import Violation

DEAD_LETTERS = "no dead letters"
NOTHING_WAITS = "nothing waits in the queues"
OUTBOXES = "outboxes empty"


def queues(evidence: Evidence) -> Iterator[Violation]:
    """Dead-letter queues, work queues and rungs are there and empty; what was planted to die is dead."""
    planted: dict[str, list[str]] = defaultdict(list)
    for each in evidence.faults.get("planted", []):
        planted[each["service"] + _DEAD].append(each["event_id"])
    for name, count in evidence.queues.items():
        invariant = DEAD_LETTERS if name.endswith(_DEAD) else NOTHING_WAITS
        if count is None and must_be_there(name):
            yield Violation(invariant, name, "is not there", "broker")
        elif planted[name] and sorted(planted[name]) != sorted(evidence.dead.get(name, [])):
            yield Violation(invariant, name, f"{count} messages, not those that were planted", "broker")
        elif count and not planted[name]:
            yield Violation(invariant, name, f"{count} messages", "broker")


def outboxes(evidence: Evidence) -> Iterator[Violation]:
    """No event was left untold; from outside the stores' own count is all there is."""
    if left := evidence.folder.summary.get("outbox_left"):
        yield Violation(OUTBOXES, "outbox_left", f"{left} events were not told", "summary.json")
