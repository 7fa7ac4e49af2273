"""Every check of `make lint`, all of them run even when one fails; `make lint` ends with what did."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str | Path]] = {
    "rules": [BIN / "ruff", "check", "--quiet", "."],
    "form": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "types": [BIN / "mypy", "--no-error-summary"],
    "boundaries": [BIN / "lint-imports", "--no-cache"],
    "figures": [sys.executable, "tests/architecture/figures.py"],
    "locks": [sys.executable, "tests/architecture/locks.py"],
    "compose": [sys.executable, "tests/architecture/compose.py"],
}


def main() -> int:
    """1 if any check failed; names given as arguments run only those."""
    wanted = sys.argv[1:] or list(CHECKS)
    # The boundary check finds its own kind of contract in tests/, and the packages where they lie.
    paths = [ROOT, ROOT / "shared", ROOT / "cli", *sorted((ROOT / "services").glob("*/"))]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    failed = []
    for name in wanted:
        began = time.monotonic()
        ended = subprocess.run(
            [str(w) for w in CHECKS[name]],
            cwd=ROOT,
            env=env,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        good = ended.returncode == 0
        print(f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if not good or name == "figures":
            print(ended.stdout.rstrip(), flush=True)
        failed += [] if good else [name]
    print(f"lint: {'all good' if not failed else 'failed: ' + ', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
