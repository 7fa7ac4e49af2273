"""Participation and its seals: everybody who took part once, and anew when a fact changes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from matka_contracts.event import Event
from matka_contracts.scheduling import AttendanceRecorded, ParticipantInvited
from matka_contracts.terms import Role
from matka_kit.cause import Cause
from matka_kit.repository import Repository
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.participation import (
    Participation,
    Sealing,
    sealing_id,
)
from matka_scheduling.handlers.participation import on_attendance_recorded
from matka_scheduling.store import PARTICIPATION_SHAPE
from tests.support.asking import asked, refused
from tests.support.mothers_scheduling import (
    pair_ended,
    pair_formed,
    program_closed,
    program_opened,
)
from tests.support.sealing import a_program_with_facts, attends, seal, seals
from tests.support.spring import Spring
from tests.support.told import envelope, told


class WhileStaffSeal(Repository[Participation]):
    """The participations, in a world where staff seal just before a fact is written."""

    def __init__(self, deps: Scheduling) -> None:
        inner = deps.participations
        super().__init__(PARTICIPATION_SHAPE, inner._store, inner._clock, inner._relay)
        self._deps = deps

    async def ensure(
        self, new: Participation, change: Callable[[Participation], Sequence[Event]], cause: Cause
    ) -> Participation:
        now = self._deps.clock.now()
        mark = Sealing(id=sealing_id("spring"), program_id="spring", sealed_at=now, sealed_by="staff")
        await self._deps.sealings.ensure(mark, lambda _: (), Cause("seal"))
        return await super().ensure(new, change, cause)


async def test_everybody_who_took_part_is_sealed_and_nobody_else(spring: Spring) -> None:
    await a_program_with_facts(spring)
    progress = await seal(spring)
    assert (progress["status"], progress["done"], progress["total"]) == ("finished", 4, 4)
    assert seals(spring) == [("amal", 1, 1, 1, "completed"), ("maija", 1, 1, 1, "completed")]
    people = (await asked(spring.reader, "GET", "/programs/spring/participation"))["people"]
    assert {(line["person_id"], line["seal"], line["meetings_held"]) for line in people} == {
        ("amal", 1, 1),
        ("maija", 1, 1),
        ("other", 0, 0),
        ("absent", 0, 0),
    }


async def test_participation_comes_in_pages(spring: Spring) -> None:
    await a_program_with_facts(spring)
    path = "/programs/spring/participation?limit=3"
    first = await asked(spring.reader, "GET", path)
    rest = await asked(spring.reader, "GET", f"{path}&after={first['after']}")
    assert (len(first["people"]), len(rest["people"]), rest["after"]) == (3, 1, "")


async def test_some_participations_are_asked_for_by_their_people(spring: Spring) -> None:
    await a_program_with_facts(spring)
    path = "/programs/spring/participation"
    whole = {each["person_id"]: each for each in (await asked(spring.reader, "GET", path))["people"]}
    some = await asked(spring.reader, "GET", f"{path}?person_id=amal&person_id=unknown&person_id=other")
    assert some == {"people": [whole["amal"], whole["other"]], "after": ""}


async def test_sealing_again_seals_only_what_changed(spring: Spring) -> None:
    await a_program_with_facts(spring)
    await seal(spring)
    await seal(spring)
    assert [number for _, number, *_ in seals(spring)] == [1, 1]


async def test_somebody_whose_first_participation_comes_after_the_seal_is_sealed_then(
    spring: Spring,
) -> None:
    theme = await a_program_with_facts(spring)
    await seal(spring)
    await attends(spring, theme, absent=True)
    assert seals(spring)[0] == ("absent", 1, 1, 0, "completed")


async def test_whoever_turns_out_not_to_have_taken_part_is_not_invited_to_the_closing_event(
    spring: Spring,
) -> None:
    await spring.admits("amal", Role.MENTEE)
    theme = await spring.schedules("theme")
    await spring.comes_to(2027, 2, 1, 12, 0)
    await attends(spring, theme, amal=True)
    await seal(spring)
    await attends(spring, theme, amal=False)
    await spring.schedules("closing", at="2027-07-01T17:00")
    assert seals(spring)[-1] == ("amal", 2, 0, 0, "without-pair")
    assert spring.heard(ParticipantInvited) == []


async def test_an_early_end_varies_the_seal_and_an_end_with_the_program_does_not(spring: Spring) -> None:
    await a_program_with_facts(spring)
    await seal(spring)
    now = spring.world.clock.now()
    await spring.hears(pair_ended(now, "program-closed"), "maija-amal", 4)
    assert len(seals(spring)) == 2
    await spring.forms_pair("helga", "yusuf")
    await spring.comes_to(2027, 2, 20, 12, 0)
    held = {"at": "2027-02-10T17:00", "minutes": 60, "form": "phone", "held": True}
    await asked(spring.mentor("helga"), "POST", "/pairs/helga-yusuf/meetings", held)
    await spring.hears(
        pair_ended(spring.world.clock.now(), mentor_id="helga", mentee_id="yusuf"), "helga-yusuf", 4
    )
    assert seals(spring)[-2:] == [("yusuf", 1, 0, 1, "completed"), ("yusuf", 2, 0, 1, "ended-early")]


async def test_a_program_that_closes_unsealed_is_sealed(spring: Spring) -> None:
    await a_program_with_facts(spring)
    await spring.hears(program_closed(spring.world.clock.now()), "spring", 3)
    assert [person for person, *_ in seals(spring)] == ["amal", "maija"]


async def test_a_mark_set_while_a_fact_is_written_is_seen_afterwards(spring: Spring) -> None:
    """The seal's job has passed by before this person's first fact is there: the fact's own handler seals."""
    await spring.admits("amal", Role.MENTEE)
    theme = await spring.schedules("theme")
    await spring.comes_to(2027, 2, 1, 12, 0)
    await attends(spring, theme, amal=True)
    (event,) = spring.heard(AttendanceRecorded)
    deps: Scheduling = spring.world.deps("scheduling")
    racing = replace(deps, participations=WhileStaffSeal(deps))
    another = event.model_copy(update={"gathering_id": "another"})
    await on_attendance_recorded(racing, another, envelope(another, "another-place"))
    await spring.world.drain()
    assert seals(spring) == [("amal", 1, 2, 0, "without-pair")]


