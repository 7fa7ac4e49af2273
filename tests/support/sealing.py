"""A program on its way to the seal: facts, the seal itself and what it said of whom."""

from typing import Any

from matka_contracts.scheduling import ParticipationSealed
from tests.support.asking import asked
from tests.support.spring import Spring


def seals(spring: Spring) -> list[tuple[str, int, int, int, str]]:
    """Person, number, gatherings, meetings and outcome of each seal."""
    return sorted(
        (each.person_id, each.seal, len(each.gatherings), each.meetings_held, each.outcome)
        for each in spring.heard(ParticipationSealed)
    )


async def seal(spring: Spring) -> dict[str, Any]:
    job = (await asked(spring.coordinator, "POST", "/programs/spring/seal"))["job_id"]
    await spring.world.drain()
    progress: dict[str, Any] = await asked(spring.reader, "GET", f"/jobs/{job}")
    return progress


async def attends(spring: Spring, gathering: str, **people: bool) -> None:
    records = [{"person_id": person, "attended": attended} for person, attended in people.items()]
    await asked(spring.coordinator, "POST", f"/gatherings/{gathering}/attendance", {"records": records})
    await spring.world.drain()


async def a_program_with_facts(spring: Spring) -> str:
    """Maija and Amal met once and were at a theme evening, the others did nothing; the evening's id."""
    await spring.forms_pair()
    await spring.forms_pair("other", "absent")
    theme = await spring.schedules("theme")
    await spring.comes_to(2027, 2, 1, 12, 0)
    held = {"at": "2027-01-20T17:00", "minutes": 60, "form": "phone", "held": True}
    await asked(spring.amal, "POST", "/pairs/maija-amal/meetings", held)
    await attends(spring, theme, amal=True, maija=True, absent=False)
    return theme
