"""Runs the suites of `make test` and says, first and last, what stood in for MongoDB."""

import os
import subprocess
import sys
from pathlib import Path

from matka_cli.backing import containers

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("unit", "contract", "component", "integration", "e2e", "architecture")
# Most of the time is waiting for brokers and processes. A file's tests stay together with what they share.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")
MONGO_PYTHON = ROOT / ".venv-mongo" / "bin" / "python"
NOT_TESTED = (
    "MongoDB adapter not tested: no MATKA_TEST_MONGODB_URL, no Docker engine, no Python 3.13 or newer"
)


def main() -> int:
    """pytest's exit status; with arguments, those are what pytest gets instead of the suites."""
    with containers.mongodb_for_tests() as container_url:
        server, line = _server(container_url)
        print(line, flush=True)
        suites = [f"tests/{suite}" for suite in SUITES if any((ROOT / "tests" / suite).rglob("test_*.py"))]
        words = [sys.executable, "-m", "pytest", *(sys.argv[1:] or [*SIDE_BY_SIDE, *suites])]
        status = subprocess.run(words, cwd=ROOT, env={**os.environ, **server}, check=False).returncode
        print(line)
    return status


def _server(container_url: str | None) -> tuple[dict[str, str], str]:
    """What the store's suite gets to reach a server (a URL, or the stand-in's interpreter), and its line."""
    url = os.environ.get("MATKA_TEST_MONGODB_URL") or container_url
    if url:
        return {"MATKA_TEST_MONGODB_URL": url}, "MongoDB adapter: tested on a real MongoDB"
    if MONGO_PYTHON.exists():
        return {"MATKA_TEST_MONGODB_PYTHON": str(MONGO_PYTHON)}, "MongoDB adapter: tested on mongoeco"
    return {}, NOT_TESTED


if __name__ == "__main__":
    sys.exit(main())
