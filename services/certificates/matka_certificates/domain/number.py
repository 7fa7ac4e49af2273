"""Certificate numbers: too many to guess, easy to read aloud, and quick to notice when mistyped."""

import re

from matka_kit.errors import InvalidInput

RANDOM_BITS = 55

# Crockford's base 32: no I, L, O or U, so that nothing is taken for a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FORM = re.compile(rf"MTK([0-9]{{4}})([{_ALPHABET}]{{12}})")
_BITS_PER_LETTER = 5


class NumberMistyped(InvalidInput):
    """No certificate can have this number: a character is missing, or two have changed places."""


def number_of(year: int, chance: int) -> str:
    """The number that 55 bits of chance make: `MTK-2027-XXXX-XXXX-XXXC`, C being a check letter."""
    letters = "".join(_ALPHABET[chance >> shift & 31] for shift in range(0, RANDOM_BITS, _BITS_PER_LETTER))
    return _written(f"{year:04}", letters + _check_letter(f"{year:04}{letters}"))


def read_number(text: str) -> str:
    """The number that somebody typed, in its one written form. Raises `NumberMistyped`."""
    plain = re.sub(r"[\s-]", "", text).upper()
    found = _FORM.fullmatch("MTK" + plain.removeprefix("MTK").translate(_READ_AS))
    if found is None or _check_letter(found[1] + found[2][:-1]) != found[2][-1]:
        raise NumberMistyped
    return _written(found[1], found[2])


def _written(year: str, letters: str) -> str:
    return f"MTK-{year}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _check_letter(characters: str) -> str:
    """Luhn's algorithm in base 32: it notices every wrong letter and nearly every exchange of two."""
    total = 0
    for position, character in enumerate(reversed(characters)):
        doubled = _ALPHABET.index(character) * (2 - position % 2)
        total += doubled // 32 + doubled % 32
    return _ALPHABET[-total % 32]
