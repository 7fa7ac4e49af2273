"""The main job, run once as people run it, for all tests that read what it leaves behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.rehearsed import Rehearsed

COHORT = Path(__file__).parent / "cohort"
_PATIENCE_SECONDS = 400


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """What `matka rehearse` left behind, with what it said and its exit status."""
    out = tmp_path_factory.mktemp("rehearsal") / "out"
    matka = str(Path(sys.executable).with_name("matka"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MATKA_")}
    run = subprocess.run(
        [matka, "rehearse", str(COHORT), "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        env=clean,
        check=False,
    )
    return Rehearsed(out, run.returncode, run.stdout + run.stderr)
