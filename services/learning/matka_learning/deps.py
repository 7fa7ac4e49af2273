"""What learning's handlers and routes are given."""

from dataclasses import dataclass

from matka_kit.clock import Clock
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.runtime import Runtime
from matka_learning.domain.exercise import Assignment
from matka_learning.domain.goal import Goal
from matka_learning.domain.introduction import Introduction
from matka_learning.domain.known import KnownMember, KnownPair
from matka_learning.domain.self_study import SelfStudy
from matka_learning.library import Library, load_library
from matka_learning.store import (
    ASSIGNMENT_SHAPE,
    GOAL_SHAPE,
    INTRODUCTION_SHAPE,
    MEMBERS,
    PAIRS,
    SELF_STUDY_SHAPE,
)


@dataclass(frozen=True)
class Learning:
    """The service's library and repositories, what it knows of others, and its clock."""

    clock: Clock
    library: Library
    members: Rows[KnownMember]
    pairs: Rows[KnownPair]
    self_studies: Repository[SelfStudy]
    assignments: Repository[Assignment]
    goals: Repository[Goal]
    introductions: Repository[Introduction]

    @classmethod
    def build(cls, runtime: Runtime) -> "Learning":
        """Put the service together. Raises `ValueError` for a library that does not hold together."""
        return cls(
            clock=runtime.clock,
            library=load_library(),
            members=runtime.rows(MEMBERS, KnownMember),
            pairs=runtime.rows(PAIRS, KnownPair),
            self_studies=runtime.repository(SELF_STUDY_SHAPE),
            assignments=runtime.repository(ASSIGNMENT_SHAPE),
            goals=runtime.repository(GOAL_SHAPE),
            introductions=runtime.repository(INTRODUCTION_SHAPE),
        )