async def test_a_fact_waits_for_the_admission_that_tells_the_role(spring: Spring) -> None:
    await a_program_with_facts(spring)
    (event, *_) = spring.heard(AttendanceRecorded)
    early = event.model_copy(update={"person_id": "early", "gathering_id": "evening"})
    await spring.world.bus.publish(
        [told(early, "a-place"), told(program_opened(program_id="autumn"), "autumn")]
    )
    await spring.admits("early", Role.MENTEE)
    await spring.world.drain()
    people = (await asked(spring.reader, "GET", "/programs/spring/participation"))["people"]
    assert "early" in {line["person_id"] for line in people}


async def test_the_end_of_a_pair_waits_for_its_program(spring: Spring) -> None:
    now = spring.world.clock.now()
    other = {"program_id": "autumn", "pair_id": "autumn-pair"}
    end = pair_ended(now + timedelta(days=1)).model_copy(update=other)
    await spring.world.bus.publish([told(end, "autumn-pair", 4)])
    await spring.world.bus.publish([told(program_opened(program_id="autumn"), "autumn")])
    await spring.hears(pair_formed().model_copy(update=other), "autumn-pair", 3)
    people = (await asked(spring.stranger, "GET", "/programs/autumn/participation"))["people"]
    assert {line["outcome"] for line in people} == {"ended-early"}


async def test_everything_delivered_twice_changes_nothing(spring: Spring) -> None:
    spring.world.bus._copies = 2
    await spring.schedules("start")
    await a_program_with_facts(spring)
    await spring.schedules("closing", at="2027-07-01T17:00")
    await seal(spring)
    assert len(seals(spring)) == 2
    invited = sorted((each.kind.value, each.person_id) for each in spring.heard(ParticipantInvited))
    assert invited == [
        ("closing", "amal"),
        ("closing", "maija"),
        *(("start", person) for person in ("absent", "amal", "maija", "other")),
    ]
    lines = (await asked(spring.reader, "GET", "/programs/spring/rhythm"))["pairs"]
    assert {(line["pair_id"], line["held"]) for line in lines} == {("maija-amal", 1), ("other-absent", 0)}
    assert spring.world.bus.dead_letters("scheduling") == []


async def test_only_coordinators_seal_and_only_staff_see_the_job(spring: Spring) -> None:
    for client in (spring.helper, spring.reader, spring.amal, spring.stranger):
        assert await refused(client, "POST", "/programs/spring/seal") == (403, "forbidden")
    assert await refused(spring.amal, "GET", "/programs/spring/participation") == (403, "forbidden")
    assert await refused(spring.stranger, "POST", "/programs/autumn/seal") == (404, "not-found")
    job = (await asked(spring.coordinator, "POST", "/programs/spring/seal"))["job_id"]
    assert await refused(spring.stranger, "GET", f"/jobs/{job}") == (404, "not-found")
    assert await refused(spring.stranger, "GET", "/jobs/unknown") == (404, "not-found")
