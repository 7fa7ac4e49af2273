"""A whole program comes out the same while services, broker, mail server and disks fail in its midst."""

import os
import shutil
from pathlib import Path

import pytest

from matka_cli.roster import SERVICES
from tests.support.cohort_files import one_pair, seven
from tests.support.faulty import Broken, break_things, play
from tests.support.rehearsed import Rehearsed
from tests.support.same_again import differences

pytestmark = pytest.mark.timeout(1800)
KILLS = [f"kill-{service}" for service in SERVICES]
UPGRADES = [f"upgrade-{service}" for service in SERVICES]
BROKER_AND_MAIL = [
    "broker-restart",
    "broker-freeze",
    "broker-cut",
    "smtp-refuse",
    "smtp-drop",
    "smtp-stall",
    "poison",
]
_A_WEEK_IN = ("--until", "2027-03-08")  # the stand-in reads a whole collection for each write
DISK = ["store-lock", "store-read-only", *(["store-full"] if os.geteuid() == 0 else [])]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seven(tmp_path_factory.mktemp("faulty") / "cohort")


@pytest.fixture(scope="module")
def plain(cohort: Path) -> Rehearsed:
    """The program as it is played when nothing breaks."""
    return play(cohort, cohort.parent / "plain")


@pytest.fixture
def mongod(tmp_path: Path) -> Path:
    """A `mongod` to put on the path: the one that is installed, or else the stand-in."""
    installed, python = shutil.which("mongod"), os.environ.get("MATKA_TEST_MONGODB_PYTHON")
    if installed is not None:
        return Path(installed)
    if python is None:
        pytest.skip("neither mongod nor MATKA_TEST_MONGODB_PYTHON: no database server to stop")
    script = Path(__file__).parents[1] / "support" / "mongod_stand_in.py"
    path = tmp_path / "bin" / "mongod"
    path.parent.mkdir()
    path.write_text(f"#!{python}\n{script.read_text('utf-8')}", "utf-8")
    path.chmod(0o755)
    return path


def test_each_service_may_be_killed_while_it_has_work_in_flight(cohort: Path, plain: Rehearsed) -> None:
    broken = break_things(cohort, cohort.parent / "killed", "kill")
    assert not differences(plain, broken.run)
    _assert_all_struck(broken, KILLS)


def test_broker_and_mail_server_may_fail_in_every_way_and_poison_ends_among_the_dead_letters(
    cohort: Path, plain: Rehearsed
) -> None:
    broken = break_things(cohort, cohort.parent / "cut", "broker,smtp,poison")
    assert not differences(plain, broken.run)
    _assert_all_struck(broken, BROKER_AND_MAIL)
    assert broken.struck("broker-freeze")["lasted"] >= 30
    assert broken.struck("smtp-refuse")["facts"]["mails"] > 0
    assert broken.copies >= broken.struck("smtp-drop")["facts"]["mails"] > 0
    assert [each["service"] for each in broken.faults["planted"]] == ["notifications", "people"]
    assert broken.run.summary["dead_letters"] == 2


def test_disks_may_be_locked_read_only_and_full(cohort: Path, plain: Rehearsed) -> None:
    broken = break_things(cohort, cohort.parent / "disks", "store-lock,store-read-only,store-full")
    assert not differences(plain, broken.run)
    _assert_all_struck(broken, DISK)


def test_every_service_may_be_upgraded_in_place(cohort: Path, plain: Rehearsed) -> None:
    broken = break_things(cohort, cohort.parent / "upgraded", "upgrade", "--replicas", "2")
    assert not differences(plain, broken.run)
    _assert_all_struck(broken, UPGRADES)
    assert broken.copies == broken.faults["may_be_twice"] == 0


def test_the_database_server_may_be_stopped_and_come_back(tmp_path: Path, mongod: Path) -> None:
    smallest = one_pair(tmp_path / "cohort")
    plain = play(smallest, tmp_path / "plain", *_A_WEEK_IN)
    path = f"{mongod.parent}{os.pathsep}{os.environ['PATH']}"
    broken = break_things(smallest, tmp_path / "stopped", "store-stop", *_A_WEEK_IN, PATH=path)
    assert "MongoDB" in broken.run.summary["backing"]["store"]
    assert not differences(plain, broken.run)
    _assert_all_struck(broken, ["store-stop"])


def _assert_all_struck(broken: Broken, names: list[str]) -> None:
    """Each met work in flight once, everybody came back, and no mail is twice that may not be."""
    assert sorted(each["fault"] for each in broken.record) == sorted(names)
    assert all(each["in_flight"] for each in broken.record), broken.record
    slow = {each["fault"]: each["consuming_after"] for each in broken.record}
    assert None not in slow.values(), slow
    assert broken.copies == broken.faults["twice"] <= broken.faults["may_be_twice"]
