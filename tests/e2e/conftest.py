"""The main job, run once as people run it, for all tests that read what it leaves behind."""

from pathlib import Path

import pytest

from tests.support.rehearsed import Rehearsed, rehearse


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """What a program of two months leaves behind."""
    out = tmp_path_factory.mktemp("rehearsal") / "out"
    return rehearse(Path(__file__).parent / "cohort", out, patience=400)
