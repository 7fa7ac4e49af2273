"""Gatherings over HTTP: scheduled, signed up for under a race, attended, corrected, held."""

import asyncio
from typing import Any

import pytest

from matka_contracts.scheduling import (
    AttendanceRecorded,
    GatheringHeld,
    GatheringScheduled,
    SignUpConfirmed,
    SignUpWithdrawn,
)
from matka_contracts.terms import Role
from tests.support.asking import asked, refused
from tests.support.mothers_scheduling import JANUARY, TITLE, program_closed
from tests.support.spring import Spring

A_THEME: dict[str, Any] = {
    "kind": "theme",
    "title": TITLE,
    "at": "2027-02-01T17:00",
    "hours": 2,
    "seats": 2,
}


async def test_staff_schedule_a_gathering_and_everybody_in_the_program_sees_it(spring: Spring) -> None:
    gathering = await asked(spring.helper, "POST", "/programs/spring/gatherings", A_THEME)
    assert (gathering["starts_at"], gathering["timezone"]) == ("2027-02-01T15:00:00Z", "Europe/Helsinki")
    (event,) = spring.heard(GatheringScheduled)
    assert event.gathering_id == gathering["id"]
    (seen,) = (await asked(spring.amal, "GET", "/programs/spring/gatherings"))["gatherings"]
    assert (seen["id"], seen["counts"], seen["mine"]) == (gathering["id"], None, None)
    (seen,) = (await asked(spring.reader, "GET", "/programs/spring/gatherings"))["gatherings"]
    assert seen["counts"] == {"invited": 0, "signed_up": 0, "attended": 0, "absent": 0}


async def test_only_staff_who_act_in_this_program_schedule(spring: Spring) -> None:
    for client in (spring.reader, spring.amal, spring.stranger):
        assert await refused(client, "POST", "/programs/spring/gatherings", A_THEME) == (403, "forbidden")
    nobody = spring.world.as_nobody("scheduling")
    assert await refused(nobody, "POST", "/programs/spring/gatherings", A_THEME) == (401, "unauthenticated")
    assert await refused(spring.stranger, "GET", "/programs/spring/gatherings") == (403, "forbidden")


async def test_a_program_that_is_not_known_has_no_gatherings(spring: Spring) -> None:
    assert await refused(spring.stranger, "POST", "/programs/autumn/gatherings", A_THEME) == (
        404,
        "not-found",
    )


async def test_a_closed_program_takes_no_more(spring: Spring) -> None:
    await spring.hears(program_closed(JANUARY), "spring", 2)
    assert await refused(spring.coordinator, "POST", "/programs/spring/gatherings", A_THEME) == (
        409,
        "program-has-closed",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"at": "2027-03-28T03:30"}, "no-such-local-time"),
        ({"at": "2072-02-01T17:00"}, "gathering-outside-program"),
        ({"at": "2027-02-01T17:00Z"}, "invalid-input"),
        ({"seats": 0}, "invalid-input"),
        ({"seats": "2"}, "invalid-input"),
        ({"title": {}}, "invalid-input"),
        ({"title": {"fi": "x" * 301}}, "invalid-input"),
        ({"organiser": "somebody"}, "invalid-input"),
    ],
)
async def test_a_gathering_that_cannot_be_right_is_refused(
    spring: Spring, change: dict[str, Any], code: str
) -> None:
    assert await refused(spring.coordinator, "POST", "/programs/spring/gatherings", A_THEME | change) == (
        422,
        code,
    )


async def test_the_same_request_twice_makes_one_gathering(spring: Spring) -> None:
    headers = {"Idempotency-Key": "once"}
    first, second = [
        await spring.coordinator.post("/programs/spring/gatherings", json=A_THEME, headers=headers)
        for _ in range(2)
    ]
    assert first.json() == second.json()
    assert len(spring.heard(GatheringScheduled)) == 1


