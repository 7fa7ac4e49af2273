"""What pairing's handlers and routes are given."""

from dataclasses import dataclass

from matka_kit.client import ServiceClient
from matka_kit.clock import Clock
from matka_kit.jobs import JobRunner
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.runtime import Runtime
from matka_kit.store import Store
from matka_pairing.domain.application import Application
from matka_pairing.domain.case import Case
from matka_pairing.domain.pair import Pair
from matka_pairing.domain.program import Program
from matka_pairing.domain.proposal import Draft
from matka_pairing.domain.readiness import Readiness
from matka_pairing.domain.staffing import ActingStaff, Erased
from matka_pairing.store import (
    APPLICATION_SHAPE,
    CASE_SHAPE,
    DRAFT_SHAPE,
    ERASED,
    PAIR_SHAPE,
    PROGRAM_SHAPE,
    READINESS_SHAPE,
    STAFF,
)


@dataclass(frozen=True)
class Pairing:
    """The service's repositories and its ways out."""

    store: Store
    clock: Clock
    jobs: JobRunner
    client: ServiceClient
    programs: Repository[Program]
    applications: Repository[Application]
    readiness: Repository[Readiness]
    drafts: Repository[Draft]
    pairs: Repository[Pair]
    cases: Repository[Case]
    staff: Rows[ActingStaff]
    erased: Rows[Erased]

    @classmethod
    def build(cls, runtime: Runtime) -> "Pairing":
        """Put the service together."""
        return cls(
            store=runtime.store,
            clock=runtime.clock,
            jobs=runtime.jobs,
            client=runtime.client,
            programs=runtime.repository(PROGRAM_SHAPE),
            applications=runtime.repository(APPLICATION_SHAPE),
            readiness=runtime.repository(READINESS_SHAPE),
            drafts=runtime.repository(DRAFT_SHAPE),
            pairs=runtime.repository(PAIR_SHAPE),
            cases=runtime.repository(CASE_SHAPE),
            staff=runtime.rows(STAFF, ActingStaff),
            erased=runtime.rows(ERASED, Erased),
        )
