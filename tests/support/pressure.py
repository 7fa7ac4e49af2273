"""Pressure on running services: processes that stand still, a fuse on a queue, and what memory it takes."""

import contextlib
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.support.broker import Node


def resident(pid: int) -> float:
    """Megabytes of memory that a process has now."""
    return _status(pid, "VmRSS")


def peak(pid: int) -> float:
    """Megabytes of memory that a process ever had."""
    return _status(pid, "VmHWM")


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process stands still for the length of the block, its connections open and nothing answered."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def set_fuse(node: Node, url: str, queue: str, most: int) -> None:
    """Let a queue take so many messages and refuse the rest, as an operator's policy does."""
    pattern = "^" + re.escape(queue).replace("\\", "\\\\") + "$"
    what = f'[{{<<"max-length">>, {most}}}, {{<<"overflow">>, <<"reject-publish">>}}]'
    node.evaluate(
        f'rabbit_policy:set(<<"{_vhost(url)}">>, <<"fuse">>, <<"{pattern}">>, {what}, 0, <<"queues">>, '
        '<<"matka">>)'
    )


def lift_fuse(node: Node, url: str) -> None:
    """Take the policy away."""
    node.evaluate(f'rabbit_policy:delete(<<"{_vhost(url)}">>, <<"fuse">>, <<"matka">>)')


def _vhost(url: str) -> str:
    return url.rpartition("/")[2]


def _status(pid: int, name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found, f"the process {pid} does not say its {name}"
    return int(found[1]) / 1024