async def test_no_more_people_get_a_seat_than_there_are(spring: Spring) -> None:
    gathering = await spring.schedules("theme", seats=3)
    people = [spring.mentee(f"person-{number}") for number in range(8)]
    answers = await asyncio.gather(*(person.post(f"/gatherings/{gathering}/sign-up") for person in people))
    seats = [answer.json()["seat"] for answer in answers if answer.is_success]
    assert sorted(seats) == [1, 2, 3]
    assert {answer.json()["code"] for answer in answers if not answer.is_success} == {"gathering-full"}
    assert len(spring.heard(SignUpConfirmed)) == 3


async def test_one_person_gets_one_seat_however_often_they_ask(spring: Spring) -> None:
    gathering = await spring.schedules("theme")
    path = f"/gatherings/{gathering}/sign-up"
    answers = await asyncio.gather(*(asked(spring.amal, "POST", path) for _ in range(4)))
    assert [answer["seat"] for answer in answers] == [1] * 4
    assert len(spring.heard(SignUpConfirmed)) == 1
    (seen,) = (await asked(spring.amal, "GET", "/programs/spring/gatherings"))["gatherings"]
    assert seen["mine"] == {"person_id": "amal", "invited": False, "seat": 1, "attendance": "unknown"}


async def test_a_seat_that_is_given_back_is_free_for_somebody_else(spring: Spring) -> None:
    gathering = await spring.schedules("theme", seats=2)
    sign_up, sign_off = (f"/gatherings/{gathering}/{deed}" for deed in ("sign-up", "sign-off"))
    for person in (spring.amal, spring.maija):
        await asked(person, "POST", sign_up)
    yusuf = spring.mentee("yusuf")
    assert await refused(yusuf, "POST", sign_up) == (409, "gathering-full")
    for _ in range(2):
        assert (await asked(spring.amal, "POST", sign_off))["seat"] == 0
    assert (await asked(yusuf, "POST", sign_up))["seat"] == 1
    assert await refused(spring.amal, "POST", sign_up) == (409, "gathering-full")
    await spring.world.drain()
    assert [each.person_id for each in spring.heard(SignUpWithdrawn)] == ["amal"]


async def test_whoever_has_no_seat_gives_none_back(spring: Spring) -> None:
    gathering = await spring.schedules("theme")
    path = f"/gatherings/{gathering}/sign-off"
    assert (await asked(spring.amal, "POST", path))["seat"] == 0
    assert await refused(spring.coordinator, "POST", path) == (403, "forbidden")
    assert await refused(spring.stranger, "POST", path) == (404, "not-found")
    await asked(spring.amal, "POST", f"/gatherings/{gathering}/sign-up")
    await spring.comes_to(2027, 1, 25, 15, 0)
    assert await refused(spring.amal, "POST", path) == (409, "sign-up-closed")


async def test_seats_given_back_go_to_as_many_as_gave_them_even_in_a_race(spring: Spring) -> None:
    gathering = await spring.schedules("theme", seats=4)
    sign_up, sign_off = (f"/gatherings/{gathering}/{deed}" for deed in ("sign-up", "sign-off"))
    first = [spring.mentee(f"first-{number}") for number in range(4)]
    for person in first:
        await asked(person, "POST", sign_up)
    for person in first[:2]:
        await asked(person, "POST", sign_off)
    late = [spring.mentee(f"late-{number}") for number in range(6)]
    answers = await asyncio.gather(*(person.post(sign_up) for person in late))
    assert sorted(answer.json()["seat"] for answer in answers if answer.is_success) == [1, 2]


async def test_a_peer_circle_is_open_to_mentors_and_mentees_alike(spring: Spring) -> None:
    circle = await spring.schedules("peer-circle", seats=2)
    for person in (spring.amal, spring.maija):
        await asked(person, "POST", f"/gatherings/{circle}/sign-up")
    yusuf = spring.mentee("yusuf")
    assert await refused(yusuf, "POST", f"/gatherings/{circle}/sign-up") == (409, "gathering-full")
    await spring.world.drain()
    seats = [(each.kind.value, each.person_id) for each in spring.heard(SignUpConfirmed)]
    assert seats == [("peer-circle", "amal"), ("peer-circle", "maija")]


