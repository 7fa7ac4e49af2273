"""The ledger of introductions: that a mentor opened a door, never to whom."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_contracts.learning import IntroductionMade
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError
from matka_learning.domain.known import KnownPair

MOST_INTRODUCTIONS = 200


class TooManyIntroductions(DomainError):
    """The pair has as many introductions on record as one pair can have."""


class IntroductionKind(StrEnum):
    """How the mentee was introduced."""

    CONVERSATION = "conversation"
    WORKPLACE_VISIT = "workplace-visit"
    EVENT = "event"
    ONLINE = "online"
    RECOMMENDATION = "recommendation"
    OTHER = "other"


class OrganisationKind(StrEnum):
    """Where the third person works."""

    COMPANY = "company"
    PUBLIC_SECTOR = "public-sector"
    ASSOCIATION = "association"
    EDUCATION = "education"
    OTHER = "other"


class Introduction(Aggregate):
    """One introduction. It has no room for words, so that nobody's name can get in without consent."""

    program_id: str
    pair_id: str
    mentor_id: str
    mentee_id: str
    kind: IntroductionKind
    organisation_kind: OrganisationKind | None = None
    made_at: AwareDatetime

    def make(self, pair: KnownPair) -> Sequence[Event]:
        """Enter it in the ledger. Raises `PairHasEnded`."""
        pair.require_active()
        return (
            IntroductionMade(
                introduction_id=self.id,
                program_id=self.program_id,
                pair_id=self.pair_id,
                mentor_id=self.mentor_id,
                mentee_id=self.mentee_id,
                kind=self.kind,
            ),
        )
