"""Where everyone in a program stands: person by person, in numbers, and who is free."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from matka_contracts.terms import PARTICIPANTS, Role
from matka_kit.store import OneOf, Query
from matka_pairing.application_models import Applicant, ApplicationInShort, Board, Standing
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Decision
from matka_pairing.domain.pair import holds_seats
from matka_pairing.domain.readiness import NOT_READY, TALK_MISSING
from matka_pairing.handlers.standing import pairs_of, readiness_of, ready_mentors
from matka_pairing.models import Counts, Free
from matka_pairing.pair_models import PairInShort


async def board(deps: Pairing, program_id: str, people: Sequence[str], limit: int, after: str) -> Board:
    """A page of everybody who applied, or of these people, each with readiness and pairs."""
    where: dict[str, str | OneOf] = {"program_id": program_id}
    if people:
        where["person_id"] = OneOf(tuple(people))
    query = Query(where, limit=limit, after=(after,) if after else None)
    page = await deps.applications.views(Applicant, query)
    ids = [each.person_id for each in page.items]
    known, pairs = await readiness_of(deps, program_id, ids), await pairs_of(deps, program_id, ids)
    lines = [Standing.of(each, known.get(each.person_id), pairs[each.person_id]) for each in page.items]
    return Board(people=lines, after=str(page.after[0]) if page.after else "")


async def counts(deps: Pairing, program_id: str) -> Counts:
    """Applications by role and status, admitted mentors by readiness, pairs by where they stand."""
    applications = {role.value: await _applications(deps, program_id, role) for role in PARTICIPANTS}
    mentors = await _readiness(deps, program_id, applications[Role.MENTOR].get("admitted", 0))
    talks = sorted(person for person, standing in mentors.known.items() if standing == TALK_MISSING)
    return Counts(
        applications=applications,
        mentors=mentors.numbers(),
        talks=talks,
        pairs=await _pairs(deps, program_id),
    )


async def free(deps: Pairing, program_id: str) -> Free:
    """Who could be matched now; a mentee whose pair lasted until the program closed is not free."""
    admitted = {"program_id": program_id, "status": "admitted"}
    mentors = await deps.applications.every_view(
        Applicant, Query(admitted | {"role": Role.MENTOR.value}, limit=500)
    )
    mentees = await deps.applications.every_view(
        ApplicationInShort, Query(admitted | {"role": Role.MENTEE.value}, limit=500)
    )
    pairs = await deps.pairs.every_view(PairInShort, Query({"program_id": program_id}, limit=500))
    taken = Counter(each.mentor_id for each in pairs if holds_seats(each.status))
    with_a_seat = {each.person_id for each in mentors if each.profile.capacity > taken[each.person_id]}
    paired = {each.mentee_id for each in pairs if holds_seats(each.status) or each.is_completed}
    return Free(
        mentors=len(with_a_seat & await ready_mentors(deps, program_id)),
        mentees=sum(each.person_id not in paired for each in mentees),
    )


@dataclass(frozen=True)
class _Mentors:
    """How many mentors were admitted, and where those stand of whom something is recorded."""

    admitted: int
    known: dict[str, str]

    def numbers(self) -> dict[str, int]:
        """By standing; of whom nothing is recorded, nothing has been done."""
        found = Counter(self.known.values())
        found[NOT_READY] += self.admitted - len(self.known)
        return dict(+found)


async def _applications(deps: Pairing, program_id: str, role: Role) -> dict[str, int]:
    decisions: Sequence[Decision] = get_args(Decision)
    mine = {"program_id": program_id, "role": role.value}
    numbers = await asyncio.gather(*(deps.applications.count(mine | {"status": each}) for each in decisions))
    return {status: number for status, number in zip(decisions, numbers, strict=True) if number}


async def _readiness(deps: Pairing, program_id: str, admitted: int) -> _Mentors:
    """Most of whom something is recorded are admitted: the few others are looked up and left out."""
    recorded = await deps.readiness.every(Query({"program_id": program_id}, limit=500))
    known = {each.person_id: each.standing for each in recorded}
    if known:
        not_admitted = OneOf(tuple(each for each in get_args(Decision) if each != "admitted"))
        query = Query(
            {"program_id": program_id, "role": Role.MENTOR.value, "status": not_admitted}, limit=500
        )
        for each in await deps.applications.every_view(ApplicationInShort, query):
            known.pop(each.person_id, None)
    return _Mentors(admitted, known)


async def _pairs(deps: Pairing, program_id: str) -> dict[str, int]:
    """Of those that are over, each tells whether it lasted until the program closed."""
    mine = {"program_id": program_id}
    running = ("proposed", "formed", "declined")
    numbers = await asyncio.gather(*(deps.pairs.count(mine | {"status": each}) for each in running))
    found = Counter(dict(zip(running, numbers, strict=True)))
    over = await deps.pairs.every_view(PairInShort, Query(mine | {"status": "ended"}, limit=500))
    found.update("completed" if pair.is_completed else "ended" for pair in over)
    return dict(+found)
