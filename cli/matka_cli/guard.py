"""Ends what a killed launcher leaves running: a process of its own at the other end of a pipe."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE = 5.0  # seconds between the request to end and the end by force
ENGINE = 10.0  # seconds that a Docker engine gets to remove containers
SETTLE = 1.0  # seconds after which what the launcher had just asked the engine for has come into being


class Guard:
    """The launcher's side. What is told to it ends with the launcher, however that ends.

    Works on process groups (by the id of their leader) and on containers (by name, told before they exist).
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C at the launcher's terminal is not for the guard
        )

    def watch(self, kind: str, name: int | str) -> None:
        """`kind` is `group` or `container`."""
        self._tell(f"+ {kind} {name}")

    def forget(self, kind: str, name: int | str) -> None:
        """It was ended in good order."""
        self._tell(f"- {kind} {name}")

    def close(self) -> None:
        """Ends whatever is still watched, and the guard."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=GRACE + SETTLE + 3 * ENGINE)

    def _tell(self, line: str) -> None:
        if self._process.stdin is not None and self._process.poll() is None:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


def main() -> None:
    """The guard's own side: remembers until the pipe closes, then ends what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: set[tuple[str, str]] = set()
    for line in sys.stdin:
        sign, kind, name = line.split()
        (watched.add if sign == "+" else watched.discard)((kind, name))
    groups = [int(name) for kind, name in watched if kind == "group"]
    for group in groups:
        _signal(group, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(_signal(group, 0) for group in groups):
        time.sleep(0.05)
    for group in groups:
        _signal(group, signal.SIGKILL)
    containers = [name for kind, name in watched if kind == "container"]
    if containers:
        _remove(containers)
        time.sleep(SETTLE)
        _remove(containers)


def _remove(containers: list[str]) -> None:
    words = ["docker", "rm", "--force", "--volumes", *containers]
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(words, capture_output=True, timeout=ENGINE, check=False)


def _signal(group: int, number: int) -> bool:
    """Whether the group was still there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
