"""Numbers can be read aloud and mistyped, and are never taken for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matka_certificates.domain.number import RANDOM_BITS, NumberMistyped, number_of, read_number

CHANCES = st.integers(min_value=0, max_value=2**RANDOM_BITS - 1)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_number_says_its_year_and_nothing_about_its_holder() -> None:
    assert number_of(2027, 0) == "MTK-2027-0000-0000-000" + number_of(2027, 0)[-1]


@given(CHANCES, CHANCES)
def test_different_chances_give_different_numbers(one: int, other: int) -> None:
    assert (number_of(2027, one) == number_of(2027, other)) == (one == other)


@given(CHANCES)
def test_a_number_is_read_however_it_is_typed(chance: int) -> None:
    number = number_of(2027, chance)
    sloppy = number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_number(number) == read_number(f" {sloppy} ") == read_number(number[4:]) == number


@given(CHANCES, st.integers(min_value=4, max_value=21), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_noticed(chance: int, position: int, letter: str) -> None:
    number = number_of(2027, chance)
    if number[position] in {"-", letter} or (position < 8 and not letter.isdigit()):
        return
    with pytest.raises(NumberMistyped):
        read_number(number[:position] + letter + number[position + 1 :])


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "MTK",
        "MTK-2027-0000-0000-00",
        "MTK-2027-ÄÄÄÄ-0000-0000",
        "'; --",
        "٣" * 16,
        "MTK-٢٠٢٧-0000-0000-0000",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberMistyped):
        read_number(typed)
