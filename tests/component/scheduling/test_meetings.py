"""Meetings over HTTP: planned, reminded of, moved, cancelled, held, and whose they are."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingHeld,
    MeetingLogDue,
    MeetingMoved,
    MeetingPlanned,
    MeetingReminderDue,
)
from matka_contracts.terms import MeetingForm
from matka_kit.cause import Cause
from matka_kit.repository import Repository
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.known import PairHasEnded
from matka_scheduling.domain.meeting import MOST_MEETINGS_OF_A_PAIR, Meeting
from matka_scheduling.domain.plan import PairAlreadyMeetsThen
from matka_scheduling.handlers.meetings import PlanMeeting, cancel_meetings_after, plan_meeting
from matka_scheduling.store import MEETING_SHAPE
from tests.support.asking import asked, refused
from tests.support.mothers_scheduling import pair_ended, pair_formed
from tests.support.spring import A_MEETING, Spring


async def test_either_side_plans_and_both_see_the_meeting(spring: Spring) -> None:
    pair = await spring.forms_pair()
    later = await asked(spring.amal, "POST", f"/pairs/{pair}/meetings", A_MEETING)
    sooner = await spring.plans(at="2027-02-01T17:30")
    assert (later["starts_at"], later["status"]) == ("2027-02-10T15:30:00Z", "planned")
    for client in (spring.maija, spring.amal):
        found = (await asked(client, "GET", "/me/meetings"))["meetings"]
        assert [meeting["id"] for meeting in found] == [sooner, later["id"]]
    assert len((await asked(spring.reader, "GET", f"/pairs/{pair}/meetings"))["meetings"]) == 2
    await spring.world.drain()
    planned = {event.meeting_id: event.by for event in spring.heard(MeetingPlanned)}
    assert planned == {sooner: "maija", later["id"]: "amal"}


async def test_other_peoples_pairs_and_meetings_are_not_there(spring: Spring) -> None:
    pair = await spring.forms_pair()
    meeting = await spring.plans()
    other = spring.mentee("yusuf")
    for client in (other, spring.stranger):
        assert await refused(client, "GET", f"/pairs/{pair}/meetings") == (404, "not-found")
    for client in (other, spring.stranger, spring.coordinator):
        assert await refused(client, "POST", f"/pairs/{pair}/meetings", A_MEETING) == (404, "not-found")
        assert await refused(client, "POST", f"/meetings/{meeting}/cancel") == (404, "not-found")
        assert await refused(client, "POST", f"/meetings/{meeting}/hold") == (404, "not-found")
        assert await refused(client, "POST", f"/meetings/{meeting}/missed") == (404, "not-found")
        assert await refused(client, "POST", f"/meetings/{meeting}/move", {"at": "2027-02-11T17:30"}) == (
            404,
            "not-found",
        )
    assert await refused(spring.maija, "GET", "/pairs/unknown/meetings") == (404, "not-found")
    assert (await asked(other, "GET", "/me/meetings"))["meetings"] == []


async def test_both_are_reminded_once_at_nine_on_the_day_before(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    await spring.comes_to(2027, 2, 9, 6, 59)
    assert spring.heard(MeetingReminderDue) == []
    await spring.comes_to(2027, 2, 9, 7, 0)
    await spring.comes_to(2027, 2, 10, 12, 0)
    assert [event.meeting_id for event in spring.heard(MeetingReminderDue)] == [meeting]


async def test_a_moved_meeting_is_reminded_of_for_its_new_time(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    change = {"at": "2027-02-12T10:00", "minutes": 45, "form": "phone", "place": ""}
    moved = await asked(spring.amal, "POST", f"/meetings/{meeting}/move", change)
    assert (moved["revision"], moved["minutes"], moved["form"], moved["place"]) == (1, 45, "phone", "")
    await spring.comes_to(2027, 2, 10, 12, 0)
    assert spring.heard(MeetingReminderDue) == []
    await spring.comes_to(2027, 2, 11, 7, 0)
    assert [event.by for event in spring.heard(MeetingMoved)] == [moved["by"]] == ["amal"]
    assert len(spring.heard(MeetingReminderDue)) == 1


async def test_a_move_keeps_what_it_does_not_name(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    moved = await asked(spring.amal, "POST", f"/meetings/{meeting}/move", {"at": "2027-02-12T10:00"})
    assert (moved["minutes"], moved["form"], moved["place"]) == (60, "in-person", "Kahvila")


async def test_a_cancelled_meeting_is_not_reminded_of(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    for _ in range(2):
        assert (await asked(spring.amal, "POST", f"/meetings/{meeting}/cancel"))["status"] == "cancelled"
    await spring.comes_to(2027, 2, 10, 16, 0)
    assert spring.heard(MeetingReminderDue) == spring.heard(MeetingLogDue) == []
    assert [event.by for event in spring.heard(MeetingCancelled)] == ["amal"]
    assert await refused(spring.maija, "POST", f"/meetings/{meeting}/hold") == (409, "meeting-was-cancelled")


async def test_a_meeting_planned_for_this_evening_is_reminded_of_at_once(spring: Spring) -> None:
    await spring.forms_pair()
    await spring.plans(at="2027-01-04T17:30")
    await spring.world.drain()
    assert len(spring.heard(MeetingReminderDue)) == 1


async def test_a_meeting_is_logged_by_either_side_once(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    assert await refused(spring.amal, "POST", f"/meetings/{meeting}/hold") == (409, "meeting-not-begun")
    await spring.comes_to(2027, 2, 10, 17, 0)
    late = {"form": "video", "held_at": "2027-02-10T18:00"}
    held = await asked(spring.amal, "POST", f"/meetings/{meeting}/hold", late)
    assert (held["status"], held["logged_by"], held["at"]) == ("held", "amal", "2027-02-10T18:00:00")
    again = await asked(spring.maija, "POST", f"/meetings/{meeting}/hold")
    assert (again["logged_by"], again["form"]) == ("amal", "video")
    assert len(spring.heard(MeetingHeld)) == 1


async def test_a_meeting_that_nobody_planned_can_be_logged(spring: Spring) -> None:
    await spring.forms_pair()
    await spring.comes_to(2027, 2, 10, 17, 0)
    await spring.plans(held=True)
    assert spring.heard(MeetingPlanned) == []
    assert [event.logged_by for event in spring.heard(MeetingHeld)] == ["maija"]
    path = "/pairs/maija-amal/meetings"
    ahead = A_MEETING | {"held": True, "at": "2027-02-20T17:30"}
    assert await refused(spring.maija, "POST", path, ahead) == (409, "meeting-not-begun")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"at": "2027-01-04T09:00"}, 409, "meeting-in-the-past"),
        ({"at": "2028-02-10T17:30"}, 409, "meeting-too-far-ahead"),
        ({"at": "2027-03-28T03:30"}, 422, "no-such-local-time"),
        ({"minutes": 4}, 422, "invalid-input"),
        ({"form": "letter"}, 422, "invalid-input"),
        ({"at": "tomorrow"}, 422, "invalid-input"),
        ({"place": "x" * 301}, 422, "invalid-input"),
    ],
)
async def test_a_meeting_that_cannot_be_right_is_refused(
    spring: Spring, change: dict[str, Any], status: int, code: str
) -> None:
    path = f"/pairs/{await spring.forms_pair()}/meetings"
    assert await refused(spring.maija, "POST", path, A_MEETING | change) == (status, code)


async def test_a_pair_of_a_program_that_is_not_known_yet_plans_a_little_later(spring: Spring) -> None:
    event = pair_formed().model_copy(update={"program_id": "autumn"})
    await spring.hears(event, event.pair_id, 3)
    answer = await spring.maija.post("/pairs/maija-amal/meetings", json=A_MEETING)
    assert (answer.status_code, answer.json()["code"]) == (503, "try-again-later")


async def test_a_pair_meets_once_at_a_time_even_in_a_race(spring: Spring) -> None:
    pair = await spring.forms_pair()
    path = f"/pairs/{pair}/meetings"
    answers = await asyncio.gather(
        *(client.post(path, json=A_MEETING) for client in (spring.maija, spring.amal) * 3)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    overlapping = A_MEETING | {"at": "2027-02-10T18:00"}
    assert await refused(spring.amal, "POST", path, overlapping) == (409, "pair-already-meets-then")
    other = await spring.plans(at="2027-02-17T17:30")
    assert await refused(spring.amal, "POST", f"/meetings/{other}/move", {"at": "2027-02-10T17:30"}) == (
        409,
        "pair-already-meets-then",
    )


async def test_a_time_that_was_cancelled_is_free_again(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    await asked(spring.amal, "POST", f"/meetings/{meeting}/cancel")
    assert await spring.plans() != meeting


async def test_the_same_request_twice_plans_one_meeting(spring: Spring) -> None:
    pair = await spring.forms_pair()
    headers = {"Idempotency-Key": "once"}
    path = f"/pairs/{pair}/meetings"
    first, second = [await spring.maija.post(path, json=A_MEETING, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, second.json())
    other = await spring.maija.post(path, json=A_MEETING | {"minutes": 30}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


class WhileItIsPlanned(Repository[Meeting]):
    """The meetings, in a world where the same request is carried out just after nothing of it was found."""

    def __init__(self, deps: Scheduling, plan: Callable[[], Awaitable[Meeting]]) -> None:
        inner = deps.meetings
        super().__init__(MEETING_SHAPE, inner._store, inner._clock, inner._relay)
        self._plan = plan

    async def peek(self, id: str) -> Meeting | None:
        found = await super().peek(id)
        await self._plan()
        return found


async def test_both_requests_of_a_double_click_are_answered_with_the_one_meeting(spring: Spring) -> None:
    deps = spring.world.deps("scheduling")
    pair = await deps.pairs.get(await spring.forms_pair())
    wanted = PlanMeeting(datetime(2027, 2, 10, 17, 30), 60, MeetingForm.VIDEO)
    first: list[Meeting] = []

    async def plan() -> Meeting:
        first.append(await plan_meeting(deps, pair, wanted, "maija", Cause("once")))
        return first[-1]

    beside = replace(deps, meetings=WhileItIsPlanned(deps, plan))
    assert await plan_meeting(beside, pair, wanted, "maija", Cause("once")) == first[0]
    with pytest.raises(PairAlreadyMeetsThen):
        await plan_meeting(beside, pair, wanted, "maija", Cause("another click"))


async def test_what_a_pair_had_planned_is_called_off_when_it_ends(spring: Spring) -> None:
    pair = await spring.forms_pair()
    unlogged = await spring.plans(at="2027-01-20T17:30")
    await spring.plans()
    await spring.comes_to(2027, 2, 1, 12, 0)
    await spring.hears(pair_ended(spring.world.clock.now()), pair, 4)
    assert [event.by for event in spring.heard(MeetingCancelled)] == [""]
    await spring.comes_to(2027, 2, 10, 12, 0)
    assert spring.heard(MeetingReminderDue) == []
    assert await refused(spring.maija, "POST", f"/pairs/{pair}/meetings", A_MEETING) == (
        409,
        "pair-has-ended",
    )
    assert await refused(spring.maija, "POST", f"/meetings/{unlogged}/move", {"at": "2027-03-10T17:30"}) == (
        409,
        "pair-has-ended",
    )
    assert (await asked(spring.amal, "POST", f"/meetings/{unlogged}/hold"))["status"] == "held"


async def test_a_meeting_written_while_its_pair_ends_is_called_off(spring: Spring) -> None:
    pair = await spring.forms_pair()
    deps = spring.world.deps("scheduling")
    before_the_end = await deps.pairs.get(pair)
    await spring.hears(pair_ended(spring.world.clock.now()), pair, 4)
    wanted = PlanMeeting(datetime(2027, 2, 10, 17, 30), 60, MeetingForm.VIDEO)
    with pytest.raises(PairHasEnded):
        await plan_meeting(deps, before_the_end, wanted, "maija", Cause("command"))
    await spring.world.drain()
    assert len(spring.heard(MeetingPlanned)) == len(spring.heard(MeetingCancelled)) == 1


async def test_a_meeting_logged_ahead_of_the_end_of_its_pair_stays(spring: Spring) -> None:
    pair = await spring.forms_pair()
    await spring.comes_to(2027, 2, 10, 17, 0)
    await spring.plans(held=True)
    cause = Cause("command")
    await cancel_meetings_after(spring.world.deps("scheduling"), pair, spring.world.clock.now(), cause)
    await spring.world.drain()
    assert spring.heard(MeetingCancelled) == []


async def test_a_pair_has_a_bounded_number_of_meetings(spring: Spring) -> None:
    await spring.forms_pair()
    await spring.comes_to(2027, 6, 1, 12, 0)
    days = [f"2027-0{month}-{day:02}T" for month in (2, 3, 4, 5) for day in range(1, 28)]
    moments = [f"{day}{hour}:00" for day in days for hour in (12, 14, 16)][:MOST_MEETINGS_OF_A_PAIR]
    await asyncio.gather(*(spring.plans(at=moment, held=True) for moment in moments))
    body = A_MEETING | {"at": "2027-06-10T17:30"}
    assert await refused(spring.maija, "POST", "/pairs/maija-amal/meetings", body) == (
        409,
        "too-many-meetings",
    )
