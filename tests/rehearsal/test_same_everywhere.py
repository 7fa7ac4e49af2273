"""The same program comes out the same: played twice, by two replicas each, on MongoDB's adapter."""

import difflib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cohort_files import a_mentee, a_mentor, write_cohort
from tests.support.rehearsed import Rehearsed, rehearse

pytestmark = pytest.mark.timeout(1500)
_PATIENCE = 900
_FIELDS = ("2512", "2221", "5120")
# What machines decide, and what no two runs share.
_MACHINES = {"backing", "took_seconds", "phases", "moments", "requests", "program", "events"}


def seven(folder: Path) -> Path:
    """Enough for every special part: one pair declines, one ends, one slips."""
    mentors = [a_mentor(f"mentor{n}", field=_FIELDS[n % 3], offers="cv;network") for n in range(8)]
    students = [
        a_mentor(f"student{n}", training="self-study", field="2221", offers="culture") for n in range(2)
    ]
    mentees = [
        a_mentee(f"mentee{n}", field=_FIELDS[n % 3], needs="cv", language=language)
        for n, language in enumerate(("fi", "sv", "en", "fi-simple", "fi", "en", "sv", "fi", "en", "fi"))
    ]
    return write_cohort(folder, [*mentors, *students, *mentees])


def one_pair(folder: Path) -> Path:
    """The smallest cohort that there can be."""
    return write_cohort(folder, [a_mentor("maija"), a_mentee("amal")])


def facts(run: Rehearsed) -> str:
    """All that must not differ, as lines to be compared."""
    assert run.status == 0, run.said
    summary: dict[str, Any] = {key: value for key, value in run.summary.items() if key not in _MACHINES}
    pairs = [(row["mentor"], row["mentee"], row["formed"], row["ended"], row["score"]) for row in run.pairs]
    letters = sorted(
        (mail.to, mail.template, mail.language, f"{mail.local:%Y-%m-%d %H:%M}", str(mail.message["Subject"]))
        for mail in run.mails
    )
    return json.dumps({"summary": summary, "pairs": pairs, "letters": letters}, ensure_ascii=False, indent=1)


def differences(one: Rehearsed, other: Rehearsed) -> str:
    """Side by side, what differs between two runs."""
    before, after = facts(one).splitlines(), facts(other).splitlines()
    return "\n".join(difflib.unified_diff(before, after, str(one.out), str(other.out), lineterm="", n=2))


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
