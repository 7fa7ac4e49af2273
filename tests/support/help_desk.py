"""A program's staff who answer cases, and pairs that turn to them."""

from typing import Any

import httpx2

from matka_contracts.people import RoleGranted
from matka_contracts.scheduling import RhythmSlipped
from matka_contracts.terms import Pace, Role
from tests.support.asking import asked
from tests.support.mothers_pairing import NOON
from tests.support.office import Office

QUESTION = {"kind": "question", "text": "We can't find a time"}


async def staff_is_known(office: Office) -> None:
    """`people` tells who acts in the program, and who only reads or takes part."""
    roles = {"staff": Role.COORDINATOR, "helper": Role.HELPER, "reader": Role.READER, "maija": Role.MENTOR}
    for person, role in roles.items():
        await office.hears(RoleGranted(person_id=person, role=role, scope=office.program), person)
    await office.hears(RoleGranted(person_id="root", role=Role.ADMINISTRATOR, scope="*"), "root")
    await office.hears(RoleGranted(person_id="other", role=Role.COORDINATOR, scope="autumn"), "other")


async def a_pair_in(office: Office) -> str:
    """Maija and a mentee are a pair; the other mentee stays alone."""
    await staff_is_known(office)
    await office.has(mentors={"maija": 1}, mentees=2)
    await office.publishes(await office.drafts(("maija", "mentee0")))
    return await office.forms("maija", "mentee0")


async def case_of(
    office: Office, pair_id: str, client: httpx2.AsyncClient, **otherwise: Any
) -> dict[str, Any]:
    """Somebody turns to staff about a pair, and what follows from it has happened."""
    case: dict[str, Any] = await asked(client, "POST", f"/pairs/{pair_id}/cases", QUESTION | otherwise)
    await office.world.drain()
    return case


async def slips(office: Office, pair_id: str, step: Any, sequence: int) -> None:
    """Scheduling tells that a pair has been silent for so long that this step is due."""
    pair = await office.world.deps("pairing").pairs.peek(pair_id)
    event = RhythmSlipped(
        pair_id=pair_id,
        program_id=office.program,
        mentor_id=pair.mentor_id if pair else "nobody",
        mentee_id=pair.mentee_id if pair else "nobody",
        pace=Pace(),
        step=step,
        quiet_since=NOON,
    )
    await office.hears(event, f"rhythm-{pair_id}", sequence)
