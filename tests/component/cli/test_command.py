"""The command as a person at a terminal meets it: another process, its words and its exit status."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matka_cli.folder import LOCK, only_one_run
from matka_cli.main import COMMANDS
from tests.support.waiting import until

COHORT = Path(__file__).resolve().parents[2] / "e2e" / "cohort"
MATKA = [sys.executable, "-c", "from matka_cli.main import main; main()"]


def matka(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COLUMNS": "300", **environment}
    return subprocess.run([*MATKA, *words], env=env, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """What a rehearsal left behind, or is at."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "clock").write_text("2027-01-01T00:00:00+00:00")
    return out


def test_a_rehearsal_touches_nothing_of_a_run_that_is_going_on(earlier: Path) -> None:
    with only_one_run(earlier):
        said = matka("rehearse", COHORT, "--out", earlier)
    assert said.returncode == 1
    assert said.stderr == f"another run of Matka works on {earlier}; stop it, or name another folder\n"
    assert {path.name for path in earlier.iterdir()} == {"clock", LOCK}
    assert (earlier / "clock").read_text() == "2027-01-01T00:00:00+00:00"


def test_a_folder_that_is_no_rehearsals_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.md").write_text("years of work")
    said = matka("rehearse", COHORT, "--out", tmp_path)
    assert (said.returncode, [path.name for path in tmp_path.iterdir()]) == (1, ["thesis.md"])
    assert "no earlier rehearsal's" in said.stderr


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_is_no_folder_for_data(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = matka("rehearse", COHORT, "--out", tmp_path / place)
    sentence = f"{tmp_path / place} cannot be a folder for data: it is a file, or lies in one\n"
    assert (said.returncode, said.stderr) == (1, sentence)


@pytest.mark.parametrize("day", ["never", "2026-12-18"])
def test_a_day_to_stop_on_is_a_date_of_the_program(day: str, tmp_path: Path) -> None:
    said = matka("rehearse", COHORT, "--out", tmp_path / "out", "--until", day)
    assert said.returncode == 2
    assert "Traceback" not in said.stderr
    assert "--until" in said.stderr


@pytest.mark.parametrize("words", [("rehearse", COHORT), ("up",)])
def test_a_malformed_url_ends_the_command_with_a_sentence(
    words: tuple[str | Path, ...], tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    option = "--data" if words[0] == "up" else "--out"
    said = matka(*words, option, tmp_path / "run", MATKA_STORE_URL="garbage")
    assert said.returncode == 1
    assert said.stderr.startswith("MATKA_STORE_URL is not a URL of the form sqlite:DIR")


def test_somebody_s_own_folder_is_no_folder_of_data(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"a picture")
    said = matka("up", "--data", tmp_path)
    assert said.returncode == 2
    assert "holds other things" in " ".join(said.stderr.split())
    assert [each.name for each in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize("words", [("topology", "apply"), ("outbox",), ("timers",), ("dead-letters", "list")])
def test_commands_that_take_urls_refuse_malformed_ones(words: tuple[str, ...]) -> None:
    said = matka(*words, MATKA_STORE_URL="garbage", MATKA_BROKER_URL="garbage")
    assert said.returncode == 2
    assert "is not a URL of the form" in said.stderr


async def test_a_rehearsal_that_is_interrupted_says_where_it_stopped(earlier: Path, broker: str) -> None:
    env = {**os.environ, "MATKA_BROKER_URL": broker}
    words = [*MATKA, "rehearse", str(COHORT), "--out", str(earlier)]
    running = await asyncio.create_subprocess_exec(*words, env=env, stdout=subprocess.PIPE)
    await until("the program has begun", (earlier / "explore.json").exists, 100)
    running.send_signal(signal.SIGINT)
    said, _ = await running.communicate()
    assert running.returncode == 130
    last = f"everything is ended; `make explore DATA={earlier}` opens what there is.\n"
    assert said.decode().endswith(last)
    assert "Stopped on 2026-12-" in said.decode()
    assert json.loads((earlier / "explore.json").read_text())[0]["email"] == "aino@staff.example"
    with only_one_run(earlier):
        assert not (earlier / "summary.json").exists()


def test_a_command_that_nobody_knows_is_refused_without_loading_the_others() -> None:
    words = "import sys; from matka_cli.main import app; app(['wrong'], standalone_mode=False)"
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", words], capture_output=True, text=True, check=False
    )
    assert "No such command 'wrong'" in said.stderr
    assert not [each for each in ("fastapi", "pymongo", "docker") if f" {each}\n" in said.stderr]


def test_every_command_says_what_it_does() -> None:
    for name in COMMANDS:
        said = matka(name, "--help")
        assert said.returncode == 0
        assert f" {name} " in said.stdout
