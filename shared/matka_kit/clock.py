"""Two clocks: the domain's, which a rehearsal may step, and the machine's, which always runs."""

import asyncio
import os
import time
from abc import abstractmethod
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

_POLL_SECONDS = 0.005


def to_milliseconds(moment: datetime) -> datetime:
    """Cut an aware instant to whole milliseconds in UTC, the precision of every store."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


class Clock(Protocol):
    """What time it is, twice: `now` for the domain and its timers, `machine` for ages and backoffs."""

    @abstractmethod
    def now(self) -> datetime:
        """The domain's instant, in UTC, whole milliseconds."""

    def machine(self) -> datetime:
        """The machine's instant, in UTC, whole milliseconds; it never stops and is never stepped."""
        return to_milliseconds(datetime.now(UTC))

    async def wait(self, seconds: float) -> None:
        """Return after `seconds` of machine time, or at once when the domain's clock is stepped."""
        await asyncio.sleep(seconds)


class SystemClock(Clock):
    """Both clocks are the machine's."""

    def now(self) -> datetime:
        """The machine's instant."""
        return self.machine()


class FileClock(Clock):
    """The domain's instant stands in a small file as ISO 8601 text, replaced atomically by whoever steps it.

    Every replica and every restarted process that reads the same file agrees on the time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = (-1, -1)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._last_written = 0

    def now(self) -> datetime:
        """What the file says; it is read again when it was replaced."""
        stamp = self._read_stamp()
        if stamp != self._stamp:
            self._now = to_milliseconds(datetime.fromisoformat(self._path.read_text("ascii").strip()))
            self._stamp = stamp
        return self._now

    async def wait(self, seconds: float) -> None:
        """Return after `seconds` of machine time, or as soon as the file is replaced."""
        before = self._read_stamp()
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline and self._read_stamp() == before:
            await asyncio.sleep(_POLL_SECONDS)

    def step(self, moment: datetime) -> None:
        """Set the domain's clock; the only writer is whoever leads the rehearsal."""
        beside = self._path.with_suffix(".next")
        beside.write_text(to_milliseconds(moment).isoformat(), "ascii")
        stamp = max(time.time_ns(), self._last_written + 1)
        os.utime(beside, ns=(stamp, stamp))  # the system's own stamps repeat within a few milliseconds
        beside.replace(self._path)
        self._last_written = stamp

    def _read_stamp(self) -> tuple[int, int]:
        status = os.stat(self._path)  # noqa: PTH116 - called two hundred times a second; Path.stat costs twice as much
        return status.st_mtime_ns, status.st_ino


class ManualClock(Clock):
    """A clock of one process that tests set by hand; `elapse` lets machine time pass without waiting."""

    def __init__(self, start: datetime) -> None:
        self._now = to_milliseconds(start)
        self._elapsed = timedelta(0)

    def now(self) -> datetime:
        """Where it was set."""
        return self._now

    def machine(self) -> datetime:
        """The machine's instant and what was let elapse."""
        return super().machine() + self._elapsed

    def step(self, moment: datetime) -> None:
        """Set the domain's clock."""
        self._now = to_milliseconds(moment)

    def elapse(self, seconds: float) -> None:
        """Let machine time pass at once."""
        self._elapsed += timedelta(seconds=seconds)


def clock_of(spec: str) -> Clock:
    """The clock that a setting names: `system` or `file:PATH`.

    Raises `ValueError` for anything else.
    """
    if spec == "system":
        return SystemClock()
    kind, _, path = spec.partition(":")
    if kind == "file" and path:
        return FileClock(Path(path))
    raise ValueError(f"MATKA_CLOCK must be 'system' or 'file:PATH', not {spec!r}")
