"""Matching: a draft with its reasons, published as pairs; whoever races, nobody is taken twice."""

import asyncio
from collections import Counter

import pytest

from matka_contracts.pairing import PairProposed
from matka_kit.cause import Cause
from matka_kit.jobs import Job
from matka_kit.store import Query
from matka_kit.testing import World
from matka_pairing.domain.pair import Pair
from matka_pairing.handlers import matching, publishing
from matka_pairing.handlers.pairs import propose_pair
from tests.support.asking import asked, refused
from tests.support.office import Office


async def active_pairs(office: Office) -> list[Pair]:
    pairs: list[Pair] = await office.world.deps("pairing").pairs.every(
        Query({"program_id": office.program}, limit=500)
    )
    return [pair for pair in pairs if pair.is_active]


async def nobody_is_taken_twice(office: Office, capacities: dict[str, int]) -> None:
    pairs = await active_pairs(office)
    mentees = [pair.mentee_id for pair in pairs]
    assert len(mentees) == len(set(mentees)), "a mentee is in two pairs"
    for name, capacity in capacities.items():
        assert [pair.mentor_id for pair in pairs].count(office.ids[name]) <= capacity


async def test_a_draft_has_its_lines_with_reasons_and_everybody_who_stays_alone(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=2)
    draft = await office.drafts()
    [line] = draft["lines"]
    assert line["mentor"] == office.ids["maija"]
    assert {remark["code"] for remark in line["reasons"]} >= {"common-language", "same-field"}
    [alone] = draft["unmatched"]
    assert (alone["role"], bool(alone["reasons"])) == ("mentee", True)
    assert await asked(office.reader, "GET", f"/proposals/{draft['id']}") == draft
    assert await office.proposed() == [], "nobody has been asked yet"


async def test_the_same_request_makes_one_draft(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    key = {"Idempotency-Key": "once"}
    first, again = [
        await office.coordinator.post(f"{office.path}/proposals", json={}, headers=key) for _ in range(2)
    ]
    assert first.json() == again.json()


async def test_publishing_asks_each_pair_once(office: Office) -> None:
    await office.has(mentors={"maija": 2, "kalle": 1}, mentees=3)
    draft = await office.drafts()
    progress = await office.publishes(draft)
    assert (progress["status"], progress["done"], progress["total"]) == ("finished", 3, 3)
    assert len(await office.proposed()) == 3
    assert (await asked(office.reader, "GET", f"/proposals/{draft['id']}"))["status"] == "published"
    path = f"/proposals/{draft['id']}/publish"
    assert await refused(office.coordinator, "POST", path) == (409, "proposal-published")


async def test_a_draft_without_a_pair_can_be_published(office: Office) -> None:
    await office.has(mentors={}, mentees=1)
    assert (await office.publishes(await office.drafts()))["status"] == "finished"
    assert await office.proposed() == []


async def test_two_drafts_published_at_once_ask_nobody_twice(office: Office) -> None:
    capacities = {"maija": 2, "kalle": 2, "orn": 1}
    await office.has(mentors=capacities, mentees=8)
    drafts = [
        await office.drafts(),
        await office.drafts(("orn", "mentee0")),
        await office.drafts(("maija", "mentee7")),
    ]
    await asyncio.gather(
        *(asked(office.coordinator, "POST", f"/proposals/{draft['id']}/publish") for draft in drafts)
    )
    await office.world.drain()
    await nobody_is_taken_twice(office, capacities)
    pairs = await active_pairs(office)
    taken, seats = {pair.mentee_id for pair in pairs}, Counter(pair.mentor_id for pair in pairs)
    full = {office.ids[name] for name, room in capacities.items() if seats[office.ids[name]] == room}
    left_out = [line for draft in drafts for line in draft["lines"] if line["mentee"] not in taken]
    assert {line["mentor"] for line in left_out} <= full, "a line is left out only where a seat was gone"


async def test_one_draft_published_by_two_at_once_is_published_once(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    path = f"/proposals/{(await office.drafts())['id']}/publish"
    answers = await asyncio.gather(*(office.coordinator.post(path) for _ in range(5)))
    await office.world.drain()
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409]
    assert len(office.world.published(PairProposed)) == 1


async def test_who_asks_again_with_the_same_key_hears_of_the_same_job(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    path, key = f"/proposals/{(await office.drafts())['id']}/publish", {"Idempotency-Key": "once"}
    answers = [await office.coordinator.post(path, headers=key) for _ in range(2)]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_a_mentors_capacity_holds_under_many_proposals_at_once(office: Office) -> None:
    await office.has(mentors={"maija": 3}, mentees=10)
    deps = office.world.deps("pairing")
    program = await deps.programs.get(office.program)
    mentor = await deps.applications.get((await office.application_of("maija"))["id"])
    draft = await matching.draft_result(deps, (await office.drafts())["id"])
    lines = [draft.lines[0].model_copy(update={"mentee": office.ids[f"mentee{n}"]}) for n in range(10)]

    outcomes = await asyncio.gather(
        *(propose_pair(deps, program, mentor, line, Cause(f"line-{line.mentee}")) for line in lines),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["MentorFull"] * 7 + ["Pair"] * 3
    await nobody_is_taken_twice(office, {"maija": 3})


async def test_a_step_that_is_done_again_after_a_crash_asks_nobody_again(office: Office) -> None:
    await office.has(mentors={"maija": 2}, mentees=2)
    draft = await office.drafts()
    await office.publishes(draft)
    deps = office.world.deps("pairing")
    job: Job = await deps.jobs.get(f"{draft['id']}:publish")
    restarted = job.model_copy(update={"cursor": "", "done": 0})
    step = await publishing.publish_step(deps, restarted, Cause("again"))
    await office.world.drain()
    assert (step.done, step.finished) == (2, False)
    assert len(office.world.published(PairProposed)) == 2


async def test_a_mentor_who_is_no_longer_ready_is_not_asked(office: Office) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1}, mentees=2)
    draft = await office.drafts()
    await office.trains("maija", 2, attended=False)
    await office.publishes(draft)
    assert [mentor for mentor, _ in await office.proposed()] == ["kalle"]


async def test_two_who_parted_are_not_asked_about_each_other_again(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    first, second = await office.drafts(), await office.drafts()
    await office.publishes(first)
    pair = await office.pair_of("mentee0")
    await asked(office.person("mentee0"), "POST", f"/pairs/{pair.id}/decline")
    await office.publishes(second)
    assert len(office.world.published(PairProposed)) == 1
    third = await office.drafts()
    assert third["lines"] == []
    path = f"/proposals/{third['id']}/why-not?mentor={pair.mentor_id}&mentee={pair.mentee_id}"
    assert [each["code"] for each in (await asked(office.reader, "GET", path))["broken"]] == ["vetoed"]


async def test_who_has_a_pair_or_a_proposal_is_not_matched_again(office: Office) -> None:
    await office.has(mentors={"maija": 2, "kalle": 1}, mentees=3)
    await office.publishes(await office.drafts(("maija", "mentee0"), ("kalle", "mentee1")))
    await asked(office.person("mentee2"), "POST", f"/pairs/{(await office.pair_of('mentee2')).id}/decline")
    await office.forms("maija", "mentee0")
    draft = await office.drafts()
    assert draft["lines"] == [], "Kalle is taken, and Maija's other mentee has declined her"
    [alone] = [each["person"] for each in draft["unmatched"] if each["role"] == "mentee"]
    assert alone == office.ids["mentee2"]


async def test_why_not_is_answered_by_what_the_draft_was_made_from(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=2)
    draft = await office.drafts()
    await office.trains("maija", 2, attended=False)
    ids = office.ids
    path = f"/proposals/{draft['id']}/why-not?mentor={ids['maija']}&mentee={ids['mentee1']}"
    explained = await asked(office.reader, "GET", path)
    assert (explained["broken"], explained["score"] > 0) == ([], True)
    unknown = f"/proposals/{draft['id']}/why-not?mentor=nobody&mentee={ids['mentee1']}"
    assert await refused(office.reader, "GET", unknown) == (409, "unknown-candidate")


async def test_locks_are_kept_or_refused(office: Office) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1}, mentees=2)
    draft = await office.drafts(("maija", "mentee1"))
    locked = [(line["mentor"], line["mentee"]) for line in draft["lines"] if line["locked"]]
    assert locked == [(office.ids["maija"], office.ids["mentee1"])]
    for locks, code in (
        (
            [[office.ids["maija"], office.ids["mentee0"]], [office.ids["maija"], office.ids["mentee1"]]],
            "lock-breaks-rule",
        ),
        ([["nobody", office.ids["mentee0"]]], "unknown-candidate"),
    ):
        answer = await refused(office.coordinator, "POST", f"{office.path}/proposals", {"locks": locks})
        assert answer == (409, code)


