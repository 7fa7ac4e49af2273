"""Finds a Python that is new enough, without ever fetching one (standard library only)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NEWEST = 20  # minor version up to which names like python3.14 are looked for


def newest_enough(oldest: tuple[int, int], uv: Path | None = None) -> str | None:
    """The first that really runs and is at least `oldest`: this one, on PATH, of pyenv, known to uv."""
    return next((found for found in _candidates(oldest, uv) if _version(found) >= oldest), None)


def _candidates(oldest: tuple[int, int], uv: Path | None) -> Iterator[str]:
    yield os.path.realpath(sys.executable) if sys.prefix == sys.base_prefix else sys.executable
    for minor in range(oldest[1], NEWEST):
        found = shutil.which(f"python3.{minor}")
        if found:
            yield found
    for minor in range(oldest[1], NEWEST):
        yield from _from_pyenv(f"3.{minor}")
    if uv is not None and uv.exists():
        wanted = f">={oldest[0]}.{oldest[1]}"
        yield from _lines([str(uv), "python", "find", "--no-python-downloads", "--offline", wanted])


def _from_pyenv(series: str) -> Iterator[str]:
    """The shims of pyenv refuse versions that are not switched on; its prefix tells where they lie."""
    if shutil.which("pyenv"):
        for prefix in _lines(["pyenv", "prefix", series]):
            yield str(Path(prefix) / "bin" / "python3")


def _lines(words: list[str]) -> list[str]:
    try:
        asked = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return asked.stdout.split() if asked.returncode == 0 else []


def _version(python: str) -> tuple[int, int]:
    """(0, 0) for what does not run."""
    numbers = _lines([python, "-c", "import sys; print(*sys.version_info[:2])"])
    return (int(numbers[0]), int(numbers[1])) if len(numbers) == 2 else (0, 0)
