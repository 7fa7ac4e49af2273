"""The rhythm of pairs: quiet steps in their order, each once, and what staff see of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from matka_contracts.scheduling import MeetingHeld, RhythmSlipped
from matka_contracts.terms import Role
from tests.support.asking import asked, refused
from tests.support.mothers_scheduling import (
    agreement_signed,
    pair_ended,
    pair_formed,
    program_closed,
    program_opened,
)
from tests.support.spring import Spring
from tests.support.told import told


def steps(spring: Spring) -> list[tuple[str, str]]:
    return [(each.pair_id, each.step) for each in spring.heard(RhythmSlipped)]


async def lines(spring: Spring) -> dict[str, Any]:
    """What staff see, by pair."""
    answer = await asked(spring.reader, "GET", "/programs/spring/rhythm")
    return {line["pair_id"]: line for line in answer["pairs"]}


async def test_staff_see_the_rhythm_of_every_pair(spring: Spring) -> None:
    pair = await spring.forms_pair()
    await spring.forms_pair("silent", "pair")
    await spring.hears(agreement_signed(), pair, 4)
    first, second = await spring.plans(at="2027-01-20T17:30"), await spring.plans()
    await spring.plans(at="2027-01-27T17:30")
    await spring.plans(at="2027-03-01T17:30")
    await asked(spring.maija, "POST", f"/meetings/{second}/move", {"at": "2027-02-11T17:30"})
    await spring.comes_to(2027, 2, 1, 12, 0)
    await asked(spring.maija, "POST", f"/meetings/{first}/hold")
    await spring.world.drain()
    seen = await lines(spring)
    busy, silent = seen[pair], seen["silent-pair"]
    assert (busy["held"], busy["unlogged"], busy["form"]) == (1, 1, "video")
    assert (busy["last_held"], busy["next_planned"]) == ("2027-01-20T15:30:00Z", "2027-02-11T15:30:00Z")
    assert (silent["held"], silent["last_held"], silent["next_planned"]) == (0, None, None)
    assert (busy["quiet_since"], silent["quiet_since"]) == ("2027-01-20T15:30:00Z", "2027-01-17T22:00:00Z")
    assert await refused(spring.amal, "GET", "/programs/spring/rhythm") == (403, "forbidden")


async def test_rhythm_comes_in_pages(spring: Spring) -> None:
    await spring.forms_pair("a", "b")
    await spring.forms_pair("c", "d")
    first = await asked(spring.reader, "GET", "/programs/spring/rhythm?limit=1")
    rest = await asked(spring.reader, "GET", f"/programs/spring/rhythm?limit=1&after={first['after']}")
    assert {line["pair_id"] for line in (*first["pairs"], *rest["pairs"])} == {"a-b", "c-d"}
    assert rest["after"] == ""


async def test_a_quiet_pair_is_asked_step_by_step_at_ten_and_staff_see_how_far_it_has_come(
    spring: Spring,
) -> None:
    pair = await spring.forms_pair()
    seen = []
    for day, hour, minute in ((10, 7, 59), (10, 8, 0), (17, 7, 59), (17, 8, 0), (24, 8, 0)):
        await spring.comes_to(2027, 2, day, hour, minute)
        line = (await lines(spring))[pair]
        seen.append((line["step"], line["signal"]))
    assert seen == [
        ("", "green"),
        ("pair", "amber"),
        ("pair", "amber"),
        ("each", "amber"),
        ("staff", "red"),
    ]
    await spring.comes_to(2027, 6, 1, 8, 0)
    assert steps(spring) == [(pair, "pair"), (pair, "each"), (pair, "staff")]


async def test_quiet_pairs_and_some_by_their_ids_are_asked_for_alone(spring: Spring) -> None:
    quiet, met = await spring.forms_pair(), await spring.forms_pair("leena", "bo")
    await spring.forms_pair("outi", "cai")
    await spring.plans(at="2027-03-01T17:30")
    await spring.comes_to(2027, 2, 17, 8, 0)
    path = "/programs/spring/rhythm?quiet=true"
    asks = (await asked(spring.reader, "GET", path))["pairs"]
    assert {each["pair_id"] for each in asks} == {met, "outi-cai"}, "Maija and Amal mean to meet"
    held = await asked(
        spring.mentor("leena"),
        "POST",
        f"/pairs/{met}/meetings",
        {"at": "2027-02-16T17:30", "minutes": 60, "form": "video", "held": True},
    )
    assert held["status"] == "held"
    await spring.world.drain()
    whole = await lines(spring)
    assert (await asked(spring.reader, "GET", path))["pairs"] == [whole["outi-cai"]]
    assert whole["outi-cai"]["signal"] == "amber"
    chosen = f"pair_id={quiet}&pair_id=unknown&pair_id={met}"
    some = (await asked(spring.reader, "GET", f"/programs/spring/rhythm?{chosen}"))["pairs"]
    assert {each["pair_id"]: each for each in some} == {id_: whole[id_] for id_ in (quiet, met)}
    elsewhere = await asked(spring.stranger, "GET", f"/programs/autumn/rhythm?{chosen}")
    assert elsewhere["pairs"] == [], "an id tells nobody of another program anything"


async def test_a_pair_that_meets_or_means_to_is_left_alone(spring: Spring) -> None:
    await spring.forms_pair()
    for at in ("2027-02-05T17:30", "2027-02-26T17:30"):
        await spring.plans(at=at)
    await spring.comes_to(2027, 3, 20, 12, 0)
    assert steps(spring) == []


async def test_a_cancelled_meeting_takes_back_that_one_was_planned(spring: Spring) -> None:
    pair = await spring.forms_pair()
    meeting = await spring.plans(at="2027-03-10T17:30")
    await spring.comes_to(2027, 3, 1, 16, 0)
    await asked(spring.amal, "POST", f"/meetings/{meeting}/cancel")
    await spring.comes_to(2027, 3, 2, 7, 59)
    assert steps(spring) == []
    await spring.comes_to(2027, 3, 2, 8, 0)
    assert steps(spring) == [(pair, "pair")]


async def test_a_missed_meeting_was_none(spring: Spring) -> None:
    pair = await spring.forms_pair()
    meeting = await spring.plans()
    await spring.comes_to(2027, 2, 12, 12, 0)
    await asked(spring.amal, "POST", f"/meetings/{meeting}/missed")
    await spring.comes_to(2027, 2, 13, 8, 0)
    assert steps(spring) == [(pair, "pair")]
    line = (await lines(spring))[pair]
    assert (line["held"], line["unlogged"], line["next_planned"]) == (0, 0, None)
    await asked(spring.maija, "POST", f"/meetings/{meeting}/hold")
    await spring.world.drain()
    line = (await lines(spring))[pair]
    assert (line["held"], line["step"], line["signal"]) == (1, "", "green")


async def test_the_pairs_own_agreement_decides(spring: Spring) -> None:
    pair = await spring.forms_pair()
    signed = agreement_signed()
    slow = signed.model_copy(update={"pace": signed.pace.model_copy(update={"least": 1})})
    await spring.hears(slow, pair, 4)
    await spring.comes_to(2027, 3, 10, 7, 59)
    assert steps(spring) == []
    await spring.comes_to(2027, 3, 10, 8, 0)
    assert [(each.step, each.pace.least) for each in spring.heard(RhythmSlipped)] == [("pair", 1)]


async def test_no_step_is_taken_twice_when_everything_is_told_twice(spring: Spring) -> None:
    spring.world.bus._copies = 2
    pair = await spring.forms_pair()
    await spring.plans(at="2027-01-20T17:30")
    await spring.comes_to(2027, 2, 12, 8, 0)
    meeting = await spring.plans(at="2027-03-10T17:30")
    await asked(spring.amal, "POST", f"/meetings/{meeting}/cancel")
    for day in (19, 26):
        await spring.comes_to(2027, 2, day, 8, 0)
    assert steps(spring) == [(pair, "pair"), (pair, "each"), (pair, "staff")]
    assert spring.world.bus.dead_letters("scheduling") == []


async def test_of_several_replicas_one_takes_the_step(spring: Spring) -> None:
    pair = await spring.forms_pair()
    deps = spring.world.deps("scheduling")
    spring.world.clock.step(datetime(2027, 2, 10, 8, tzinfo=UTC))
    assert sum(await asyncio.gather(*(deps.rhythms.fire(pair) for _ in range(4)))) == 1
    await spring.world.drain()
    assert steps(spring) == [(pair, "pair")]


async def test_a_meeting_told_late_does_not_undo_what_came_after_it(spring: Spring) -> None:
    pair = await spring.forms_pair()
    await spring.comes_to(2027, 2, 1, 12, 0)
    meeting = await spring.plans(at="2027-01-20T17:30", held=True)
    await spring.world.drain()
    (held,) = spring.heard(MeetingHeld)
    await spring.hears(held.model_copy(update={"starts_at": held.starts_at + timedelta(days=9)}), meeting, 1)
    assert (await lines(spring))[pair]["last_held"] == "2027-01-20T15:30:00Z"


async def test_nobody_waits_for_a_pair_that_has_ended(spring: Spring) -> None:
    pair = await spring.forms_pair()
    await spring.comes_to(2027, 2, 10, 8, 0)
    await spring.hears(pair_ended(spring.world.clock.now()), pair, 4)
    await spring.comes_to(2027, 4, 1, 8, 0)
    assert steps(spring) == [(pair, "pair")]
    line = (await lines(spring))[pair]
    assert (line["status"], line["step"], line["signal"]) == ("ended", "", "green")


async def test_nobody_waits_for_pairs_of_a_program_that_is_sealed(spring: Spring) -> None:
    await spring.forms_pair()
    await asked(spring.coordinator, "POST", "/programs/spring/seal")
    await spring.world.drain()
    await spring.forms_pair("late", "later")
    await spring.comes_to(2027, 4, 1, 8, 0)
    assert steps(spring) == []


async def test_nobody_waits_for_pairs_of_a_closed_program(spring: Spring) -> None:
    await spring.forms_pair()
    await spring.hears(program_closed(spring.world.clock.now()), "spring", 3)
    await spring.comes_to(2027, 4, 1, 8, 0)
    assert steps(spring) == []


async def test_a_pair_whose_end_arrives_before_its_beginning_is_not_waited_for(spring: Spring) -> None:
    pair = pair_formed().pair_id
    await spring.hears(pair_ended(spring.world.clock.now()), pair, 4)
    await spring.hears(pair_formed(), pair, 3)
    await spring.comes_to(2027, 4, 1, 8, 0)
    assert steps(spring) == []


async def test_a_seal_passes_by_a_pair_of_which_only_its_people_know_yet(spring: Spring) -> None:
    """Its rhythm is told a moment later: whoever tells it sees the seal."""
    await spring.admits("maija", Role.MENTOR)
    formed = pair_formed().model_copy(update={"program_id": "autumn"})
    await spring.world.bus.publish([told(formed, formed.pair_id, 3)])
    (seen,) = (await asked(spring.stranger, "GET", "/programs/autumn/rhythm"))["pairs"]
    assert (seen["quiet_since"], seen["signal"]) == (None, "green")
    await spring.world.bus.publish([told(program_opened(program_id="autumn"), "autumn")])
    job = await asked(spring.stranger, "POST", "/programs/autumn/seal")
    await spring.world.host("scheduling").settle()
    assert (await asked(spring.stranger, "GET", f"/jobs/{job['job_id']}"))["status"] == "finished"
    await spring.world.drain()
    await spring.comes_to(2027, 4, 1, 8, 0)
    assert steps(spring) == []
    (seen,) = (await asked(spring.stranger, "GET", "/programs/autumn/rhythm"))["pairs"]
    assert seen["quiet_since"] == "2027-01-17T22:00:00Z"
