"""What one person does: finishes a course, sets goals and reaches them."""

from matka_contracts.terms import Role
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import NotFound
from matka_kit.store import OneOf, Query
from matka_learning.deps import Learning
from matka_learning.domain.goal import MOST_GOALS, Goal, GoalKind, TooManyGoals
from matka_learning.domain.known import NotAdmitted
from matka_learning.domain.self_study import SelfStudy
from matka_learning.store import member_id


async def complete_course(
    deps: Learning, program_id: str, course: str, person_id: str, cause: Cause
) -> SelfStudy:
    """A mentor has finished a course of the library. Raises `NotFound`, `NotAdmitted`."""
    if course not in deps.library.courses:
        raise NotFound(kind="courses")
    await _require_admitted(deps, program_id, person_id, Role.MENTOR)
    now = deps.clock.now()
    new = SelfStudy.of(program_id, person_id, course)
    return await deps.self_studies.ensure(new, lambda each: each.complete(now), cause)


async def courses_of(deps: Learning, program_id: str, person_id: str) -> list[SelfStudy]:
    """A person's way through each course of the library, in the shelf's order; most have not begun."""
    ways = [SelfStudy.of(program_id, person_id, course) for course in deps.library.courses]
    known = {each.id: each for each in await deps.self_studies.get_many([way.id for way in ways])}
    return [known.get(way.id, way) for way in ways]


async def set_goal(
    deps: Learning, program_id: str, person_id: str, wanted: tuple[GoalKind, str], cause: Cause
) -> Goal:
    """A mentee writes down a goal of a kind, in their own words.

    Raises `NotAdmitted`, `GoalWithoutWords`, `TooManyGoals`.
    """
    await _require_admitted(deps, program_id, person_id, Role.MENTEE)
    kind, text = wanted
    goal = Goal(
        id=derived_id("goal", cause.command_id),
        program_id=program_id,
        person_id=person_id,
        kind=kind,
        text=text,
        set_at=deps.clock.now(),
    )
    events = goal.write_down()
    is_new = await deps.goals.peek(goal.id) is None
    whose = {"program_id": program_id, "person_id": person_id}
    if is_new and await deps.goals.count(whose) >= MOST_GOALS:
        raise TooManyGoals(most=MOST_GOALS)
    return await deps.goals.add(goal, events, cause)


async def reach_goal(deps: Learning, goal_id: str, cause: Cause) -> Goal:
    """A mentee has reached a goal. Raises `NotFound`."""
    now = deps.clock.now()
    return await deps.goals.update(goal_id, lambda each: each.reach(now), cause)


async def goals_seen_by(deps: Learning, program_id: str, person_id: str) -> list[Goal]:
    """A person's own goals in a program and those of the mentees whose mentor they are, oldest first."""
    where = {"program_id": program_id, "mentor_id": person_id, "status": "active"}
    mentees = [pair.mentee_id for pair in await deps.pairs.every(Query(where))]
    owners = OneOf(tuple(dict.fromkeys([person_id, *mentees])))
    goals = await deps.goals.every(Query({"program_id": program_id, "person_id": owners}))
    return sorted(goals, key=lambda goal: (goal.set_at, goal.id))


async def _require_admitted(deps: Learning, program_id: str, person_id: str, role: Role) -> None:
    if await deps.members.get(member_id(program_id, person_id, role)) is None:
        raise NotAdmitted(role=role)
