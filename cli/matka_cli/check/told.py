"""What the public API told staff, and anybody, about the program: judged, never asked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matka_cli.check.asking import Json

_BY_CLOSING = "program-closed"


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair by the ids of its two people; never formed: `formed` is None."""

    id: str
    mentor: str
    mentee: str
    status: str
    formed: datetime | None
    ended: datetime | None
    reason: str
    score: int

    @property
    def ended_early(self) -> bool:
        """Whether it ended for a reason of its own."""
        return self.ended is not None and not self.reached_the_end

    @property
    def reached_the_end(self) -> bool:
        """Whether it ended with its program."""
        return self.ended is not None and self.reason == _BY_CLOSING


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting; `planned` is when its present time was set."""

    id: str
    pair: str
    people: tuple[str, str]
    starts: datetime
    zone: str
    form: str
    status: str
    revision: int
    planned: datetime

    @property
    def moves(self) -> int:
        """How often it was moved: the last revision of a cancelled one was its cancellation."""
        return self.revision - (self.status == "cancelled")


@dataclass(frozen=True)
class Told:
    """Everything that was told. `places` are by gathering, `register` by number, `files` by hash."""

    program: Json
    persons: Mapping[str, Json]
    applications: Sequence[Json]
    readiness: Sequence[Json]
    pairs: Sequence[Pair]
    meetings: Sequence[Meeting]
    gatherings: Sequence[Json]
    places: Mapping[str, Sequence[Json]]
    participation: Sequence[Json]
    certificates: Sequence[Json]
    register: Mapping[str, Json | None]
    files: Mapping[str, Json | None]
    learning: Json
    cases: Sequence[Json]
    draft: Json | None
