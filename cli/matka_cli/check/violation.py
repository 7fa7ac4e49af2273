"""What the checker says of something that is not as it must be."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A broken invariant: which, who or what breaks it, how, and where one sees it."""

    invariant: str
    who: str
    what: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.who}: {self.what} ({self.evidence})"


Violations = Iterable[Violation]
