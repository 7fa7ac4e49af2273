"""Every event that passes the broker, taken down by a listener of its own."""

from dataclasses import dataclass, field
from datetime import datetime

from matka_contracts.event import Envelope, Event

LISTENER = "rehearsal"
EVERYTHING = "#"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: its moment on the domain's clock, type, aggregate, and the event itself."""

    moment: datetime
    type: str
    subject: str
    event: Event


@dataclass
class Recording:
    """The events in the order of arrival, each once however often the broker brought it."""

    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    _seen: set[str] = field(default_factory=set)

    async def take(self, envelope: Envelope, event: Event) -> None:
        """Note one delivery."""
        self.count += 1
        if envelope.id not in self._seen:
            self._seen.add(envelope.id)
            self.entries.append(Entry(envelope.time, envelope.type, envelope.subject, event))

    def of(self, kind: type[Event]) -> list[Entry]:
        """The entries of one kind."""
        return [entry for entry in self.entries if isinstance(entry.event, kind)]
