"""`matka rehearse` on a folder that cannot be played: every mistake on a line, and nothing is started."""

from pathlib import Path

import pytest

from tests.support.cohort_files import Files
from tests.support.command import complaint


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_folder_that_is_not_there(tmp_path: Path, out: Path) -> None:
    told = complaint("rehearse", tmp_path / "nowhere", "--out", out)
    missing = f"{tmp_path / 'nowhere' / 'program.toml'} is missing"
    assert told == f"{missing}: a rehearsal needs program.toml and people.csv\n"
    assert not out.exists()


def test_every_mistake_in_a_table_has_its_line(tmp_path: Path, out: Path) -> None:
    files = Files(tmp_path).with_people("role,name,email\nboss,Maija,maija@example.org\nmentee,Amal,nobody\n")
    assert complaint("rehearse", files.folder, "--out", out).splitlines() == [
        f"{files.people}: line 2, column role: not one of the known",
        f"{files.people}: line 3, column email: not an address",
    ]
    assert not out.exists()
