"""The best whole: as many mentees as possible first, then the most points, then the hashes of the ids."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array, csr_array, hstack
from scipy.sparse.csgraph import maximum_bipartite_matching, min_weight_full_bipartite_matching

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
IMPOSSIBLE = -1
DENSE_SIDE = 1_500
CANDIDATES_EACH = 50
_EXACT_IN_A_FLOAT = 2**52
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class Seats:
    """The free seats of all mentors, one column each: whose it is and what filling it costs in points."""

    owner: Ints
    cost: Ints

    @classmethod
    def of(cls, free: list[int], filled: list[int], spreading_cost: int, wanted: int) -> "Seats":
        """Seats of mentors with so many free and filled ones; nobody gets more seats than `wanted`."""
        owner = [m for m, count in enumerate(free) for _ in range(min(count, wanted))]
        nth = [filled[m] + k for m, count in enumerate(free) for k in range(min(count, wanted))]
        return cls(np.array(owner, dtype=np.int64), np.array(nth, dtype=np.int64) * spreading_cost)


@dataclass(frozen=True, slots=True)
class Market:
    """Scores of mentees (rows) with mentors (columns), and the 64-bit hashes of both sides' ids.

    A score is `IMPOSSIBLE` where a hard constraint is broken.
    """

    scores: NDArray[np.int8]
    mentees: NDArray[np.uint64]
    mentors: NDArray[np.uint64]
    seats: Seats


def assign(market: Market, dense_side: int = DENSE_SIDE) -> list[tuple[int, int]]:
    """The best (mentee row, mentor column) pairs; above `dense_side` among each side's best candidates."""
    if not (market.scores != IMPOSSIBLE).any():
        return []
    if max(len(market.mentees), len(market.seats.owner)) <= dense_side:
        rows, seats = _dense(market)
    else:
        rows, seats = _sparse(market)
    owners = market.seats.owner[seats]
    return [(int(row), int(owner)) for row, owner in zip(rows, owners, strict=True)]


def _values(market: Market, rows: Ints, seats: Ints) -> Floats:
    """What each (mentee, seat) is worth as one exact number: count before points before hashes."""
    pairs = min(len(market.mentees), len(market.seats.owner))
    spread = 100 + int(market.seats.cost.max())
    one_more = pairs * spread + 1
    points_unit = max(1, _EXACT_IN_A_FLOAT // (pairs * (one_more + spread)))
    owners = market.seats.owner[seats]
    points = market.scores[rows, owners] + (spread - 100) - market.seats.cost[seats]
    ties = _pair_hash(market.mentees[rows], market.mentors[owners]) % np.uint64(max(1, points_unit // pairs))
    values: Floats = ((points + one_more) * points_unit).astype(np.float64) + ties
    return values


def _pair_hash(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64 over both ids' hashes: no pair of people is favoured by name or by place in a list."""
    mixed = one ^ (other * _MIX[0])
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[2]
    hashed: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return hashed


def _dense(market: Market) -> tuple[Ints, Ints]:
    rows = np.arange(len(market.mentees))[:, None]
    seats = np.arange(len(market.seats.owner))[None, :]
    possible = market.scores[rows, market.seats.owner[seats]] != IMPOSSIBLE
    values = np.where(possible, _values(market, rows, seats), 0.0)
    chosen_rows, chosen_seats = linear_sum_assignment(values, maximize=True)
    keep = possible[chosen_rows, chosen_seats]
    return chosen_rows[keep], chosen_seats[keep]


def _sparse(market: Market) -> tuple[Ints, Ints]:
    """Each side's best candidates and one matching of the largest size, so that pruning loses nobody.

    Every mentee also has a partner of their own that stands for staying alone: a full matching always exists.
    """
    rows, seats = _edges(market)
    values = _values(market, rows, seats)
    top = float(values.max()) + 1
    shape = (len(market.mentees), len(market.seats.owner))
    costs = csr_array(coo_array((top - values, (rows, seats)), shape=shape))
    alone = csr_array(coo_array((np.full(shape[0], top), (np.arange(shape[0]),) * 2), shape=(shape[0],) * 2))
    chosen_rows, chosen = min_weight_full_bipartite_matching(hstack([costs, alone], format="csr"))
    keep = chosen < shape[1]
    return chosen_rows[keep], chosen[keep]


def _edges(market: Market) -> tuple[Ints, Ints]:
    best = _best_of_rows(market.scores, market.mentees, market.mentors)
    mentors, mentees = _best_of_rows(market.scores.T, market.mentors, market.mentees)
    largest = _largest_matching(market)
    rows = np.concatenate([best[0], mentees, largest[0]])
    columns = np.concatenate([best[1], mentors, largest[1]])
    width = len(market.mentors)
    rows, columns = np.divmod(np.unique(rows * width + columns), width)
    return _to_seats(market.seats, rows, columns)


def _best_of_rows(
    scores: NDArray[np.int8], rows: NDArray[np.uint64], columns: NDArray[np.uint64]
) -> tuple[Ints, Ints]:
    """Each row's best possible columns, ties by hash."""
    found_rows, found_columns = [], []
    for row in range(len(rows)):
        ranks = (
            scores[row].astype(np.float64)
            + (_pair_hash(columns, rows[row : row + 1]) >> np.uint64(12)) / 2**52
        )
        best = (
            np.argpartition(ranks, -CANDIDATES_EACH)[-CANDIDATES_EACH:]
            if len(ranks) > CANDIDATES_EACH
            else slice(None)
        )
        columns_here = np.arange(len(columns))[best]
        columns_here = columns_here[scores[row, columns_here] != IMPOSSIBLE]
        found_rows.append(np.full(len(columns_here), row))
        found_columns.append(columns_here)
    return np.concatenate(found_rows), np.concatenate(found_columns)


def _largest_matching(market: Market) -> tuple[Ints, Ints]:
    """One matching of the largest possible size over all possible pairs, whatever its points."""
    width = len(market.seats.owner)
    possible = [
        np.flatnonzero(row[market.seats.owner] != IMPOSSIBLE).astype(np.int32) for row in market.scores
    ]
    starts = np.cumsum([0, *(len(row) for row in possible)])
    indices = np.concatenate(possible)
    graph = csr_array((np.ones(len(indices), np.int8), indices, starts), shape=(len(possible), width))
    seat_of = maximum_bipartite_matching(graph, perm_type="column")
    rows = np.flatnonzero(seat_of >= 0)
    return rows, market.seats.owner[seat_of[rows]]


def _to_seats(seats: Seats, rows: Ints, mentors: Ints) -> tuple[Ints, Ints]:
    """Each edge to a mentor becomes one to each of the mentor's seats (`owner` is ascending)."""
    first = np.searchsorted(seats.owner, mentors, side="left")
    counts = np.searchsorted(seats.owner, mentors, side="right") - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(rows, counts), np.repeat(first, counts) + within
