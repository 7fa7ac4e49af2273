"""`matka check` where there is nothing to judge: a sentence, no trace."""

import json
from pathlib import Path

from tests.support.cohort_files import Files
from tests.support.command import complaint

BROKER = "amqp://nobody@127.0.0.1:9/"


def test_a_folder_without_results_is_named(tmp_path: Path) -> None:
    said = complaint("check", tmp_path, "--broker", BROKER)
    assert said == f"{tmp_path} has no urls.json: name the gateway with --gateway\n"


def test_a_gateway_that_is_away_is_named(tmp_path: Path) -> None:
    Files(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps({"program": "p"}))
    (tmp_path / "pairs.csv").write_text("mentor,mentee,formed,ended,score\n")
    (tmp_path / "timeline.csv").write_text("moment,type,subject\n2027-01-01T00:00:00+00:00,x,y\n")
    words = ("check", tmp_path, "--broker", BROKER, "--gateway", "http://127.0.0.1:9", "--cohort", tmp_path)
    assert complaint(*words) == "POST /sign-in: ConnectError\n"


def test_a_folder_that_is_no_rehearsals_is_named(tmp_path: Path) -> None:
    Files(tmp_path)
    words = ("check", tmp_path, "--broker", BROKER, "--gateway", "http://127.0.0.1:9", "--cohort", tmp_path)
    assert f"{tmp_path / 'summary.json'} is missing" in complaint(*words)
