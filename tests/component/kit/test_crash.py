"""Crash points: a process dies exactly where it was told to, once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matka_kit import crash

_PROCESS = """
from matka_kit.crash import CrashPoint, reach
for arrival in range(1, 6):
    print(arrival, flush=True)
    reach(CrashPoint.IN_JOB_STEP)
    reach(CrashPoint.IN_TIMER_FIRING)
"""


def _run(**environment: str) -> tuple[int, int]:
    """The exit status of a process that comes five times by each point, and how far it came."""
    plain = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", _PROCESS], env=plain | environment, capture_output=True, text=True, check=False
    )
    return done.returncode, len(done.stdout.split())


def test_without_an_order_nobody_dies() -> None:
    assert _run() == (0, 5)


def test_a_process_dies_at_the_first_arrival_or_at_the_one_named() -> None:
    assert _run(MATKA_CRASH_AT="in-job-step") == (-signal.SIGKILL, 1)
    assert _run(MATKA_CRASH_AT="in-timer-firing:3") == (-signal.SIGKILL, 3)


def test_a_point_that_does_not_exist_is_an_error_and_not_ignored() -> None:
    assert _run(MATKA_CRASH_AT="in-no-such-place") == (1, 0)


def test_whoever_finds_the_mark_lives(tmp_path: Path) -> None:
    mark = str(tmp_path / "crashed")

    assert _run(MATKA_CRASH_AT="in-job-step:2", MATKA_CRASH_MARK=mark) == (-signal.SIGKILL, 2)
    assert _run(MATKA_CRASH_AT="in-job-step:2", MATKA_CRASH_MARK=mark) == (0, 5)


def test_arrivals_are_counted_per_point(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deaths: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _, how: deaths.append(how))
    monkeypatch.setattr(crash, "_fuse", crash._Fuse("in-job-step:2", str(tmp_path / "crashed")))

    for point in (crash.CrashPoint.IN_JOB_STEP, crash.CrashPoint.IN_TIMER_FIRING) * 2:
        crash.reach(point)

    assert deaths == [signal.SIGKILL]
    monkeypatch.setattr(crash, "_fuse", crash._Fuse("in-job-step", str(tmp_path / "crashed")))
    crash.reach(crash.CrashPoint.IN_JOB_STEP)
    assert deaths == [signal.SIGKILL]
