"""Names and titles as a page can show them: every script, both directions, any length."""

import unicodedata
from collections.abc import Set as AbstractSet

_JOINERS = "\u200c\u200d"
_BREAK_HERE = "\u200b"
_LONGEST_UNBROKEN = 44
_PIECE = 16
_CONTROLS = {"Cc", "Cf", "Cs"}
_SYMBOLS = {"So", "Sk", "Co"}
_EMOJI = range(0x1F000, 0x1FB00)
_EMOJI_STYLE = range(0xFE00, 0xFE10)


class NotDisplayable(ValueError):
    """No font has a glyph for a letter; `characters` are those letters."""

    def __init__(self, characters: list[str]) -> None:
        codes = " ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(f"no font shows {codes}: install one that does (fonts-noto-cjk for rare Chinese)")
        self.characters = characters


def clean(text: str, displayable: AbstractSet[int]) -> str:
    """The text composed, on one line, without control and bidi characters and without emoji.

    Raises `NotDisplayable` if a letter is left that no font can show (none is ever dropped), or nothing is.
    """
    kept = ""
    for character in unicodedata.normalize("NFC", " ".join(text.split())):
        if character in _JOINERS:
            kept += character if kept and unicodedata.category(kept[-1])[0] in "LM" else ""
        elif not _is_no_letter(character, displayable):
            kept += character
    lacking = sorted({c for c in kept if not _has_glyph(c, displayable)})
    if lacking or not kept.strip():
        raise NotDisplayable(lacking or sorted(set(text)))
    return " ".join(kept.split())


def _has_glyph(character: str, displayable: AbstractSet[int]) -> bool:
    return character in _JOINERS or character.isspace() or ord(character) in displayable


def _is_no_letter(character: str, displayable: AbstractSet[int]) -> bool:
    """Controls, bidi marks and emoji never show, other symbols where a font has them."""
    category = unicodedata.category(character)
    if category in _CONTROLS or ord(character) in _EMOJI_STYLE:
        return True
    return ord(character) in _EMOJI or (category in _SYMBOLS and ord(character) not in displayable)


def direction(text: str) -> str:
    """`rtl` if the first letter with a direction of its own is written from right to left, else `ltr`."""
    classes = (unicodedata.bidirectional(character) for character in text)
    return next(("ltr" if c == "L" else "rtl" for c in classes if c in {"L", "R", "AL"}), "ltr")


def breakable(text: str) -> str:
    """The text with places to break inside words that are too long for any line."""
    return " ".join(word if len(word) <= _LONGEST_UNBROKEN else _broken(word) for word in text.split(" "))


def _broken(word: str) -> str:
    pieces = [""]
    for character in word:
        joined = character in _JOINERS or unicodedata.category(character)[0] == "M"
        if len(pieces[-1]) < _PIECE or joined or pieces[-1][-1] in _JOINERS:
            pieces[-1] += character
        else:
            pieces.append(character)
    return _BREAK_HERE.join(pieces)
