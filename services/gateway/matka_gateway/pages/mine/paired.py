"""A pair as one of the two sees it: with the other's name and the program that they are in."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from matka_gateway.pages.visit import Visit
from matka_gateway.readings import USUAL_ZONE, OwnPair, Program, read_list, read_one
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import NotFound, Unavailable


@dataclass(frozen=True)
class MyPair:
    """A pair as one of the two sees it; `other` is empty while `people` is away."""

    pair: OwnPair
    am_mentor: bool
    has_accepted: bool
    other: str
    program: Program | None

    @classmethod
    def seen_by(
        cls, person_id: str, pair: OwnPair, names: Mapping[str, str], programs: Mapping[str, Program]
    ) -> "MyPair":
        """What this person sees of it."""
        return cls(
            pair=pair,
            am_mentor=pair.mentor_id == person_id,
            has_accepted=person_id in pair.accepted,
            other=names.get(pair.beside(person_id), ""),
            program=programs.get(pair.program_id),
        )

    @property
    def zone(self) -> str:
        """Where the clocks of the program are, as far as that is known now."""
        return self.program.timezone if self.program else USUAL_ZONE

    @property
    def is_formed(self) -> bool:
        """Whether the two may meet and agree on things."""
        return self.pair.status == "formed"


async def my_pair(visit: Visit, pair_id: str) -> MyPair:
    """One of the visitor's own pairs.

    Raises `Unauthenticated`, `NotFound` or `Refused` for a pair of others, `Unavailable`.
    """
    session, upstream = visit.require(), visit.gateway.upstream
    asks = {
        "pair": Ask("pairing", f"/pairs/{pair_id}", essential=True),
        "programs": Ask("pairing", "/programs"),
    }
    answers = await upstream.side_by_side(session.caller, asks)
    pair = read_one(OwnPair, answers["pair"])
    if isinstance(pair, Gap):
        raise Unavailable("pairing")
    if session.person_id not in {pair.mentor_id, pair.mentee_id}:
        raise NotFound(kind="pairs")
    names = await upstream.names({pair.beside(session.person_id)})
    programs = by_id(read_list(Program, answers["programs"], "programs"))
    return MyPair.seen_by(session.person_id, pair, names, programs)


async def my_pairs(visit: Visit) -> list[MyPair] | Gap:
    """All pairs that the visitor is or was one half of."""
    session, upstream = visit.require(), visit.gateway.upstream
    asks = {"pairs": Ask("pairing", "/pairs"), "programs": Ask("pairing", "/programs")}
    answers = await upstream.side_by_side(session.caller, asks)
    pairs = read_list(OwnPair, answers["pairs"], "pairs")
    if isinstance(pairs, Gap):
        return pairs
    names = await upstream.names({pair.beside(session.person_id) for pair in pairs})
    programs = by_id(read_list(Program, answers["programs"], "programs"))
    return [MyPair.seen_by(session.person_id, pair, names, programs) for pair in pairs]


def by_id(programs: list[Program] | Gap) -> dict[str, Program]:
    """Programs by their ids; none while pairing is away."""
    return {} if isinstance(programs, Gap) else {each.id: each for each in programs}


def are_over(scopes: AbstractSet[str], programs: Mapping[str, Program]) -> bool:
    """Whether all programs of these scopes are known and closed."""
    return bool(scopes) and all(each in programs and programs[each].is_closed for each in scopes)
