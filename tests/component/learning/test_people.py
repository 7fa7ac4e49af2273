"""Courses and goals over HTTP: whose they are and who may see them."""

from typing import Any

import pytest

from matka_contracts.learning import CourseCompleted, GoalReached, GoalSet
from matka_contracts.terms import Role
from matka_learning.domain.goal import MOST_GOALS
from tests.support.asking import asked, refused
from tests.support.study_room import StudyRoom

COURSE = "/programs/spring/courses/mentoring-basics/complete"
GOALS = "/programs/spring/goals"
A_GOAL: dict[str, Any] = {"kind": "network", "text": "Kolme keskustelua alan ihmisten kanssa"}


async def test_a_mentor_completes_the_course_once(room: StudyRoom) -> None:
    first = await asked(room.maija, "POST", COURSE)
    assert await asked(room.maija, "POST", COURSE) == first
    (event,) = room.heard(CourseCompleted)
    assert (event.person_id, event.program_id, event.course) == ("maija", "spring", "mentoring-basics")


async def test_only_admitted_mentors_complete_courses_that_there_are(room: StudyRoom) -> None:
    assert await refused(room.amal, "POST", COURSE) == (403, "forbidden")
    assert await refused(room.stranger, "POST", COURSE) == (403, "forbidden")
    waiting = room.person("waiting", "mentor")
    assert await refused(waiting, "POST", COURSE) == (409, "not-admitted")
    path = "/programs/spring/courses/gardening/complete"
    assert await refused(room.maija, "POST", path) == (404, "not-found")


async def test_a_mentee_sets_a_goal_and_reaches_it(room: StudyRoom) -> None:
    goal = await asked(room.amal, "POST", GOALS, A_GOAL)
    assert goal["reached_at"] is None
    for _ in range(2):
        assert (await asked(room.amal, "POST", f"/goals/{goal['id']}/reach"))["reached_at"]
    assert [event.kind for event in room.heard(GoalSet)] == ["network"]
    assert [event.goal_id for event in room.heard(GoalReached)] == [goal["id"]]


async def test_the_words_of_a_goal_are_for_the_pair_alone(room: StudyRoom) -> None:
    await asked(room.amal, "POST", GOALS, A_GOAL)
    await room.admits("yusuf", Role.MENTEE)
    for client in (room.amal, room.maija):
        assert [goal["text"] for goal in (await asked(client, "GET", GOALS))["goals"]] == [A_GOAL["text"]]
    other_mentor, other_mentee = room.person("helga", "mentor"), room.person("yusuf", "mentee")
    for client in (other_mentor, other_mentee):
        assert (await asked(client, "GET", GOALS))["goals"] == []
    for client in (room.staff, room.stranger):
        assert await refused(client, "GET", GOALS) == (403, "forbidden")
    await room.ends_pair()
    assert (await asked(room.maija, "GET", GOALS))["goals"] == []


async def test_goals_come_in_the_order_in_which_they_were_set(room: StudyRoom) -> None:
    for text in ("first", "second", "third"):
        await asked(room.amal, "POST", GOALS, A_GOAL | {"text": text})
        room.world.clock.step(room.world.clock.now().replace(hour=room.world.clock.now().hour + 1))
    goals = (await asked(room.maija, "GET", GOALS))["goals"]
    assert [goal["text"] for goal in goals] == ["first", "second", "third"]


async def test_only_its_owner_reaches_a_goal(room: StudyRoom) -> None:
    goal = await asked(room.amal, "POST", GOALS, A_GOAL)
    for client in (room.maija, room.staff, room.stranger):
        assert await refused(client, "POST", f"/goals/{goal['id']}/reach") == (404, "not-found")


async def test_only_admitted_mentees_set_goals(room: StudyRoom) -> None:
    assert await refused(room.maija, "POST", GOALS, A_GOAL) == (403, "forbidden")
    waiting = room.person("waiting", "mentee")
    assert await refused(waiting, "POST", GOALS, A_GOAL) == (409, "not-admitted")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "   "}, "goal-without-words"),
        ({"text": ""}, "invalid-input"),
        ({"text": 7}, "invalid-input"),
        ({"text": "x" * 5001}, "invalid-input"),
        ({"kind": "wealth"}, "invalid-input"),
        ({"person_id": "maija"}, "invalid-input"),
    ],
)
async def test_a_goal_that_cannot_be_right_is_refused(
    room: StudyRoom, change: dict[str, Any], code: str
) -> None:
    assert await refused(room.amal, "POST", GOALS, A_GOAL | change) == (422, code)


async def test_nobody_keeps_more_goals_in_view_than_one_can(room: StudyRoom) -> None:
    headers = {"Idempotency-Key": "the first one"}
    first = await room.amal.post(GOALS, json=A_GOAL, headers=headers)
    for _ in range(MOST_GOALS - 1):
        await asked(room.amal, "POST", GOALS, A_GOAL)
    assert await refused(room.amal, "POST", GOALS, A_GOAL) == (409, "too-many-goals")
    again = await room.amal.post(GOALS, json=A_GOAL, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_mentor_sees_which_courses_are_done(room: StudyRoom) -> None:
    path = "/programs/spring/courses"
    before = (await asked(room.maija, "GET", path))["courses"]
    assert [(each["course"], each["completed_at"]) for each in before] == [("mentoring-basics", None)]
    done = await asked(room.maija, "POST", COURSE)
    assert (await asked(room.maija, "GET", path))["courses"] == [done]
    for client in (room.amal, room.staff, room.stranger):
        assert await refused(client, "GET", path) == (403, "forbidden")