async def test_people_from_elsewhere_do_not_even_learn_that_a_gathering_exists(spring: Spring) -> None:
    gathering = await spring.schedules("theme")
    assert await refused(spring.stranger, "POST", f"/gatherings/{gathering}/sign-up") == (404, "not-found")
    assert await refused(spring.stranger, "GET", f"/gatherings/{gathering}") == (404, "not-found")
    assert await refused(spring.amal, "GET", f"/gatherings/{gathering}") == (403, "forbidden")
    assert await refused(spring.reader, "POST", f"/gatherings/{gathering}/held") == (403, "forbidden")
    assert await refused(spring.coordinator, "POST", f"/gatherings/{gathering}/sign-up") == (403, "forbidden")


async def test_attendance_is_recorded_corrected_and_counted(spring: Spring) -> None:
    await spring.admits("amal", Role.MENTEE)
    await spring.admits("maija", Role.MENTOR)
    gathering = await spring.schedules("theme")
    await asked(spring.amal, "POST", f"/gatherings/{gathering}/sign-up")
    await spring.comes_to(2027, 1, 25, 18, 0)
    both = [{"person_id": "amal", "attended": True}, {"person_id": "maija", "attended": False}]
    await asked(spring.coordinator, "POST", f"/gatherings/{gathering}/attendance", {"records": both})
    correction = {"records": [{"person_id": "maija", "attended": True}]}
    await asked(spring.coordinator, "POST", f"/gatherings/{gathering}/attendance", correction)
    await asked(spring.coordinator, "POST", f"/gatherings/{gathering}/held")
    page = await asked(spring.reader, "GET", f"/gatherings/{gathering}")
    assert page["gathering"]["counts"] == {"invited": 0, "signed_up": 1, "attended": 2, "absent": 0}
    assert page["gathering"]["status"] == "held"
    assert {place["person_id"]: place["attendance"] for place in page["places"]} == {
        "amal": "attended",
        "maija": "attended",
    }
    assert [(each.person_id, each.attended) for each in spring.heard(AttendanceRecorded)][-1] == (
        "maija",
        True,
    )
    assert len(spring.heard(GatheringHeld)) == 1


async def test_places_come_in_pages(spring: Spring) -> None:
    gathering = await spring.schedules("theme")
    for number in range(3):
        await asked(spring.mentee(f"person-{number}"), "POST", f"/gatherings/{gathering}/sign-up")
    first = await asked(spring.reader, "GET", f"/gatherings/{gathering}?limit=2")
    rest = await asked(spring.reader, "GET", f"/gatherings/{gathering}?limit=2&after={first['after']}")
    seats = [place["seat"] for place in (*first["places"], *rest["places"])]
    assert (sorted(seats), rest["after"]) == ([1, 2, 3], "")


async def test_attendance_is_refused_as_a_whole(spring: Spring) -> None:
    await spring.admits("amal", Role.MENTEE)
    gathering = await spring.schedules("theme")
    path = f"/gatherings/{gathering}/attendance"
    amal = {"person_id": "amal", "attended": True}
    assert await refused(spring.coordinator, "POST", path, {"records": [amal]}) == (
        409,
        "attendance-too-early",
    )
    await spring.comes_to(2027, 1, 25, 18, 0)
    unknown = {"person_id": "nobody", "attended": True}
    assert await refused(spring.coordinator, "POST", path, {"records": [amal, unknown]}) == (
        409,
        "not-a-participant",
    )
    assert await refused(spring.coordinator, "POST", path, {"records": [amal, amal]}) == (
        422,
        "invalid-input",
    )
    assert spring.heard(AttendanceRecorded) == []
