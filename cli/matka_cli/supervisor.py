"""Keeps processes up: restarts what crashes, slower each time, and stops everything in good order."""

import asyncio
import contextlib
import os
import signal
import time

import httpx2

from matka_cli.process import Process, Program, Site

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0  # seconds before a restart: doubled each time, from and to
LONG_ENOUGH = 30.0  # seconds after which a process counts as healthy, and its next crash as the first
READY_SECONDS = 60.0  # that a process of our own has to get ready
CRASHES_BEFORE_READY = 4  # a process that never was ready is given up after so many


class NotReady(Exception):
    """A process did not become ready; the text holds its last lines."""


class Kept:
    """One program that is kept running until it is stopped."""

    def __init__(self, program: Program, site: Site) -> None:
        self.program = program
        self.restarts = 0
        self._site = site
        self._process: Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._changing = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Its process id, while it runs."""
        return self._process.pid if self._process is not None and self._process.running else None

    async def start(self) -> None:
        """Starts the program and keeps it up from now on."""
        self._stopping.clear()
        self._process = await self._launch()
        self._keeping = asyncio.create_task(self._keep(self._process))

    async def stop(self) -> None:
        """Ends it in good order; it stays ended."""
        self._stopping.set()
        async with self._changing:
            if self._process is not None:
                await self._process.stop(self.program.grace)
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
        self._keeping = self._process = None

    def kill(self) -> None:
        """Ends it the hard way, as a crash would; it is started again."""
        if self.pid is not None:
            os.killpg(self.pid, signal.SIGKILL)

    async def ready(self, deadline: float) -> None:
        """Returns once it answers that it is ready. Raises `NotReady` after `deadline` seconds."""
        if not self.program.ready_url:
            return
        end = time.monotonic() + deadline
        before = self.restarts
        async with httpx2.AsyncClient(timeout=2, trust_env=False) as client:
            while not await _answers(client, self.program.ready_url):
                if time.monotonic() > end or self.restarts - before >= CRASHES_BEFORE_READY:
                    name = self.program.name
                    raise NotReady(
                        f"{name} did not become ready; its last lines:\n{self._site.logs.tail(name)}"
                    )
                await asyncio.sleep(0.05)

    async def _launch(self) -> Process:
        return await Process.start(self.program, self._site)

    async def _keep(self, process: Process) -> None:
        pause = FIRST_WAIT
        while True:
            began = time.monotonic()
            status = await process.wait()
            if self._stopping.is_set():
                return
            pause = FIRST_WAIT if time.monotonic() - began > LONG_ENOUGH else pause
            self.restarts += 1
            self._site.logs.tell(self.program.name, "crashed; starting again", status=status, seconds=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_WAIT)
            async with self._changing:
                if self._stopping.is_set():
                    return
                process = self._process = await self._launch()


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False
