"""Where everyone in a program stands, from one call."""

from collections import Counter

from matka_contracts.terms import Role
from matka_kit.store import Query
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.readiness import Readiness
from matka_pairing.models import Counts


async def admitted_mentors(deps: Pairing, program_id: str) -> list[Application]:
    """The mentors who have a place."""
    where = {"program_id": program_id, "role": Role.MENTOR.value, "status": "admitted"}
    return await deps.applications.every(Query(where, limit=500))


async def readiness_by_person(deps: Pairing, program_id: str) -> dict[str, Readiness]:
    """What is recorded of each mentor's readiness."""
    found = await deps.readiness.every(Query({"program_id": program_id}, limit=500))
    return {each.person_id: each for each in found}


async def counts(deps: Pairing, program_id: str) -> Counts:
    """Applications by role and status, mentors by readiness, pairs by status."""
    applications = await deps.applications.every(Query({"program_id": program_id}, limit=500))
    by_role = {
        role.value: dict(Counter(each.status for each in applications if each.role == role))
        for role in (Role.MENTOR, Role.MENTEE)
    }
    known = await readiness_by_person(deps, program_id)
    mentors = [each for each in applications if each.role == Role.MENTOR and each.status == "admitted"]
    doors = Counter(
        (readiness.door or "not-ready") if (readiness := known.get(each.person_id)) else "not-ready"
        for each in mentors
    )
    pairs = await deps.pairs.every(Query({"program_id": program_id}, limit=500))
    return Counts(
        applications=by_role,
        mentors={str(door): number for door, number in doors.items()},
        pairs=dict(Counter(pair.status for pair in pairs)),
    )