async def test_a_large_cohort_is_matched_in_a_process_of_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "_IN_PROCESS", 2)
    await office.has(mentors={"maija": 1}, mentees=2)
    assert len((await office.drafts())["lines"]) == 1
    locks = {
        "locks": [[office.ids["maija"], office.ids["mentee0"]], [office.ids["maija"], office.ids["mentee1"]]]
    }
    answer = await refused(office.coordinator, "POST", f"{office.path}/proposals", locks)
    assert answer == (409, "lock-breaks-rule")


async def test_nobody_is_matched_in_a_closed_program(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    draft = await office.drafts()
    for act in ("start", "close"):
        await office.tells(f"{office.path}/{act}")
    for path in (f"{office.path}/proposals", f"/proposals/{draft['id']}/publish"):
        assert await refused(office.coordinator, "POST", path, {}) == (409, "program-is-closed")
    assert await office.proposed() == []


async def test_a_job_that_publishes_while_the_program_closes_stops(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    draft = await office.drafts()
    deps = office.world.deps("pairing")
    for act in ("start", "close"):
        await office.tells(f"{office.path}/{act}")
    job = Job(
        id=f"{draft['id']}:publish",
        kind=publishing.PUBLISH,
        scope=office.program,
        params={"draft": draft["id"]},
        touched=deps.clock.machine(),
    )
    await deps.jobs.start(job, Cause("publish"))
    await office.world.drain()
    assert (await deps.jobs.get(job.id)).problem == "program-is-closed"
    assert await office.proposed() == []


async def test_drafts_are_for_staff_and_published_by_a_coordinator(world: World, office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    draft = await office.drafts()
    path = f"/proposals/{draft['id']}"
    assert await refused(office.reader, "POST", f"{office.path}/proposals", {}) == (403, "forbidden")
    assert await refused(office.helper, "POST", f"{path}/publish") == (403, "forbidden")
    for client in (office.stranger, office.person("maija", "mentor")):
        assert await refused(client, "POST", f"{office.path}/proposals", {}) == (404, "not-found")
        for method, ask in (
            ("GET", path),
            ("POST", f"{path}/publish"),
            ("GET", f"{path}/why-not?mentor=a&mentee=b"),
        ):
            answer = await client.request(method, ask)
            unknown = await client.request(method, ask.replace(draft["id"], "unknown"))
            assert (answer.status_code, answer.json()) == (404, unknown.json()), "not even that there is one"
    assert world.published(PairProposed) == []
