"""How often a pair means to meet: what makes sense for a program and for one pair."""

from matka_contracts.terms import Pace
from matka_kit.errors import InvalidInput

_MOST_A_MONTH = 31


class PaceOutOfOrder(InvalidInput):
    """A pair meets at least once a month and not more often at least than at most."""


def require_sensible(pace: Pace) -> None:
    """Raise `PaceOutOfOrder` for a pace that nobody can keep."""
    if not 1 <= pace.least <= pace.most <= _MOST_A_MONTH:
        raise PaceOutOfOrder
