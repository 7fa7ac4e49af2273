"""A rehearsal that stops in the middle leaves a program in the middle, whatever the seed."""

from pathlib import Path

import pytest

from tests.support.cohort_files import Planned, a_mentee, a_mentor, write_cohort
from tests.support.rehearsed import Rehearsed, rehearse

pytestmark = pytest.mark.timeout(900)
GATHERINGS = (
    Planned("mentor-training", "2027-02-13T10:00"),
    Planned("start", "2027-03-03T17:00"),
    Planned("theme", "2027-03-31T17:00"),
    Planned("closing", "2027-07-28T17:00"),
)


@pytest.fixture(scope="module", params=["1", "2"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """Five months that stop after six weeks."""
    doors = ("training", "self-study")
    people = [a_mentor(f"mentor{n}", training=doors[n % 2], capacity=str(1 + n // 6)) for n in range(8)]
    people += [a_mentor("unready", training="none")]
    people += [a_mentee(f"mentee{n}", field=f"{2110 + n}") for n in range(10)]
    folder: Path = tmp_path_factory.mktemp("until")
    cohort = write_cohort(folder / "cohort", people, {"months": 5}, GATHERINGS)
    return rehearse(
        cohort, folder / "out", "--until", "2027-04-15", "--seed", str(request.param), patience=400
    )


def test_nothing_of_what_lies_ahead_has_happened(run: Rehearsed) -> None:
    assert run.status == 0, run.said
    assert max(mail.local.date().isoformat() for mail in run.mails) <= "2027-04-15"
    assert run.summary["certificates"] == {"issued": 0, "replaced": 0}
    assert run.summary["pairs"]["active_at_close"] == 0
    assert [each["held"] for each in run.summary["gatherings"]] == [True, True, True, False]


def test_pairs_are_in_the_midst_of_it(run: Rehearsed) -> None:
    assert run.summary["pairs"]["formed"] >= 6
    assert any(not pair["ended"] for pair in run.pairs)
    assert run.summary["meetings"]["planned"] > sum(run.summary["meetings"]["held"].values()) > 0


def test_everybody_got_ready_by_their_own_door_whatever_the_seed(run: Rehearsed) -> None:
    assert run.summary["ready"] == {"door_a": 4, "door_b": 4, "waived": 0, "not_ready": 1}
    assert (run.summary["people"]["declined"], run.summary["people"]["referred"]) == (1, 1)
