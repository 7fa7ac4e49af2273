"""What others make of the same work, each in a process of its own in `.venv-bench`."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
_SECONDS = 300


class NotInstalled(Exception):
    """The yardsticks' environment is not there."""


async def measured_by(module: str, *words: str) -> dict[str, Any]:
    """What a module of `bench.yardsticks` prints as its last line. Raises `NotInstalled`, `RuntimeError`."""
    if not PYTHON.exists():
        raise NotInstalled("bring what is measured against: make bench, or matka_cli.bootstrap --bench")
    process = await asyncio.create_subprocess_exec(
        *(str(PYTHON), "-m", f"bench.yardsticks.{module}", *words),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "shared")))},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"bench.yardsticks.{module} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    return found
