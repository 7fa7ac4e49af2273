"""What the API takes and gives about pairs: as members and staff see them, and in short for long lists."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from matka_contracts.terms import PROGRAM_CLOSED, Pace
from matka_pairing.domain.pair import Pair, PairStatus
from matka_pairing.models import Body, EndReason


class Ending(Body):
    """Why a pair ends, without blame."""

    reason: EndReason = "by-agreement"


class PairView(BaseModel):
    """A pair as its members and staff see it; `score` and who declined are for staff alone."""

    id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    status: str
    accepted: tuple[str, ...]
    common_language: str
    pace: Pace
    proposed_at: datetime | None
    formed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    agreement: dict[str, Any] | None
    score: int | None = None
    declined_by: str | None = None

    @classmethod
    def of(cls, pair: Pair, *, for_staff: bool) -> "PairView":
        """The view of one pair."""
        private = set() if for_staff else {"score", "declined_by"}
        fields = pair.model_dump(exclude=private)
        return cls.model_validate(fields)


class Pairs(BaseModel):
    """Pairs, or a page of them."""

    pairs: list[PairView]
    after: str = ""


class PairInShort(BaseModel):
    """As little of a pair as a long list is narrowed and sorted by; the store reads nothing else."""

    id: str
    mentor_id: str
    mentee_id: str
    status: PairStatus
    end_reason: str

    @property
    def is_completed(self) -> bool:
        """Whether it lasted until its program closed."""
        return self.status == "ended" and self.end_reason == PROGRAM_CLOSED


class PairsInShort(BaseModel):
    """Pairs in few words, or a page of them."""

    pairs: list[PairInShort]
    after: str
