"""One cohort on its way to a proposal: scores of all pairs, the best pairs, and who stays alone."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import numpy as np

from matka_pairing.domain.matching_assign import DENSE_SIDE, IMPOSSIBLE, Market, Seats, assign
from matka_pairing.domain.matching_inputs import Candidate, MatchingInputs, Pair, stable_hash
from matka_pairing.domain.matching_remarks import Remark, remark
from matka_pairing.domain.matching_scores import Scoring

_OUT_OF_REACH = {"open": "nobody-free", "common-language": "no-common-language"}
_OUT_OF_REACH |= {"field": "field-too-far", "veto": "all-vetoed"}


class Cohort:
    """All candidates in the order of their ids' hashes, scored against each other once.

    `reach` counts for every person how many partners are left after each hard constraint in turn.
    """

    def __init__(self, inputs: MatchingInputs) -> None:
        self.inputs = inputs
        self.mentors, self.mentees = inputs.of_role("mentor"), inputs.of_role("mentee")
        self.scores = np.full((len(self.mentees), len(self.mentors)), IMPOSSIBLE, dtype=np.int8)
        self.reach: dict[str, dict[str, int]] = {c.person_id: {} for c in inputs.candidates}
        self._score()

    def _score(self) -> None:
        scoring = Scoring(self.inputs, self.mentors, self.mentees)
        for rows in scoring.blocks():
            block = scoring.block(rows)
            left = np.ones(block.score.shape, dtype=bool)
            for rule, kept in block.hard.items():
                left &= kept
                self._count(rule, self.mentees[rows], left.sum(axis=1).tolist())
                self._count(rule, self.mentors, left.sum(axis=0).tolist())
            self.scores[rows] = np.where(left, block.score, IMPOSSIBLE)

    def _count(self, rule: str, people: list[Candidate], counts: list[int]) -> None:
        for person, count in zip(people, counts, strict=True):
            reach = self.reach[person.person_id]
            reach[rule] = reach.get(rule, 0) + count

    def best_pairs(self, dense_side: int = DENSE_SIDE) -> dict[Pair, int]:
        """The best pairs of the whole with their points."""
        market = Market(
            self.scores,
            mentees=np.array([stable_hash(c.person_id) for c in self.mentees], dtype=np.uint64),
            mentors=np.array([stable_hash(c.person_id) for c in self.mentors], dtype=np.uint64),
            seats=Seats.of(
                [self.inputs.seats_left(c) for c in self.mentors],
                [self.inputs.taken.get(c.person_id, 0) for c in self.mentors],
                self.inputs.rules.spreading_cost,
                wanted=len(self.mentees),
            ),
        )
        return {
            (self.mentors[column].person_id, self.mentees[row].person_id): int(self.scores[row, column])
            for row, column in assign(market, dense_side)
        }

    def alone(self, paired: AbstractSet[str]) -> Iterator[tuple[Candidate, Remark]]:
        """Everybody who is in no pair, mentees first, with the first thing that leaves nobody for them."""
        for person in (*self.mentees, *self.mentors):
            if person.person_id not in paired:
                yield person, self._why_alone(person)

    def _why_alone(self, person: Candidate) -> Remark:
        if not person.ready:
            return remark("not-ready", role=person.role)
        if self.inputs.seats_left(person) == 0:
            return remark("no-capacity")
        reach = self.reach[person.person_id]
        for rule, code in _OUT_OF_REACH.items():
            if not reach.get(rule):
                return remark(code)
        return remark("all-taken", possible=reach["veto"])
