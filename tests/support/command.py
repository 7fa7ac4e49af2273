"""The `matka` command as another process."""

import os
import subprocess
import sys
from pathlib import Path

MATKA = [sys.executable, "-c", "from matka_cli.main import main; main()"]
_WIDE = "300"
_PATIENCE_SECONDS = 60


def matka(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end, on a wide terminal and with no settings but these."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MATKA_")}
    env = {**plain, "COLUMNS": _WIDE, **environment}
    return subprocess.run(
        [*MATKA, *map(str, words)],
        env=env,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


def said(*words: str | Path, **environment: str) -> str:
    """What it prints when all goes well; nothing may stand on standard error then."""
    done = matka(*words, **environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def complaint(*words: str | Path, status: int = 1, **environment: str) -> str:
    """What it says on standard error when it can't: a sentence, no trace, nothing on standard output."""
    done = matka(*words, **environment)
    assert (done.returncode, done.stdout) == (status, ""), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr
