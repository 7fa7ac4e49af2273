"""What staff pages read of matching: drafts, their lines, who stays alone, and why not these two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import AwareDatetime, Field

from matka_gateway.readings import Reading

Two = tuple[str, str]
"""(mentor id, mentee id), always in this order."""


class Remark(Reading):
    """Why, as a code with the parameters of its text."""

    code: str
    params: dict[str, Any] = Field(default_factory=dict)


class Line(Reading):
    """One proposed pair."""

    mentor: str
    mentee: str
    score: int
    reasons: tuple[Remark, ...] = ()
    doubts: tuple[Remark, ...] = ()
    locked: bool = False

    @property
    def two(self) -> Two:
        return self.mentor, self.mentee


class Alone(Reading):
    """Somebody without a partner in a draft."""

    person: str
    role: str
    reasons: tuple[Remark, ...] = ()


class Draft(Reading):
    """A draft in the list of drafts."""

    id: str
    made_at: AwareDatetime
    made_by: str = ""
    status: str = "draft"
    matched: int = 0
    alone: int = 0
    total_score: int = 0


class WholeDraft(Reading):
    """A draft with its lines."""

    id: str
    program_id: str
    made_at: AwareDatetime
    status: str
    lines: tuple[Line, ...] = ()
    unmatched: tuple[Alone, ...] = ()
    vetoes: tuple[Two, ...] = ()

    @property
    def locks(self) -> list[Two]:
        return [line.two for line in self.lines if line.locked]

    @property
    def total(self) -> int:
        return sum(line.score for line in self.lines)

    def people(self) -> set[str]:
        """Everybody in it."""
        paired = {person for line in self.lines for person in line.two}
        return paired | {each.person for each in self.unmatched} | {p for two in self.vetoes for p in two}


class Part(Reading):
    """What one wish brought."""

    wish: str
    points: int
    most: int


class Explanation(Reading):
    """Everything about one thinkable pair."""

    mentor: str
    mentee: str
    broken: tuple[Remark, ...] = ()
    score: int = 0
    parts: tuple[Part, ...] = ()
    reasons: tuple[Remark, ...] = ()
    doubts: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What changed from one draft to the next."""

    earlier: WholeDraft
    new: Sequence[Line]
    gone: Sequence[Line]
    same: int
    points: int

    @classmethod
    def of(cls, earlier: WholeDraft, later: WholeDraft) -> "Comparison":
        before: Mapping[Two, Line] = {line.two: line for line in earlier.lines}
        after: Mapping[Two, Line] = {line.two: line for line in later.lines}
        return cls(
            earlier=earlier,
            new=[line for two, line in after.items() if two not in before],
            gone=[line for two, line in before.items() if two not in after],
            same=len(before.keys() & after.keys()),
            points=later.total - earlier.total,
        )
