"""Certificates are set in processes of their own, so that the event loop goes on."""

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

from matka_certificates.display import NotDisplayable
from matka_certificates.facts import CertificateFacts
from matka_certificates.fonts import FontsMissing
from matka_certificates.pdf import render
from matka_kit.errors import DomainError, Transient, Unavailable


class NameNotPrintable(DomainError):
    """No installed font has these characters (`characters`, as code points) of a name or title."""


class Press:
    """Sets certificates as PDF, in at most so many processes, started when the first is needed."""

    def __init__(self, processes: int, font_folders: tuple[Path, ...]) -> None:
        self._processes = processes
        self._font_folders = font_folders
        self._pool: ProcessPoolExecutor | None = None

    @property
    def processes(self) -> list[int]:
        """The ids of the processes that are there to set pages."""
        return sorted(self._pool._processes) if self._pool else []  # noqa: SLF001 - the executor tells nowhere else

    async def set(self, facts: CertificateFacts) -> bytes:
        """The certificate as PDF.

        Raises `NameNotPrintable`, `Unavailable` without the fonts that every certificate needs, and
        `Transient` when a process died; the next call starts another.
        """
        pool = self._pool = self._pool or self._start()
        loop = asyncio.get_running_loop()
        try:
            made = await loop.run_in_executor(pool, set_one, facts, self._font_folders)
        except BrokenProcessPool as error:
            if self._pool is pool:
                self._pool = None
            raise Transient("a process that sets certificates died") from error
        except FontsMissing as error:
            raise Unavailable("fonts", str(error)) from error
        if isinstance(made, list):
            raise NameNotPrintable(characters=made)
        return made

    async def close(self) -> None:
        """Stop the processes once what is in hand is done."""
        await asyncio.to_thread(self.stop)

    def stop(self) -> None:
        """What `close` does, for whoever has no event loop."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _start(self) -> ProcessPoolExecutor:
        """Fresh processes rather than forks, which would inherit locks that other threads hold."""
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._processes, mp_context=context, initializer=_leave_with_parent)


def set_one(facts: CertificateFacts, font_folders: tuple[Path, ...]) -> bytes | list[str]:
    """The PDF, or the code points that cannot be shown: words that come back whole from another process."""
    try:
        return render(facts, font_folders)
    except NotDisplayable as error:
        return [f"U+{ord(character):04X}" for character in error.characters]


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - runs in children only
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
