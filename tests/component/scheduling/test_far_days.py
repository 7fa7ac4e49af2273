"""Days at the ends of what clocks can tell are refused before anybody reckons with them."""

import pytest

from matka_scheduling.main import SERVICE
from tests.support.asking import refused
from tests.support.routes import document
from tests.support.spring import A_MEETING, Spring

FAR = ("0001-01-01T00:00", "1999-12-31T23:59", "2200-01-01T00:00", "9999-12-31T23:59")
NO_INPUT = (422, "invalid-input")


@pytest.mark.parametrize("at", FAR)
async def test_no_meeting_is_planned_moved_or_logged_there(spring: Spring, at: str) -> None:
    pair = await spring.forms_pair()
    meeting = await spring.plans()
    plan = A_MEETING | {"at": at}
    assert await refused(spring.amal, "POST", f"/pairs/{pair}/meetings", plan) == NO_INPUT
    assert await refused(spring.amal, "POST", f"/meetings/{meeting}/move", {"at": at}) == NO_INPUT
    assert await refused(spring.amal, "POST", f"/meetings/{meeting}/hold", {"held_at": at}) == NO_INPUT


@pytest.mark.parametrize("at", FAR)
async def test_no_gathering_is_planned_there(spring: Spring, at: str) -> None:
    body = {"kind": "theme", "title": {"fi": "Ilta"}, "at": at, "hours": 2.0, "seats": 30}
    path = "/programs/spring/gatherings"
    assert await refused(spring.coordinator, "POST", path, body) == NO_INPUT


def test_local_times_are_not_told_to_be_instants() -> None:
    told = document(SERVICE)["components"]["schemas"]
    places = {
        name: each["properties"]["at"] for name, each in told.items() if "at" in each.get("properties", ())
    }
    assert len(places) > 3
    assert {each["format"] for each in places.values()} == {"date-time-local"}
