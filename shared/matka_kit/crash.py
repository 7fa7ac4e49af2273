"""The places where a process may really be killed, so that tests can prove that nothing is lost there."""

import os
import signal
from collections import Counter
from enum import StrEnum
from pathlib import Path

_POINT = "MATKA_CRASH_AT"
_MARK = "MATKA_CRASH_MARK"


class CrashPoint(StrEnum):
    """Every moment between two durable steps; the values are what `MATKA_CRASH_AT` takes."""

    AFTER_THE_WRITE = "after-the-write"
    BEFORE_PUBLISHING = "before-publishing"
    AFTER_PUBLISHING_BEFORE_THE_CONFIRM = "after-publishing-before-the-confirm"
    AFTER_THE_CONFIRM_BEFORE_THE_CLEAR = "after-the-confirm-before-the-clear"
    AFTER_THE_EFFECT_BEFORE_THE_ACK = "after-the-effect-before-the-ack"
    IN_RETRYING = "in-retrying"
    IN_DEAD_LETTERING = "in-dead-lettering"
    AFTER_SMTP_ACCEPTED_BEFORE_MARKED = "after-smtp-accepted-before-marked"
    IN_TIMER_FIRING = "in-timer-firing"
    IN_JOB_STEP = "in-job-step"


class _Fuse:
    """Which point this process dies at, at which arrival, and where it leaves the mark of having died."""

    def __init__(self, spec: str, mark: str) -> None:
        point, _, arrival = spec.partition(":")
        self.point = CrashPoint(point) if point else None
        self.arrival = int(arrival or 1)
        self.mark = Path(mark) if mark else None
        self.arrivals: Counter[CrashPoint] = Counter()

    def arrive(self, point: CrashPoint) -> None:
        self.arrivals[point] += 1
        if self.arrivals[point] == self.arrival and self._unspent():
            os.kill(os.getpid(), signal.SIGKILL)

    def _unspent(self) -> bool:
        """False for a process restarted after the crash: it has to live."""
        try:
            if self.mark is not None:
                self.mark.touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


_fuse = _Fuse(os.environ.get(_POINT, ""), os.environ.get(_MARK, ""))


def reach(point: CrashPoint) -> None:
    """Die here (SIGKILL) if `MATKA_CRASH_AT` says so; otherwise, which is nearly always, do nothing.

    `MATKA_CRASH_AT=point:n` means the nth arrival of this process. With `MATKA_CRASH_MARK` (a path) only
    the first process to get there dies, so that the one started in its place carries on.
    """
    if point is _fuse.point:
        _fuse.arrive(point)
