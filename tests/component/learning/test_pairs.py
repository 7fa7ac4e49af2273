"""Exercises and introductions over HTTP, and what staff see of them."""

import asyncio
from typing import Any

import pytest

from matka_contracts.learning import ExerciseAssigned, IntroductionMade
from matka_contracts.pairing import PairFormed
from matka_learning.domain.introduction import MOST_INTRODUCTIONS
from tests.support.asking import asked, refused
from tests.support.mothers_learning import MARCH
from tests.support.study_room import StudyRoom

EXERCISES, INTRODUCTIONS = "/pairs/pair/exercises", "/pairs/pair/introductions"
AN_EXERCISE: dict[str, Any] = {"exercise": "network-map"}
AN_INTRODUCTION: dict[str, Any] = {"kind": "workplace-visit", "organisation_kind": "company"}


async def test_mentor_and_staff_give_exercises_and_the_mentee_does_them(room: StudyRoom) -> None:
    first = await asked(room.maija, "POST", EXERCISES, AN_EXERCISE)
    await asked(room.staff, "POST", EXERCISES, {"exercise": "phone-call"})
    for _ in range(2):
        assert (await asked(room.amal, "POST", f"/exercises/{first['id']}/done"))["done_at"]
    for client in (room.maija, room.amal, room.reader):
        found = (await asked(client, "GET", EXERCISES))["exercises"]
        assert {(each["exercise"], each["done_at"] is not None) for each in found} == {
            ("network-map", True),
            ("phone-call", False),
        }
    assert [event.exercise for event in room.heard(ExerciseAssigned)] == ["network-map", "phone-call"]


async def test_a_pair_gets_an_exercise_once_even_in_a_race(room: StudyRoom) -> None:
    answers = await asyncio.gather(
        *(asked(client, "POST", EXERCISES, AN_EXERCISE) for client in (room.maija, room.staff) * 2)
    )
    assert len({answer["id"] for answer in answers}) == 1
    assert len(room.heard(ExerciseAssigned)) == 1


async def test_who_may_not_give_or_do_exercises(room: StudyRoom) -> None:
    given = await asked(room.maija, "POST", EXERCISES, AN_EXERCISE)
    for client in (room.amal, room.reader):
        assert await refused(client, "POST", EXERCISES, AN_EXERCISE) == (403, "forbidden")
    for client in (room.stranger, room.person("yusuf", "mentee")):
        assert await refused(client, "POST", EXERCISES, AN_EXERCISE) == (404, "not-found")
        assert await refused(client, "GET", EXERCISES) == (404, "not-found")
    for client in (room.maija, room.staff):
        assert await refused(client, "POST", f"/exercises/{given['id']}/done") == (404, "not-found")
    assert await refused(room.maija, "POST", "/pairs/unknown/exercises", AN_EXERCISE) == (404, "not-found")
    assert await refused(room.maija, "POST", EXERCISES, {"exercise": "gardening"}) == (404, "not-found")


async def test_a_mentor_enters_introductions_and_both_see_them(room: StudyRoom) -> None:
    await asked(room.maija, "POST", INTRODUCTIONS, AN_INTRODUCTION)
    await asked(room.maija, "POST", INTRODUCTIONS, {"kind": "online"})
    for client in (room.maija, room.amal, room.reader):
        ledger = (await asked(client, "GET", INTRODUCTIONS))["introductions"]
        assert {(line["kind"], line["organisation_kind"]) for line in ledger} == {
            ("workplace-visit", "company"),
            ("online", None),
        }
    assert len(room.heard(IntroductionMade)) == 2


async def test_only_the_pairs_mentor_makes_introductions(room: StudyRoom) -> None:
    for client in (room.amal, room.staff):
        assert await refused(client, "POST", INTRODUCTIONS, AN_INTRODUCTION) == (403, "forbidden")
    for client in (room.stranger, room.person("helga", "mentor")):
        assert await refused(client, "POST", INTRODUCTIONS, AN_INTRODUCTION) == (404, "not-found")
        assert await refused(client, "GET", INTRODUCTIONS) == (404, "not-found")


@pytest.mark.parametrize(
    "body",
    [{"kind": "friend"}, {"kind": "event", "organisation_kind": "x"}, {"kind": "event", "name": "Pekka"}],
)
async def test_there_is_no_room_for_a_third_persons_name(room: StudyRoom, body: dict[str, Any]) -> None:
    assert await refused(room.maija, "POST", INTRODUCTIONS, body) == (422, "invalid-input")


async def test_a_ledger_is_bounded(room: StudyRoom) -> None:
    await asyncio.gather(
        *(asked(room.maija, "POST", INTRODUCTIONS, AN_INTRODUCTION) for _ in range(MOST_INTRODUCTIONS))
    )
    assert await refused(room.maija, "POST", INTRODUCTIONS, AN_INTRODUCTION) == (
        409,
        "too-many-introductions",
    )


async def test_an_ended_pair_adds_nothing_more(room: StudyRoom) -> None:
    given = await asked(room.maija, "POST", EXERCISES, AN_EXERCISE)
    await room.ends_pair()
    assert await refused(room.maija, "POST", EXERCISES, {"exercise": "phone-call"}) == (409, "pair-has-ended")
    assert await refused(room.maija, "POST", INTRODUCTIONS, AN_INTRODUCTION) == (409, "pair-has-ended")
    assert (await asked(room.amal, "POST", f"/exercises/{given['id']}/done"))["done_at"]


async def test_an_end_that_arrives_first_stays(room: StudyRoom) -> None:
    await room.ends_pair()
    formed = PairFormed(**room.the_pair(), formed_at=MARCH, common_language="fi")
    await room.hears(formed, "pair", 3)
    assert await refused(room.maija, "POST", EXERCISES, AN_EXERCISE) == (409, "pair-has-ended")


async def test_staff_see_counts_and_nobodys_words(room: StudyRoom) -> None:
    await asked(room.maija, "POST", "/programs/spring/courses/mentoring-basics/complete")
    first = await asked(room.maija, "POST", EXERCISES, AN_EXERCISE)
    await asked(room.maija, "POST", EXERCISES, {"exercise": "phone-call"})
    await asked(room.amal, "POST", f"/exercises/{first['id']}/done")
    goals = [
        await asked(room.amal, "POST", "/programs/spring/goals", {"kind": kind, "text": "Oma tavoite"})
        for kind in ("cv", "language")
    ]
    await asked(room.amal, "POST", f"/goals/{goals[0]['id']}/reach")
    await asked(room.maija, "POST", INTRODUCTIONS, AN_INTRODUCTION)
    assert await asked(room.reader, "GET", "/programs/spring/counts") == {
        "courses_completed": 1,
        "exercises": {"assigned": 2, "done": 1},
        "goals": {"set": 2, "reached": 1},
        "introductions": 1,
    }
    for client in (room.maija, room.stranger):
        assert await refused(client, "GET", "/programs/spring/counts") == (403, "forbidden")
