"""Scores of many pairs at once: each wish gives whole points, each hard constraint a yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matka_pairing.domain.matching_inputs import LEVELS, Candidate, MatchingInputs
from matka_pairing.domain.matching_tables import Ints, Table, Tables, Truths, deepest

BLOCK_CELLS = 1_000_000
# All in per cent of a wish's weight. Field: by the number of ISCO-08 digits that the two share.
_FIELD_SHARES = np.array([0, 25, 55, 80, 100])
_UNKNOWN_SHARE = 45
_OTHER_PLACE_BUT_REMOTE_SHARE = 40


@dataclass(frozen=True, slots=True)
class Block:
    """Every mentee of a block (rows) against every mentor (columns).

    `parts` holds the points of each wish, `hard` which pairs keep each hard constraint.
    """

    parts: dict[str, Ints]
    hard: dict[str, Truths]

    @property
    def score(self) -> Ints:
        """0 to 100 points."""
        points: Ints = np.sum(list(self.parts.values()), axis=0)
        return points


class Scoring:
    """Computes blocks of scores.

    One code path serves a whole cohort and a single explained pair, so the two can't differ.
    """

    def __init__(
        self, inputs: MatchingInputs, mentors: Sequence[Candidate], mentees: Sequence[Candidate]
    ) -> None:
        self._inputs, self._rules = inputs, inputs.rules
        self._mentors, self._mentees = mentors, mentees
        self._tables = Tables(mentors, mentees)
        rows = {c.person_id: i for i, c in enumerate(mentees)}
        columns = {c.person_id: i for i, c in enumerate(mentors)}
        self._vetoes = [(rows[e], columns[m]) for m, e in inputs.vetoes if e in rows and m in columns]

    def blocks(self) -> list[slice]:
        """The mentees in slices whose tables against all mentors stay small."""
        size = max(1, BLOCK_CELLS // max(1, len(self._mentors)))
        return [slice(start, start + size) for start in range(0, len(self._mentees), size)]

    def block(self, rows: slice = slice(None)) -> Block:
        """All points and hard constraints of these mentees against every mentor."""
        tables, weights = self._tables, self._rules.weights
        level, near = deepest(tables.languages, rows), deepest(tables.fields, rows)
        needed = LEVELS.index(self._rules.common_language_level) + 1
        hard = {
            "open": np.logical_and.outer(self._open(self._mentees[rows]), self._open(self._mentors)),
            "common-language": level >= needed,
            "field": near >= (self._rules.field_digits if self._rules.field_is_hard else 0),
            "veto": self._unvetoed(rows),
        }
        parts = {
            "language": _language_share(level, needed) * weights.language // 100,
            "field": _wish(_FIELD_SHARES[near], weights.field, tables.fields[0], rows),
            "needs": _wish(self._needs_share(rows), weights.needs, tables.needs, rows),
            "forms": _wish(_any_share(tables.forms, rows), weights.forms, tables.forms, rows),
            "place": _wish(self._place_share(rows), weights.place, tables.places, rows),
            "availability": _wish(
                _any_share(tables.availability, rows), weights.availability, tables.availability, rows
            ),
        }
        return Block(parts, hard)

    def _open(self, people: Sequence[Candidate]) -> Truths:
        return np.array([c.ready and self._inputs.seats_left(c) > 0 for c in people], dtype=bool)

    def _unvetoed(self, rows: slice) -> Truths:
        start, stop, _ = rows.indices(len(self._mentees))
        allowed = np.ones((stop - start, len(self._mentors)), dtype=bool)
        for row, column in self._vetoes:
            if start <= row < stop:
                allowed[row - start, column] = False
        return allowed

    def _needs_share(self, rows: slice) -> Ints:
        needs = self._tables.needs
        wanted = needs.mentees[rows].sum(axis=1, keepdims=True)
        share: Ints = (100 * needs.shared(rows) // np.maximum(1, wanted)).astype(np.int64)
        return share

    def _place_share(self, rows: slice) -> Ints:
        remote = np.where(self._tables.remote.shared(rows) > 0, _OTHER_PLACE_BUT_REMOTE_SHARE, 0)
        return np.where(self._tables.places.shared(rows) > 0, 100, remote)


def _language_share(level: Ints, needed: int) -> Ints:
    """Half at the working level, all where both are as good as native, nothing below."""
    rungs = max(1, len(LEVELS) - needed)
    return np.where(level >= needed, 100 - 50 * (len(LEVELS) - level) // rungs, 0)


def _any_share(table: Table, rows: slice) -> Ints:
    return np.where(table.shared(rows) > 0, 100, 0)


def _wish(share: Ints, weight: int, table: Table, rows: slice) -> Ints:
    """Points for a share in per cent, or the middling share where either side said nothing."""
    return np.where(table.known(rows), share, _UNKNOWN_SHARE) * weight // 100
