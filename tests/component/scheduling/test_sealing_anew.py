"""Facts that change or are told after the seal: who is sealed anew, and what the new seal says."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from matka_contracts.event import Event
from matka_contracts.scheduling import AttendanceRecorded, ParticipationSealed
from matka_contracts.terms import Door
from matka_kit.cause import Cause
from matka_kit.jobs import Job
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.participation import Attendance, Participation, participation_id
from matka_scheduling.handlers import participation as sealing
from matka_scheduling.handlers.participation import on_attendance_recorded
from tests.support.asking import asked
from tests.support.mothers_scheduling import mentor_ready, program_closed
from tests.support.sealing import a_program_with_facts, attends, seal, seals
from tests.support.spring import A_MEETING, Spring
from tests.support.told import envelope


def doors(spring: Spring) -> list[tuple[str, int, Door | None]]:
    """Person, number and door of each seal."""
    return sorted(
        ((each.person_id, each.seal, each.door) for each in spring.heard(ParticipationSealed)),
        key=lambda seal: seal[:2],
    )


def a_correction(spring: Spring) -> AttendanceRecorded:
    """That Amal was not there after all."""
    known: list[AttendanceRecorded] = spring.heard(AttendanceRecorded)
    event = next(each for each in known if each.person_id == "amal")
    return event.model_copy(update={"attended": False})


async def test_a_correction_after_the_seal_seals_that_person_anew(spring: Spring) -> None:
    theme = await a_program_with_facts(spring)
    await seal(spring)
    await attends(spring, theme, maija=False)
    assert seals(spring)[1:] == [("maija", 1, 1, 1, "completed"), ("maija", 2, 0, 1, "completed")]


async def test_an_attendance_corrected_after_the_gathering_was_closed_changes_what_a_certificate_says(
    spring: Spring,
) -> None:
    theme = await a_program_with_facts(spring)
    await asked(spring.coordinator, "POST", f"/gatherings/{theme}/held")
    await attends(spring, theme, maija=False)
    await seal(spring)
    await spring.hears(program_closed(spring.world.clock.now()), "spring", 3)
    await attends(spring, theme, maija=True, amal=False)
    facts = {
        (each.person_id, each.seal): [fact.gathering_id for fact in each.gatherings]
        for each in spring.heard(ParticipationSealed)
    }
    assert facts == {("amal", 1): [theme], ("amal", 2): [], ("maija", 1): [], ("maija", 2): [theme]}


async def test_a_seal_says_by_which_door_a_mentor_came_whenever_that_is_told(spring: Spring) -> None:
    await a_program_with_facts(spring)
    await spring.hears(mentor_ready("maija", Door.SELF_STUDY), "readiness-maija", 2)
    await seal(spring)
    assert doors(spring) == [("amal", 1, None), ("maija", 1, Door.SELF_STUDY)]
    held = A_MEETING | {"at": "2027-01-20T17:00", "held": True}
    await asked(spring.mentor("other"), "POST", "/pairs/other-absent/meetings", held)
    await spring.world.drain()
    await spring.hears(mentor_ready("other", Door.WAIVED), "readiness-other", 2)
    assert [each for each in doors(spring) if each[0] == "other"] == [
        ("other", 1, None),
        ("other", 2, Door.WAIVED),
    ]


async def test_a_mentor_who_got_ready_and_took_part_in_nothing_is_not_sealed(spring: Spring) -> None:
    await spring.hears(mentor_ready("maija", Door.WAIVED), "readiness-maija", 2)
    await seal(spring)
    assert seals(spring) == []


async def test_a_seal_says_when_the_closing_event_begins_also_one_that_is_planned_later(
    spring: Spring,
) -> None:
    await a_program_with_facts(spring)
    await seal(spring)
    await spring.schedules("closing", at="2027-07-02T17:00")
    await spring.schedules("closing", at="2027-07-01T17:00")
    await spring.schedules("closing", at="2027-07-03T17:00")
    handed_out = [
        each.handed_out_at for each in spring.heard(ParticipationSealed) if each.person_id == "amal"
    ]
    evenings = [datetime(2027, 7, day, 14, tzinfo=UTC) for day in (2, 1)]
    assert handed_out == [None, *evenings]


async def test_a_seal_says_when_a_closing_event_begins_that_was_planned_before_it(spring: Spring) -> None:
    theme = await a_program_with_facts(spring)
    await spring.schedules("closing", at="2027-07-01T17:00")
    await seal(spring)
    await attends(spring, theme, amal=False)
    evening = datetime(2027, 7, 1, 14, tzinfo=UTC)
    assert {each.handed_out_at for each in spring.heard(ParticipationSealed)} == {evening}


async def test_a_fact_whose_seal_was_interrupted_is_sealed_when_it_is_told_again(spring: Spring) -> None:
    await a_program_with_facts(spring)
    await seal(spring)
    deps: Scheduling = spring.world.deps("scheduling")
    event = a_correction(spring)
    told_again = envelope(event, "a-place", 9)
    fact = Attendance(
        sequence=9, attended=False, gathering=spring.heard(ParticipationSealed)[0].gatherings[0]
    )

    def correct(participation: Participation) -> Sequence[Event]:
        participation.note_attendance(fact)
        return ()

    await deps.participations.update(participation_id("spring", "amal"), correct, Cause.of_event(told_again))
    await on_attendance_recorded(deps, event, told_again)
    await spring.world.drain()
    assert seals(spring)[:2] == [("amal", 1, 1, 1, "completed"), ("amal", 2, 0, 1, "completed")]


@pytest.mark.parametrize("by_fact", [True, False])
async def test_a_closing_event_that_is_planned_while_somebody_is_sealed_stands_in_the_last_seal(
    spring: Spring, monkeypatch: pytest.MonkeyPatch, *, by_fact: bool
) -> None:
    await a_program_with_facts(spring)
    await seal(spring)
    deps: Scheduling = spring.world.deps("scheduling")
    look = sealing._closing

    async def planned_right_after_the_look(deps: Scheduling, program_id: str) -> datetime | None:
        monkeypatch.setattr(sealing, "_closing", look)
        seen = await look(deps, program_id)
        await spring.schedules("closing", at="2027-06-10T17:00")
        return seen

    monkeypatch.setattr(sealing, "_closing", planned_right_after_the_look)
    if by_fact:
        event = a_correction(spring)
        await on_attendance_recorded(deps, event, envelope(event, "a-place", 9))
    else:
        job = Job(id="job", kind=sealing.SEAL, scope="spring", touched=deps.clock.machine())
        await sealing.seal_step(deps, job, Cause("step"))
    await spring.world.drain()
    last = {each.person_id: each.handed_out_at for each in spring.heard(ParticipationSealed)}
    assert last == dict.fromkeys(("amal", "maija"), datetime(2027, 6, 10, 14, tzinfo=UTC))
