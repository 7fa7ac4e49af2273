"""The same program comes out the same: played twice, by two replicas each, on MongoDB's adapter."""

from pathlib import Path

import pytest

from tests.support.cohort_files import one_pair, seven
from tests.support.rehearsed import Rehearsed, rehearse
from tests.support.same_again import differences

pytestmark = pytest.mark.timeout(1500)
_PATIENCE = 900


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seven(tmp_path_factory.mktemp("seven") / "cohort")


@pytest.fixture(scope="session")
def first(cohort: Path) -> Rehearsed:
    """What every other run is compared with."""
    return rehearse(cohort, cohort.parent / "first", patience=_PATIENCE)


def test_every_special_part_is_played(first: Rehearsed) -> None:
    summary = first.summary
    assert summary["pairs"]["declined"] >= 1
    assert summary["pairs"]["ended"] == 1
    assert summary["cases"]["opened"] == summary["cases"]["resolved"] >= 1
    assert summary["meetings"]["moved"] > 0
    assert summary["meetings"]["cancelled"] > 0


def test_played_again_it_is_the_same(cohort: Path, first: Rehearsed) -> None:
    again = rehearse(cohort, cohort.parent / "again", patience=_PATIENCE)
    assert not differences(first, again)


def test_with_two_replicas_of_every_service_it_is_the_same(cohort: Path, first: Rehearsed) -> None:
    doubled = rehearse(cohort, cohort.parent / "doubled", "--replicas", "2", patience=_PATIENCE)
    assert not differences(first, doubled)


def test_another_seed_changes_what_people_do_and_nothing_that_the_program_decides(
    cohort: Path, first: Rehearsed
) -> None:
    other = rehearse(cohort, cohort.parent / "other", "--seed", "2", patience=_PATIENCE)
    assert differences(first, other)
    for decided in ("people", "ready"):
        assert other.summary[decided] == first.summary[decided]
    for run in (first, other):
        assert [each["kind"] for each in run.summary["gatherings"]] == [
            "mentor-training",
            "start",
            "theme",
            "closing",
        ]
    received = "application-received"
    assert other.summary["letters"][received] == first.summary["letters"][received]


def test_on_mongodb_it_is_the_same(mongodb_url: str, tmp_path: Path) -> None:
    smallest = one_pair(tmp_path / "cohort")
    embedded = rehearse(smallest, tmp_path / "embedded", patience=_PATIENCE)
    mongodb = rehearse(smallest, tmp_path / "mongodb", patience=_PATIENCE, MATKA_STORE_URL=mongodb_url)
    assert mongodb.summary["backing"]["store"] != embedded.summary["backing"]["store"]
    assert not differences(embedded, mongodb)
