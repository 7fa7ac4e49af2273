"""What matching answers: a proposal of pairs with reasons and doubts, or the explanation of one pair."""

from matka_pairing.domain.matching_inputs import Frozen, Role
from matka_pairing.domain.matching_remarks import Remark


class Line(Frozen):
    """One proposed pair; `score` is 0 to 100 points, of the wishes alone."""

    mentor: str
    mentee: str
    score: int
    reasons: tuple[Remark, ...]
    doubts: tuple[Remark, ...]
    locked: bool = False


class Unmatched(Frozen):
    """Somebody without a partner in the proposal, and why."""

    person: str
    role: Role
    reasons: tuple[Remark, ...]


class Proposal(Frozen):
    """Best lines first (equal ones by their ids' hashes), then everybody who stays alone, mentees first."""

    lines: tuple[Line, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def total(self) -> int:
        """The points of all lines together."""
        return sum(line.score for line in self.lines)


class ScorePart(Frozen):
    """What one wish brought: `points` out of `most`."""

    wish: str
    points: int
    most: int


class Explanation(Frozen):
    """Everything about one thinkable pair; it is possible when no rule is broken."""

    mentor: str
    mentee: str
    broken: tuple[Remark, ...]
    score: int
    parts: tuple[ScorePart, ...]
    reasons: tuple[Remark, ...]
    doubts: tuple[Remark, ...]

    @property
    def possible(self) -> bool:
        """Whether the pair keeps every hard constraint."""
        return not self.broken
