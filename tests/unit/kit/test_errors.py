"""Broken rules: their codes, their parameters, and their way back from another process."""

import pickle

import pytest

from matka_kit.errors import DomainError, Forbidden, InvalidInput, NotFound, Unauthenticated, Unavailable
from tests.support.tally import TallyClosed


class OddlyNamed(DomainError):
    code = "another-code"


def test_a_rule_is_called_as_its_class_unless_it_says_otherwise() -> None:
    assert TallyClosed.code_of() == "tally-closed"
    assert OddlyNamed.code_of() == "another-code"


def test_a_rule_comes_back_from_another_process_as_it_was_raised() -> None:
    back = pickle.loads(pickle.dumps(TallyClosed(number=3, names=["a"])))  # noqa: S301 - our own
    assert (type(back), back.params) == (TallyClosed, {"number": 3, "names": ["a"]})


@pytest.mark.parametrize(
    ("kind", "status"),
    [(DomainError, 409), (InvalidInput, 422), (NotFound, 404), (Forbidden, 403), (Unauthenticated, 401)],
)
def test_each_kind_of_rule_has_its_status(kind: type[DomainError], status: int) -> None:
    assert kind.status == status


def test_what_is_away_is_named() -> None:
    assert str(Unavailable("store")) == "store is away"
    assert str(Unavailable("store", "the disk is full")) == "store is away: the disk is full"
