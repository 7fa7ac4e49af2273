"""The structure check measures what it says, and each of its maxima bites."""

from pathlib import Path

import pytest

from tests.architecture import figures

GOOD = '"""A room."""\n'
LONG_FUNCTION = GOOD + "def f() -> None:\n" + "    g()\n" * 50
PLANTED = {
    "lines; a file has": (GOOD + "x = 1\n" * 300, "room.py"),
    "f has 51 lines": (LONG_FUNCTION, "room.py"),
    "f has 7 parameters": (GOOD + "def f(a, b, c, d, *, e, f, g): ...\n", "room.py"),
    "opens with no sentence": ("x = 1\n", "room.py"),
    "a name for everything": (GOOD, "helpers.py"),
    "the kit knows no domain": (GOOD + "mentor_id = 1\n", "matka_kit/room.py"),
}


@pytest.mark.parametrize("words", PLANTED)
def test_a_passed_maximum_is_named(words: str, tmp_path: Path) -> None:
    text, name = PLANTED[words]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    broken = figures.measure([path], tmp_path).broken
    assert [line for line in broken if words in line], broken


def test_a_good_file_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text(GOOD + "# why\ndef f(self, a, b, c, d, e, f): ...\n")
    measured = figures.measure([tmp_path / "room.py"], tmp_path)
    assert measured.broken == []
    assert (measured.files, measured.functions, measured.comments) == ([3], [1], 1)
