"""One child process: a group of its own that dies with us, its output read line by line."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matka_cli.guard import Guard
from matka_cli.logs import Logs

GRACE = 30.0  # seconds that a process has to stop: in-flight work, relay, closing
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run, and where it says that it is ready (nothing to ask: it is ready when it runs).

    `inherited` are descriptors of ours that it gets under the same numbers, each time it is started.
    """

    name: str
    words: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready_url: str = ""
    grace: float = GRACE
    inherited: tuple[int, ...] = ()


@dataclass(frozen=True)
class Site:
    """Where a run happens: its folder, its logs, and the guard over what it starts."""

    data: Path
    logs: Logs
    guard: Guard


class Process:
    """A running child. Its output goes to the site's logs under its name."""

    def __init__(self, name: str, site: Site, child: asyncio.subprocess.Process, output: int) -> None:
        self.name = name
        self._site = site
        self._child = child
        self._reading = asyncio.create_task(self._read(output))
        self._gone = False

    @classmethod
    async def start(cls, program: Program, site: Site) -> "Process":
        """Starts the program; it gets nothing on standard input."""
        # A pipe of our own: with asyncio's, wait() would return only once the child's children closed it too.
        output, theirs = os.pipe()
        try:
            child = await asyncio.create_subprocess_exec(
                *program.words,
                env=dict(program.env),
                pass_fds=program.inherited,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
                preexec_fn=_die_with_parent if LIBC is not None else None,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(theirs)
        site.guard.watch("group", child.pid)
        return cls(program.name, site, child, output)

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child.returncode is None

    async def wait(self) -> int:
        """Its exit status, once it ended, all it printed was logged and what it had started is gone too."""
        status = await self._child.wait()
        self._signal_group(signal.SIGKILL)
        self._gone = True
        await self._reading
        self._site.guard.forget("group", self.pid)
        return status

    async def stop(self, grace: float) -> int:
        """Asks it to end, waits up to `grace` seconds, then ends its whole group by force."""
        if self.running:
            self._child.terminate()
            try:
                async with asyncio.timeout(grace):
                    await self._child.wait()
            except TimeoutError:
                self._site.logs.tell(self.name, "did not end when asked; ended by force", seconds=grace)
        return await self.kill()

    async def kill(self) -> int:
        """Ends its whole group at once."""
        self._signal_group(signal.SIGKILL)
        return await self.wait()

    async def _read(self, output: int) -> None:
        """Lines of any length, until the last holder of the pipe is gone."""
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(output, "rb", buffering=0))
        rest = b""
        while chunk := await reader.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._site.logs.line(self.name, line)
        self._site.logs.line(self.name, rest)
        transport.close()

    def _signal_group(self, number: signal.Signals) -> None:
        if self._gone:
            return  # its number may be somebody else's by now
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def _die_with_parent() -> None:
    """Between fork and exec: should we be killed, the kernel ends this child; the guard ends its group."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
