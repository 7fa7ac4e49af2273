"""Somebody turns to staff: who answers, by when, what comes of it, and what nobody else hears."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from matka_contracts.pairing import (
    CaseHandedOver,
    CaseOpened,
    CaseOverdue,
    CaseResolved,
    PairDeclined,
    PairEnded,
)
from matka_contracts.people import PersonErased, RoleGranted, RoleRevoked
from matka_contracts.terms import Role
from matka_kit.cause import Cause
from matka_pairing.domain.case import Case
from tests.support.asking import asked, refused
from tests.support.help_desk import QUESTION, a_pair_in, case_of, staff_is_known
from tests.support.mothers_pairing import NOON
from tests.support.office import Office

DUE = datetime(2027, 1, 21, 14, tzinfo=UTC)


@pytest.fixture
async def pair(office: Office) -> str:
    return await a_pair_in(office)


async def open_cases(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await asked(office.reader, "GET", f"{office.path}/cases"))["cases"]
    return found


async def test_one_of_a_pair_turns_to_staff(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("mentee0"))
    assert case == {
        "id": case["id"],
        "program_id": office.program,
        "pair_id": pair,
        "kind": "question",
        "opened_by": office.ids["mentee0"],
        "opened_at": "2027-01-18T10:00:00Z",
        "owner_id": "staff",
        "cover_id": "helper",
        "due_at": "2027-01-21T14:00:00Z",
        "overdue": False,
        "status": "open",
        "outcome": "",
        "resolved_at": None,
        "text": "We can't find a time",
        "note": "",
    }
    [opened] = office.world.published(CaseOpened)
    assert (opened.case_id, opened.owner_id, opened.cover_id, opened.due_at) == (
        case["id"],
        "staff",
        "helper",
        DUE,
    )
    assert await asked(office.reader, "GET", f"/cases/{case['id']}") == case
    [line] = await open_cases(office)
    known = {name: value for name, value in case.items() if name not in {"text", "note"}}
    assert line == known | {"beginning": "We can't find a time"}
    assert (await asked(office.person("mentee0"), "GET", "/cases"))["cases"] == [case]


async def test_what_a_case_is_about_leaves_in_no_event(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("mentee0"))
    await office.tells(f"/cases/{case['id']}/resolve", {"outcome": "continues", "note": "She was sad"})
    bodies = b" ".join(outgoing.body for outgoing in office.world.bus.published)
    assert b"find a time" not in bodies
    assert b"sad" not in bodies


async def test_the_same_request_opens_one_case(office: Office, pair: str) -> None:
    mentee, key = office.person("mentee0"), {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(mentee.post(f"/pairs/{pair}/cases", json=QUESTION, headers=key) for _ in range(3))
    )
    await office.world.drain()
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(office.world.published(CaseOpened)) == 1


@pytest.mark.usefixtures("pair")
async def test_who_has_no_pair_turns_to_staff_as_well_and_needs_no_words(office: Office) -> None:
    case = await asked(office.person("mentee1"), "POST", f"{office.path}/cases", {"kind": "well-being"})
    assert (case["pair_id"], case["text"], case["owner_id"]) == ("", "", "staff")
    about_nobody = {"outcome": "pair-ended"}
    path = f"/cases/{case['id']}/resolve"
    assert await refused(office.helper, "POST", path, about_nobody) == (409, "case-without-pair")


async def test_coordinators_take_turns_and_who_acts_no_longer_has_none(office: Office) -> None:
    await staff_is_known(office)
    second = office.world.as_person("pairing", "sara", ("coordinator", office.program))
    await asked(second, "POST", f"{office.path}/cases", QUESTION)
    revoked = RoleRevoked(person_id="staff", role=Role.COORDINATOR, scope=office.program)
    await office.hears(revoked, "staff", 2)
    await asked(second, "POST", f"{office.path}/cases", QUESTION)
    await office.hears(PersonErased(person_id="helper"), "helper", 2)
    await asked(second, "POST", f"{office.path}/cases", QUESTION)
    found = await open_cases(office)
    assert sorted((each["owner_id"], each["cover_id"]) for each in found) == [
        ("helper", "root"),
        ("root", ""),
        ("staff", "helper"),
    ]


async def test_without_any_staff_a_case_waits_for_whoever_comes(office: Office) -> None:
    case = await asked(office.coordinator, "POST", f"{office.path}/cases", QUESTION)
    assert (case["owner_id"], case["cover_id"]) == ("", "")
    await staff_is_known(office)
    taken = await asked(office.helper, "POST", f"/cases/{case['id']}/hand-over", {"owner_id": "helper"})
    assert taken["owner_id"] == "helper"


async def test_a_case_is_handed_over_and_covered(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("maija", "mentor"))
    path = f"/cases/{case['id']}"
    handed = await office.tells(f"{path}/hand-over", {"owner_id": "root"})
    assert (handed["owner_id"], handed["cover_id"], handed["text"]) == ("root", "helper", QUESTION["text"])
    await office.tells(f"{path}/hand-over", {"owner_id": "root"})
    [told] = office.world.published(CaseHandedOver)
    assert (told.owner_id, told.case_id) == ("root", case["id"])
    assert (await office.tells(f"{path}/cover", {"cover_id": "staff"}))["cover_id"] == "staff"
    assert (await office.tells(f"{path}/cover", {"cover_id": ""}))["cover_id"] == ""
    assert await refused(office.helper, "POST", f"{path}/cover", {"cover_id": "root"}) == (
        409,
        "cover-is-owner",
    )


@pytest.mark.parametrize("somebody", ["reader", "maija", "other", "nobody"])
async def test_only_acting_staff_of_the_program_answer_or_cover(
    office: Office, pair: str, somebody: str
) -> None:
    case = await case_of(office, pair, office.person("mentee0"))
    for act, name in (("hand-over", "owner_id"), ("cover", "cover_id")):
        answer = await refused(office.coordinator, "POST", f"/cases/{case['id']}/{act}", {name: somebody})
        assert answer == (409, "not-among-staff")


async def test_nobody_answers_for_their_own_pair(office: Office, pair: str) -> None:
    await office.hears(
        RoleRevoked(person_id="staff", role=Role.COORDINATOR, scope=office.program), "staff", 2
    )
    mentor = office.ids["maija"]
    granted = RoleGranted(person_id=mentor, role=Role.COORDINATOR, scope=office.program)
    await office.hears(granted, mentor, 9)
    case = await case_of(office, pair, office.person("mentee0"))
    assert (case["owner_id"], case["cover_id"]) == ("helper", "root")
    both = office.world.as_person(
        "pairing", mentor, ("coordinator", office.program), ("mentor", office.program)
    )
    for method, path in (("GET", ""), ("POST", "/resolve"), ("POST", "/hand-over")):
        body = {"outcome": "answered"} if path == "/resolve" else {"owner_id": mentor}
        assert await refused(both, method, f"/cases/{case['id']}{path}", body) == (404, "not-found")
    assert (await asked(both, "GET", f"{office.path}/cases"))["cases"] == []
    answer = await refused(office.helper, "POST", f"/cases/{case['id']}/hand-over", {"owner_id": mentor})
    assert answer == (409, "not-among-staff")


async def test_a_deadline_that_passes_is_told_once(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("mentee0"))
    office.world.clock.step(DUE - timedelta(milliseconds=1))
    await office.world.drain()
    assert office.world.published(CaseOverdue) == []
    for day in (0, 1, 30):
        office.world.clock.step(DUE + timedelta(days=day))
        await office.world.drain()
    [overdue] = office.world.published(CaseOverdue)
    assert (overdue.case_id, overdue.cover_id) == (case["id"], "helper")
    assert [each["overdue"] for each in await open_cases(office)] == [True]


async def test_what_is_resolved_in_time_is_never_overdue(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("mentee0"))
    path = f"/cases/{case['id']}/resolve"
    done = await office.tells(path, {"outcome": "answered", "note": "We talked"})
    assert (done["status"], done["outcome"], done["note"]) == ("resolved", "answered", "We talked")
    [resolved] = office.world.published(CaseResolved)
    assert (resolved.outcome, resolved.resolved_at) == ("answered", NOON)
    office.world.clock.step(DUE + timedelta(days=1))
    await office.world.drain()
    assert office.world.published(CaseOverdue) == []
    seen = await asked(office.person("mentee0"), "GET", f"/cases/{case['id']}")
    assert (seen["status"], seen["note"]) == ("resolved", ""), "the note is for staff"
    other = {"outcome": "continues"}
    assert await refused(office.helper, "POST", path, other) == (409, "case-is-resolved")


async def test_a_case_can_end_its_pair_without_blame_and_both_are_free(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("mentee0"), kind="ending")
    body = {"outcome": "pair-ended", "note": "It did not fit", "reason": "other-plans"}
    answer = await asked(office.helper, "POST", f"/cases/{case['id']}/resolve", body)
    assert answer["outcome"] == "pair-ended"
    ended = await asked(office.reader, "GET", f"/pairs/{pair}")
    assert (ended["status"], ended["end_reason"]) == ("ended", "other-plans"), "before the answer comes"
    await office.world.drain()
    [told] = office.world.published(PairEnded)
    assert (told.pair_id, told.reason, told.ended_at) == (pair, "other-plans", NOON)
    assert [each.outcome for each in office.world.published(CaseResolved)] == ["pair-ended"]
    draft = await office.drafts()
    assert [line["mentee"] for line in draft["lines"]] == [office.ids["mentee1"]]


async def test_a_crash_between_a_case_and_its_pair_leaves_no_pair_behind(office: Office, pair: str) -> None:
    case = await case_of(office, pair, office.person("mentee0"))
    deps = office.world.deps("pairing")
    resolved: Case = await deps.cases.update(
        case["id"], lambda each: each.resolve("pair-ended", "", "other-plans", NOON), Cause("crash")
    )
    await office.world.drain()
    [told] = office.world.published(PairEnded)
    assert (told.reason, told.ended_at) == ("other-plans", resolved.resolved_at)


@pytest.mark.parametrize("before", ["proposed", "declined", "ended"])
async def test_a_case_about_a_pair_that_is_not_or_no_longer_ends_in_peace(
    office: Office, before: str
) -> None:
    await staff_is_known(office)
    await office.has(mentors={"maija": 1}, mentees=1)
    await office.publishes(await office.drafts())
    mentee, pair_id = office.person("mentee0"), (await office.pair_of("mentee0")).id
    if before == "ended":
        await office.forms("maija", "mentee0")
        await office.tells(f"/pairs/{pair_id}/end", {"reason": "moved-away"})
    case = await case_of(office, pair_id, mentee)
    if before == "declined":
        await asked(mentee, "POST", f"/pairs/{pair_id}/decline")
    await office.tells(f"/cases/{case['id']}/resolve", {"outcome": "pair-ended"})
    told = len(office.world.published(PairEnded)) + len(office.world.published(PairDeclined))
    assert told == 1
    pair = await office.pair_of("mentee0")
    assert not pair.is_active
    assert pair.end_reason == {"proposed": "by-agreement", "declined": "", "ended": "moved-away"}[before]


async def test_lists_come_in_pages_the_most_urgent_or_the_latest_first(office: Office, pair: str) -> None:
    mentee = office.person("mentee0")
    cases = []
    for day in (18, 19, 20):
        office.world.clock.step(NOON.replace(day=day))
        cases.append((await case_of(office, pair, mentee))["id"])

    async def pages(client: Any, path: str) -> list[str]:
        first = await asked(client, "GET", f"{path}limit=2")
        rest = await asked(client, "GET", f"{path}limit=2&after={first['after']}")
        assert (len(first["cases"]), rest["after"]) == (2, "")
        return [each["id"] for each in (*first["cases"], *rest["cases"])]

    assert await pages(office.reader, f"{office.path}/cases?") == cases
    assert await pages(mentee, "/cases?") == cases[::-1]
    assert await open_cases(office) != []
    for case_id in cases:
        await office.tells(f"/cases/{case_id}/resolve", {"outcome": "continues"})
    assert await open_cases(office) == []
    assert await pages(office.reader, f"{office.path}/cases?status=resolved&") == cases[::-1]


async def test_nobody_opens_a_case_in_a_closed_program_but_open_ones_are_finished(
    office: Office, pair: str
) -> None:
    mentee = office.person("mentee0")
    case = await case_of(office, pair, mentee)
    for act in ("start", "close"):
        await office.tells(f"{office.path}/{act}")
    for path in (f"/pairs/{pair}/cases", f"{office.path}/cases"):
        assert await refused(mentee, "POST", path, QUESTION) == (409, "program-is-closed")
    done = await office.tells(f"/cases/{case['id']}/resolve", {"outcome": "answered"})
    assert done["status"] == "resolved"
