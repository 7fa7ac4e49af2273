"""Pairs: proposed to both, accepted or declined, agreed, ended."""

from matka_kit.cause import Cause, derived_id
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.matching_results import Line
from matka_pairing.domain.pair import Agreement, MentorFull, Pair, SeatTaken
from matka_pairing.domain.program import Program


async def propose_pair(
    deps: Pairing, program: Program, mentor: Application, line: Line, cause: Cause
) -> Pair:
    """Ask the two of a line whether they want to be a pair, on the mentor's lowest free seat.

    The seats are unique keys: whatever runs at the same time, no mentee is in two pairs and no mentor over
    capacity. Raises `MenteeAlreadyPaired`, `MentorFull`.
    """
    for seat in range(mentor.profile.capacity):
        pair = Pair(
            id=derived_id("pair", cause.command_id, line.mentor, line.mentee),
            program_id=program.id,
            mentor_id=line.mentor,
            mentee_id=line.mentee,
            seat=seat,
            score=line.score,
            reasons=line.reasons,
            doubts=line.doubts,
            common_language=_language(line),
            pace=program.rules.pace,
            proposed_at=deps.clock.now(),
        )
        try:
            return await deps.pairs.add(pair, pair.propose(), cause)
        except SeatTaken:
            continue
    raise MentorFull(capacity=mentor.profile.capacity)


async def accept(deps: Pairing, pair_id: str, person_id: str, cause: Cause) -> Pair:
    """One side says yes. Raises `NotFound`, `PairAnswered`."""
    now = deps.clock.now()
    return await deps.pairs.update(pair_id, lambda each: each.accept(person_id, now), cause)


async def decline(deps: Pairing, pair_id: str, person_id: str, cause: Cause) -> Pair:
    """One side says no, in private. Raises `NotFound`, `PairAnswered`."""
    return await deps.pairs.update(pair_id, lambda each: each.decline(person_id), cause)


async def sign_agreement(
    deps: Pairing, pair_id: str, person_id: str, agreement: Agreement, cause: Cause
) -> Pair:
    """Write down what the two agreed on. Raises `NotFound`, `PairNotFormed`, `PaceOutOfOrder`."""
    now = deps.clock.now()
    return await deps.pairs.update(pair_id, lambda each: each.sign(person_id, agreement, now), cause)


async def end_pair(deps: Pairing, pair_id: str, reason: str, cause: Cause) -> Pair:
    """End a pair without blame. Raises `NotFound`, `PairNotFormed`."""
    now = deps.clock.now()
    return await deps.pairs.update(pair_id, lambda each: each.end(reason, now), cause)


def _language(line: Line) -> str:
    """The language that the two share: every line has the reason that says so."""
    return next(str(each.params["language"]) for each in line.reasons if each.code == "common-language")
