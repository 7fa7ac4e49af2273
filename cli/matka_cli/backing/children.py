"""Child processes that outlive neither their parent nor, after its crash, the next start."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_RECORD = "pids"


def spawn(command: list[str], environment: dict[str, str], output: Path) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, its output going to a file."""
    with output.open("wb") as sink:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=output.parent,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


async def end(child: subprocess.Popen[bytes], grace: float) -> None:
    """Ask, wait `grace` seconds, then kill the child's own process group."""
    if grace > 0 and child.poll() is None:
        child.terminate()
        await _until(lambda: child.poll() is not None, grace)
    _kill_group(child.pid)
    await _until(lambda: child.poll() is not None, 10)


def remember(data: Path, *running: subprocess.Popen[bytes]) -> None:
    """Note the children, so that the next start can end them should this process be killed."""
    (data / _RECORD).write_text(" ".join(str(child.pid) for child in running))


def forget(data: Path) -> None:
    """The children are gone: nothing for the next start to end."""
    (data / _RECORD).unlink(missing_ok=True)


async def end_leftovers(data: Path) -> None:
    """End what an earlier run on this very folder left behind."""
    record = data / _RECORD
    pids = [int(word) for word in record.read_text().split()] if record.exists() else []
    leftovers = [pid for pid in pids if _lives_in(data, pid)]
    for pid in leftovers:
        _kill_group(pid)
    await _until(lambda: not any(_lives_in(data, pid) for pid in leftovers), 10)
    forget(data)


def _lives_in(data: Path, pid: int) -> bool:
    """Whether the process has our folder as its home: a pid alone may be somebody else's by now."""
    try:
        return f"HOME={data}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


async def _until(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
