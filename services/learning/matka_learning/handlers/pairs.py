"""What a pair does between its meetings: exercises and introductions."""

from matka_kit.cause import Cause, derived_id
from matka_kit.errors import NotFound
from matka_kit.shape import AlreadyExists
from matka_kit.store import Query
from matka_learning.deps import Learning
from matka_learning.domain.exercise import Assignment
from matka_learning.domain.introduction import (
    MOST_INTRODUCTIONS,
    Introduction,
    IntroductionKind,
    OrganisationKind,
    TooManyIntroductions,
)
from matka_learning.domain.known import KnownPair


async def assign_exercise(
    deps: Learning, pair: KnownPair, exercise: str, by: str, cause: Cause
) -> Assignment:
    """Give a pair an exercise of the library; one that it has already stays as it is.

    Raises `NotFound`, `PairHasEnded`.
    """
    if exercise not in deps.library.exercises:
        raise NotFound(kind="exercises")
    assignment = Assignment.of(pair, exercise, by, deps.clock.now())
    try:
        return await deps.assignments.add(assignment, assignment.assign(pair), cause)
    except AlreadyExists:
        return await deps.assignments.get(assignment.id)


async def finish_exercise(deps: Learning, assignment_id: str, cause: Cause) -> Assignment:
    """The mentee has done an exercise. Raises `NotFound`."""
    now = deps.clock.now()
    return await deps.assignments.update(assignment_id, lambda each: each.finish(now), cause)


async def exercises_of(deps: Learning, pair_id: str) -> list[Assignment]:
    """All exercises of a pair, oldest first."""
    found = await deps.assignments.every(Query({"pair_id": pair_id}))
    return sorted(found, key=lambda each: (each.assigned_at, each.id))


async def make_introduction(
    deps: Learning,
    pair: KnownPair,
    kind: IntroductionKind,
    organisation_kind: OrganisationKind | None,
    cause: Cause,
) -> Introduction:
    """Enter in the ledger that the mentor introduced the mentee to somebody.

    Raises `PairHasEnded`, `TooManyIntroductions`.
    """
    introduction = Introduction(
        id=derived_id("introduction", cause.command_id),
        program_id=pair.program_id,
        pair_id=pair.id,
        mentor_id=pair.mentor_id,
        mentee_id=pair.mentee_id,
        kind=kind,
        organisation_kind=organisation_kind,
        made_at=deps.clock.now(),
    )
    events = introduction.make(pair)
    is_new = await deps.introductions.peek(introduction.id) is None
    if is_new and await deps.introductions.count({"pair_id": pair.id}) >= MOST_INTRODUCTIONS:
        raise TooManyIntroductions(most=MOST_INTRODUCTIONS)
    return await deps.introductions.add(introduction, events, cause)


async def introductions_of(deps: Learning, pair_id: str) -> list[Introduction]:
    """The ledger of a pair, oldest first."""
    found = await deps.introductions.every(Query({"pair_id": pair_id}))
    return sorted(found, key=lambda each: (each.made_at, each.id))
