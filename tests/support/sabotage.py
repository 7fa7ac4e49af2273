"""The kit with one thing done wrong on purpose, in a copy, and what a named test makes of it."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SUMMARY = re.compile(r"^(FAILED|ERROR) (.+?)(?: - (.*))?$", re.MULTILINE)
_HEADING = " short test summary info "
_PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout")  # without the others it starts in half the time
_BY_ASSERTION = ("assert ", "AssertionError")
_RED = 1


@dataclass(frozen=True)
class Edit:
    """A place in a file of the kit, word for word, and what stands there instead."""

    file: str
    was: str
    becomes: str


@dataclass(frozen=True)
class Sabotage:
    """A wrong turn that a writer of the kit might take, and the test that must notice."""

    name: str
    test: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Verdict:
    """How a run of pytest ended: its status, tests that failed by an assertion, and everything else wrong."""

    status: int
    failed: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    said: str = ""

    @classmethod
    def read(cls, status: int, said: str) -> "Verdict":
        """The verdict in what pytest printed."""
        failed: dict[str, str] = {}
        broken: dict[str, str] = {}
        for kind, test, why in _SUMMARY.findall(said.rpartition(_HEADING)[2]):
            by_assertion = kind == "FAILED" and why.startswith(_BY_ASSERTION)
            (failed if by_assertion else broken)[test] = why
        return cls(status, failed, broken, said)

    @property
    def is_green(self) -> bool:
        """Whether tests ran and all passed."""
        return self.status == 0

    def is_red_by(self, test: str) -> bool:
        """Whether this test, and nothing else, failed by what it asserts."""
        return self.status == _RED and set(self.failed) == {test} and not self.broken


def copy_of_the_kit(folder: Path) -> Path:
    """The shared packages as they are, in a folder of their own."""
    shared = folder / "shared"
    shutil.copytree(ROOT / "shared", shared, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    return shared


def commit(edits: tuple[Edit, ...], shared: Path) -> None:
    """Make the edits; raises `LookupError` where the kit no longer reads as an edit thinks it does."""
    for edit in edits:
        path = shared / "matka_kit" / edit.file
        text = path.read_text(encoding="utf-8")
        if text.count(edit.was) != 1:
            raise LookupError(f"{edit.file} has {text.count(edit.was)} times, not once:\n{edit.was}")
        path.write_text(text.replace(edit.was, edit.becomes), encoding="utf-8")


def run(shared: Path, broker: str, *tests: str) -> Verdict:
    """Run tests in a process whose kit is the copy in `shared`."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    paths = [str(shared), surroundings.get("PYTHONPATH", "")]
    environment = surroundings | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "MATKA_BROKER_URL": broker,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "COLUMNS": "500",  # the reason of a failure is cut to fit
    }
    plugins = [word for plugin in (*_PLUGINS, "no:cacheprovider") for word in ("-p", plugin)]
    words = [sys.executable, "-m", "pytest", *plugins, "--tb=short", *tests]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return Verdict.read(done.returncode, done.stdout + done.stderr)
