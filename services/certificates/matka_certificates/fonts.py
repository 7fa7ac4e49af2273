"""The fonts of certificates: folders named outright, never whatever the machine happens to have."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

DEBIAN_FONTS = tuple(Path("/usr/share/fonts") / kind for kind in ("truetype/noto", "opentype/noto"))
DEBIAN_FONTS += tuple(Path("/usr/share/fonts/truetype") / kind for kind in ("droid", "wqy"))
DISPLAY, TEXT = "Noto Serif Display", "Noto Serif"
_NO_SERIF = ("Noto Naskh Arabic",)
_HAN = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Droid Sans Fallback", "WenQuanYi Micro Hei")
# Japanese and Korean draw some Han characters in their own way; kana and hangul tell them apart.
_OWN_HAN = {"Noto Serif CJK JP": range(0x3040, 0x3100), "Noto Serif CJK KR": range(0xAC00, 0xD7A4)}


class FontsMissing(RuntimeError):
    """The folders lack the fonts that every certificate needs; says which, where, and what to install."""


class FontSet:
    """The fonts in some folders: which families there are and which characters they can show."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[folder for folder in folders if folder.is_dir()],
        )
        self._families = frozenset(self.fonts.families())
        missing = {DISPLAY, TEXT} - self._families
        if missing:
            where = ", ".join(map(str, folders))
            raise FontsMissing(f"no {' nor '.join(sorted(missing))} in {where}: install fonts-noto-core")
        self.characters = _characters(str(font.path) for font in self.fonts.fonts() if font.path)

    def families_for(self, name: str) -> list[str]:
        """The families to set this name in, best first."""
        letters = {ord(character) for character in name}
        han = [family for family, script in _OWN_HAN.items() if letters.intersection(script)]
        serif = sorted(family for family in self._families if family.startswith("Noto Serif "))
        others = [family for family in serif if "CJK" not in family and family != DISPLAY]
        wanted = (DISPLAY, TEXT, *_NO_SERIF, *others, *han, *_HAN)
        return [family for family in wanted if family in self._families]


def _characters(paths: Iterable[str]) -> frozenset[int]:
    """Every code point that some font has a glyph for (all faces of a collection share theirs)."""
    found: set[int] = set()
    for path in sorted(set(paths)):
        with TTFont(path, fontNumber=0, lazy=True) as font:
            found.update(font.getBestCmap() or ())
    return frozenset(found)


@cache
def font_set(folders: tuple[Path, ...]) -> FontSet:
    """The fonts of these folders, read once per process (a fraction of a second). Raises `FontsMissing`."""
    return FontSet(folders)
