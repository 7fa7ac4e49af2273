"""A draft of the whole cohort's pairs, kept with its reasons, until staff publish it or leave it."""

from collections.abc import Sequence
from typing import Literal

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError


class ProposalPublished(DomainError):
    """This proposal has been published; a new one starts from what is free now."""


class Draft(Aggregate):
    """One run of matching. Its lines and its inputs lie in chunks of their own, numbered from 0."""

    program_id: str
    made_at: AwareDatetime
    made_by: str
    matched: int
    alone: int
    total_score: int
    line_chunks: int
    input_chunks: int
    status: Literal["draft", "published"] = "draft"

    def publish(self) -> Sequence[Event]:
        """Note that its pairs are being asked; doing it twice changes nothing."""
        self.status = "published"
        return ()
