"""The example cohort, played once for all tests that read what it leaves behind."""

import csv
from pathlib import Path

import pytest

from tests.support.rehearsed import Rehearsed, rehearse

COHORT = Path(__file__).parents[2] / "examples" / "cohort"


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """What `make demo` leaves behind."""
    return rehearse(COHORT, tmp_path_factory.mktemp("rehearsal") / "out", patience=900)


@pytest.fixture(scope="session")
def people() -> dict[str, dict[str, str]]:
    """The applicants of the cohort by their email."""
    with (COHORT / "people.csv").open(encoding="utf-8", newline="") as file:
        return {row["email"]: row for row in csv.DictReader(file)}
