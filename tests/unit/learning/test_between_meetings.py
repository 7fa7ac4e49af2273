"""Self-study, exercises, goals and introductions: events or broken rule."""

from datetime import timedelta

import pytest

from matka_contracts.learning import (
    CourseCompleted,
    ExerciseAssigned,
    GoalReached,
    GoalSet,
    IntroductionMade,
)
from matka_learning.domain.exercise import Assignment
from matka_learning.domain.goal import GoalWithoutWords
from matka_learning.domain.introduction import Introduction
from matka_learning.domain.known import PairHasEnded
from matka_learning.domain.self_study import SelfStudy
from tests.support.mothers_learning import MARCH, a_goal, an_active_pair, an_introduction

LATER = MARCH + timedelta(days=1)


def test_a_course_is_completed_once() -> None:
    study = SelfStudy.of("spring", "maija", "mentoring-basics")
    assert study.complete(MARCH) == (
        CourseCompleted(
            program_id="spring", person_id="maija", course="mentoring-basics", completed_at=MARCH
        ),
    )
    assert study.complete(LATER) == ()
    assert study.completed_at == MARCH


def test_an_exercise_is_given_to_a_pair_and_done_once() -> None:
    pair = an_active_pair()
    assignment = Assignment.of(pair, "network-map", "maija", MARCH)
    assert assignment.assign(pair) == (
        ExerciseAssigned(
            assignment_id=assignment.id,
            program_id="spring",
            pair_id="pair",
            mentor_id="maija",
            mentee_id="amal",
            exercise="network-map",
        ),
    )
    assert assignment.finish(MARCH) == assignment.finish(LATER) == ()
    assert assignment.done_at == MARCH


def test_an_ended_pair_gets_neither_exercises_nor_introductions() -> None:
    ended = an_active_pair(status="ended")
    with pytest.raises(PairHasEnded):
        Assignment.of(ended, "network-map", "maija", MARCH).assign(ended)
    with pytest.raises(PairHasEnded):
        an_introduction().make(ended)


def test_a_goal_is_set_and_reached_and_its_words_stay_at_home() -> None:
    goal = a_goal()
    row = {"goal_id": "goal", "program_id": "spring", "person_id": "amal", "kind": "cv"}
    assert goal.write_down() == (GoalSet(**row),)
    assert goal.reach(MARCH) == (GoalReached(**row),)
    assert goal.reach(LATER) == ()


def test_a_goal_needs_words() -> None:
    with pytest.raises(GoalWithoutWords):
        a_goal(text=" \n").write_down()


def test_an_introduction_is_entered_without_naming_anybody() -> None:
    assert an_introduction().make(an_active_pair()) == (
        IntroductionMade(
            introduction_id="introduction",
            program_id="spring",
            pair_id="pair",
            mentor_id="maija",
            mentee_id="amal",
            kind="conversation",
        ),
    )
    plain_text = [name for name, field in Introduction.model_fields.items() if field.annotation is str]
    assert all(name == "id" or name.endswith("_id") for name in plain_text)
