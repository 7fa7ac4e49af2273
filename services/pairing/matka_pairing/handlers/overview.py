"""Where everyone in a program stands, from one call."""

from collections import Counter

from matka_contracts.terms import Role
from matka_kit.store import Query
from matka_pairing.application_models import Board, Standing
from matka_pairing.deps import Pairing
from matka_pairing.handlers.standing import pairs_of, readiness_of
from matka_pairing.models import Counts


async def board(deps: Pairing, program_id: str, limit: int, after: str) -> Board:
    """A page of everybody who applied, each with readiness and pairs."""
    query = Query({"program_id": program_id}, limit=limit, after=(after,) if after else None)
    page = await deps.applications.find(query)
    ids = [each.person_id for each in page.items]
    known, pairs = await readiness_of(deps, program_id, ids), await pairs_of(deps, program_id, ids)
    lines = [Standing.of(each, known.get(each.person_id), pairs[each.person_id]) for each in page.items]
    return Board(people=lines, after=str(page.after[0]) if page.after else "")


async def counts(deps: Pairing, program_id: str) -> Counts:
    """Applications by role and status, mentors by readiness, pairs by status."""
    applications = await deps.applications.every(Query({"program_id": program_id}, limit=500))
    by_role = {
        role.value: dict(Counter(each.status for each in applications if each.role == role))
        for role in (Role.MENTOR, Role.MENTEE)
    }
    mentors = [each for each in applications if each.role == Role.MENTOR and each.status == "admitted"]
    known = await readiness_of(deps, program_id, [each.person_id for each in mentors])
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
