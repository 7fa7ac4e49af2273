"""Logging a meeting afterwards: asked at its end, held or missed, signed in or by the link in a mail."""

from typing import Any

import httpx2
import pytest

from matka_contracts.scheduling import MeetingHeld, MeetingLogDue, MeetingMissed
from tests.support.asking import asked, refused
from tests.support.mothers_scheduling import pair_ended
from tests.support.spring import Spring


async def link(spring: Spring, meeting: str, person_id: str = "amal") -> str:
    """The path behind the link that notifications puts into a person's mail."""
    mailer = spring.world.as_service("scheduling", "notifications")
    answer = await asked(mailer, "POST", f"/meetings/{meeting}/log-link", {"person_id": person_id})
    return f"/log-links/{answer['token']}"


@pytest.fixture
def gateway(spring: Spring) -> httpx2.AsyncClient:
    return spring.world.as_service("scheduling", "gateway")


async def test_both_are_asked_once_when_a_meeting_is_over_by_the_clock(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    await spring.comes_to(2027, 2, 10, 16, 29)
    assert spring.heard(MeetingLogDue) == []
    await spring.comes_to(2027, 2, 10, 16, 30)
    await spring.comes_to(2027, 2, 20, 12, 0)
    assert [(each.meeting_id, each.by) for each in spring.heard(MeetingLogDue)] == [(meeting, "maija")]


async def test_nobody_is_asked_after_a_meeting_that_is_settled(spring: Spring) -> None:
    await spring.forms_pair()
    held, missed = await spring.plans(), await spring.plans(at="2027-02-11T17:30")
    await spring.comes_to(2027, 2, 10, 16, 0)
    await asked(spring.amal, "POST", f"/meetings/{held}/hold")
    await spring.comes_to(2027, 2, 11, 16, 0)
    await asked(spring.amal, "POST", f"/meetings/{missed}/missed")
    await spring.comes_to(2027, 2, 20, 12, 0)
    assert spring.heard(MeetingLogDue) == []


async def test_a_moved_meeting_is_asked_after_at_its_new_end_only(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    await asked(spring.amal, "POST", f"/meetings/{meeting}/move", {"at": "2027-02-12T10:00"})
    await spring.comes_to(2027, 2, 12, 8, 59)
    assert spring.heard(MeetingLogDue) == []
    await spring.comes_to(2027, 2, 12, 9, 0)
    assert len(spring.heard(MeetingLogDue)) == 1


async def test_either_side_says_that_a_meeting_was_missed_and_may_be_corrected(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    path = f"/meetings/{meeting}"
    assert await refused(spring.amal, "POST", f"{path}/missed") == (409, "meeting-not-begun")
    await spring.comes_to(2027, 2, 10, 17, 0)
    for client in (spring.amal, spring.maija):
        missed = await asked(client, "POST", f"{path}/missed")
        assert (missed["status"], missed["logged_by"]) == ("missed", "amal")
    assert await refused(spring.maija, "POST", f"{path}/cancel") == (409, "meeting-was-missed")
    assert (await asked(spring.maija, "POST", f"{path}/hold"))["status"] == "held"
    assert await refused(spring.amal, "POST", f"{path}/missed") == (409, "meeting-already-held")
    await spring.world.drain()
    assert len(spring.heard(MeetingMissed)) == len(spring.heard(MeetingHeld)) == 1
    people = (await asked(spring.reader, "GET", "/programs/spring/participation"))["people"]
    assert {line["meetings_held"] for line in people} == {1}


async def test_a_missed_meeting_is_no_participation(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    await spring.comes_to(2027, 2, 10, 17, 0)
    await asked(spring.amal, "POST", f"/meetings/{meeting}/missed")
    await spring.world.drain()
    people = (await asked(spring.reader, "GET", "/programs/spring/participation"))["people"]
    assert {line["meetings_held"] for line in people} == {0}


async def test_a_meeting_is_logged_in_two_taps_without_signing_in(
    spring: Spring, gateway: httpx2.AsyncClient
) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    path = await link(spring, meeting)
    await spring.comes_to(2027, 2, 10, 17, 0)
    seen = await asked(gateway, "GET", path)
    assert (seen["id"], seen["other_id"], seen["logged"]) == (meeting, "maija", "")
    assert spring.heard(MeetingHeld) == []
    logged = await asked(gateway, "POST", path, {"held": True, "form": "phone"})
    assert (logged["logged"], logged["logged_by"], logged["form"]) == ("held", "amal", "phone")
    assert (await asked(gateway, "POST", path, {"held": True}))["form"] == "phone"
    await spring.world.drain()
    assert [(each.logged_by, each.form.value) for each in spring.heard(MeetingHeld)] == [("amal", "phone")]


async def test_a_link_says_too_that_a_meeting_was_missed_and_the_other_ones_link_corrects_it(
    spring: Spring, gateway: httpx2.AsyncClient
) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    amals, maijas = await link(spring, meeting), await link(spring, meeting, "maija")
    assert await refused(gateway, "POST", amals, {"held": False}) == (409, "meeting-not-begun")
    await spring.comes_to(2027, 2, 10, 17, 0)
    missed = await asked(gateway, "POST", amals, {"held": False})
    assert (missed["logged"], missed["logged_by"]) == ("missed", "amal")
    assert (await asked(gateway, "GET", maijas))["logged"] == "missed"
    held = await asked(gateway, "POST", maijas, {"held": True})
    assert (held["logged"], held["logged_by"], held["other_id"]) == ("held", "maija", "amal")
    assert await refused(gateway, "POST", amals, {"held": False}) == (409, "meeting-already-held")


async def test_a_link_tells_of_a_cancelled_meeting_and_logs_none(
    spring: Spring, gateway: httpx2.AsyncClient
) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    path = await link(spring, meeting)
    await asked(spring.maija, "POST", f"/meetings/{meeting}/cancel")
    seen = await asked(gateway, "GET", path)
    assert (seen["status"], seen["logged"]) == ("cancelled", "")
    assert await refused(gateway, "POST", path, {"held": True}) == (409, "meeting-was-cancelled")


async def test_a_link_still_logs_what_a_pair_did_before_its_end(
    spring: Spring, gateway: httpx2.AsyncClient
) -> None:
    pair = await spring.forms_pair()
    path = await link(spring, await spring.plans())
    await spring.comes_to(2027, 2, 11, 12, 0)
    await spring.hears(pair_ended(spring.world.clock.now()), pair, 4)
    assert (await asked(gateway, "POST", path, {"held": True}))["logged"] == "held"


async def test_a_link_is_good_for_thirty_days_after_the_meeting(
    spring: Spring, gateway: httpx2.AsyncClient
) -> None:
    await spring.forms_pair()
    path = await link(spring, await spring.plans())
    await spring.comes_to(2027, 3, 12, 15, 30)
    await asked(gateway, "GET", path)
    await spring.comes_to(2027, 3, 12, 15, 31)
    assert await refused(gateway, "GET", path) == (410, "link-expired")
    assert await refused(gateway, "POST", path, {"held": True}) == (410, "link-expired")


async def test_only_notifications_makes_links_and_only_for_the_two(spring: Spring) -> None:
    await spring.forms_pair()
    meeting = await spring.plans()
    path, amal = f"/meetings/{meeting}/log-link", {"person_id": "amal"}
    for client in (spring.amal, spring.coordinator, spring.world.as_service("scheduling", "gateway")):
        assert await refused(client, "POST", path, amal) == (403, "forbidden")
    assert await refused(spring.world.as_nobody("scheduling"), "POST", path, amal) == (401, "unauthenticated")
    mailer = spring.world.as_service("scheduling", "notifications")
    assert await refused(mailer, "POST", path, {"person_id": "yusuf"}) == (404, "not-found")
    assert await refused(mailer, "POST", "/meetings/unknown/log-link", amal) == (404, "not-found")


async def test_only_the_gateway_follows_links(spring: Spring) -> None:
    await spring.forms_pair()
    path = await link(spring, await spring.plans())
    mailer = spring.world.as_service("scheduling", "notifications")
    for client in (spring.amal, spring.coordinator, mailer):
        assert await refused(client, "GET", path) == (403, "forbidden")
        assert await refused(client, "POST", path, {"held": True}) == (403, "forbidden")


@pytest.mark.parametrize("body", [{}, {"held": "yes"}, {"held": True, "form": "letter"}, {"held": 1}])
async def test_a_tap_that_cannot_be_right_is_refused(
    spring: Spring, gateway: httpx2.AsyncClient, body: dict[str, Any]
) -> None:
    await spring.forms_pair()
    path = await link(spring, await spring.plans())
    assert await refused(gateway, "POST", path, body) == (422, "invalid-input")


async def test_a_token_that_is_not_ours_leads_nowhere(spring: Spring, gateway: httpx2.AsyncClient) -> None:
    await spring.forms_pair()
    path = await link(spring, await spring.plans())
    for wrong in (f"{path}A", "/log-links/nothing", path.replace(".", "")):
        assert await refused(gateway, "GET", wrong) == (404, "not-found")
        assert await refused(gateway, "POST", wrong, {"held": True}) == (404, "not-found")
