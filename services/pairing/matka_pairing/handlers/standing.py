"""Where some people of a program stand, asked for by their ids: readiness and pairs."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from matka_kit.store import OneOf, Query
from matka_kit.store.port import MOST_VALUES
from matka_pairing.deps import Pairing
from matka_pairing.domain.pair import Pair, StandingOfPair
from matka_pairing.domain.readiness import Readiness
from matka_pairing.handlers.readiness import readiness_id

_EARLIEST = datetime.min.replace(tzinfo=UTC)


async def readiness_of(deps: Pairing, program_id: str, people: Sequence[str]) -> dict[str, Readiness]:
    """What is recorded of each one's readiness."""
    ids = [readiness_id(program_id, each) for each in people]
    found: dict[str, Readiness] = {}
    for start in range(0, len(ids), MOST_VALUES):
        page = await deps.readiness.get_many(ids[start : start + MOST_VALUES])
        found |= {each.person_id: each for each in page}
    return found


async def ready_mentors(deps: Pairing, program_id: str) -> set[str]:
    """The mentors who have passed a door."""
    found = await deps.readiness.every(Query({"program_id": program_id}, limit=500))
    return {each.person_id for each in found if each.door}


async def pairs_of(deps: Pairing, program_id: str, people: Sequence[str]) -> dict[str, list[StandingOfPair]]:
    """All pairs, also those that are over, of at most 1,000 people, in the order they were proposed in."""
    pairs: dict[str, list[StandingOfPair]] = {each: [] for each in people}
    whose = OneOf(tuple(people))
    for side in ("mentor_id", "mentee_id"):
        query = Query({"program_id": program_id, side: whose}, limit=500)
        for pair in await deps.pairs.every_view(StandingOfPair, query):
            pairs[getattr(pair, side)].append(pair)
    return {person: sorted(found, key=in_order) for person, found in pairs.items()}


def parted(pairs: Iterable[StandingOfPair]) -> frozenset[tuple[str, str]]:
    """Who declined each other or ended, as (mentor, mentee): nobody is asked about the same person again."""
    return frozenset((pair.mentor_id, pair.mentee_id) for pair in pairs if not pair.is_active)


def in_order(pair: Pair | StandingOfPair) -> tuple[datetime, str]:
    """By when it was proposed; what was stored without that moment comes first."""
    return pair.proposed_at or _EARLIEST, pair.id
