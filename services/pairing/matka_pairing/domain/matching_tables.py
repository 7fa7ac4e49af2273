"""The cohort as tables of marks, so that one product of two tables compares everybody with everybody."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matka_pairing.domain.matching_inputs import LEVELS, REMOTE_FORMS, Candidate

Marks = NDArray[np.float32]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
CodesOf = Callable[[Candidate], Collection[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of code on both sides: a row per mentee or mentor, a 1 for each of their codes."""

    mentees: Marks
    mentors: Marks

    def shared(self, rows: slice) -> Marks:
        """How many codes each of these mentees shares with each mentor."""
        return self.mentees[rows] @ self.mentors.T

    def known(self, rows: slice) -> Truths:
        """Where both sides have said something."""
        return np.logical_and.outer(self.mentees[rows].any(axis=1), self.mentors.any(axis=1))


class Tables:
    """Every table of a cohort; `languages` has one per CEFR level, `fields` one per ISCO-08 digit."""

    def __init__(self, mentors: Sequence[Candidate], mentees: Sequence[Candidate]) -> None:
        self._mentors, self._mentees = mentors, mentees
        self.languages = [self._both(_spoken_from(rank)) for rank in range(len(LEVELS))]
        self.fields = [self._both(_field_prefixes(digits)) for digits in (1, 2, 3, 4)]
        self.needs = self._table(lambda c: c.needs, lambda c: c.offers)
        self.forms = self._both(lambda c: c.forms)
        self.remote = self._both(lambda c: c.forms & REMOTE_FORMS)
        self.availability = self._both(lambda c: c.availability)
        self.places = self._both(lambda c: {c.municipality} - {""})

    def _both(self, codes: CodesOf) -> Table:
        return self._table(codes, codes)

    def _table(self, mentee_codes: CodesOf, mentor_codes: CodesOf) -> Table:
        sides = [[mentee_codes(c) for c in self._mentees], [mentor_codes(c) for c in self._mentors]]
        axis = {
            code: column for column, code in enumerate(sorted({x for side in sides for y in side for x in y}))
        }
        return Table(*(_marks(side, axis) for side in sides))


def _spoken_from(rank: int) -> CodesOf:
    return lambda c: {code for code, level in c.languages.items() if LEVELS.index(level) >= rank}


def _field_prefixes(digits: int) -> CodesOf:
    return lambda c: {code[:digits] for code in c.field if len(code) >= digits}


def _marks(codes: list[Collection[str]], axis: dict[str, int]) -> Marks:
    marks = np.zeros((len(codes), max(1, len(axis))), dtype=np.float32)
    for row, theirs in enumerate(codes):
        marks[row, [axis[code] for code in theirs]] = 1
    return marks


def deepest(ladder: list[Table], rows: slice) -> Ints:
    """The highest rung, from 1, on which the two share a code; 0 for none.

    Who shares a code on one rung shares one on every lower rung.
    """
    rungs: Ints = np.zeros((len(ladder[0].mentees[rows]), len(ladder[0].mentors)), dtype=np.int64)
    for table in ladder:
        rungs += table.shared(rows) > 0
    return rungs
