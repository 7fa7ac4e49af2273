"""Changes that share one transaction and so one wait for the disk, each as whole as if it were alone."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Generic, TypeVar, cast

import apsw

T = TypeVar("T")
Work = Callable[[apsw.Connection], T]


class Waiting(Generic[T]):
    """Work that somebody waits for and what came of it."""

    __slots__ = ("error", "future", "result", "unhurried", "work")

    def __init__(self, work: Work[T], future: asyncio.Future[T], unhurried: bool) -> None:
        self.work = work
        self.future = future
        self.unhurried = unhurried
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(
        self,
        connection: apsw.Connection,
        inside: Callable[[apsw.Connection], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        """Do the work and keep what comes of it."""
        self.result = self.error = None
        try:
            with inside(connection):
                self.result = self.work(connection)
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self.error = error

    def tell(self) -> None:
        """Answer whoever waits, in the loop's thread."""
        if self.future.done():  # cancelled meanwhile
            return
        if self.error is None:
            self.future.set_result(cast("T", self.result))
        else:
            self.future.set_exception(self.error)


def write_together(connection: apsw.Connection, batch: Sequence[Waiting[Any]]) -> None:
    """Do changes in one transaction, flushed to disk unless each of them is unhurried.

    A change writes by one statement, which SQLite does as a whole or not at all: where a rule is broken there
    is nothing to undo. Where the transaction itself fails, on a full disk say, or a change is left half done,
    each is tried in a transaction of its own, so that only those fail that cannot be done.
    """
    unhurried = all(waiting.unhurried for waiting in batch)
    if unhurried:
        connection.execute("PRAGMA synchronous = NORMAL")
    try:
        if len(batch) == 1 or not _shared(connection, batch):
            for waiting in batch:
                waiting.run(connection, transaction)
    finally:
        if unhurried:
            connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """An immediate transaction: committed as a whole, or gone whatever went wrong, a commit included."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite roll back by itself
            connection.execute("ROLLBACK")
        raise


class _HalfDone(Exception):
    """A change has failed after it wrote something."""


def _run_beside_others(connection: apsw.Connection, waiting: Waiting[Any]) -> None:
    """Raises `_HalfDone` or SQLite's own error where more has gone wrong than a broken rule."""
    written = connection.total_changes()
    waiting.run(connection)
    if isinstance(waiting.error, apsw.Error):
        raise waiting.error
    if waiting.error is not None and connection.total_changes() != written:
        raise _HalfDone


def _shared(connection: apsw.Connection, batch: Sequence[Waiting[Any]]) -> bool:
    """Whether the changes have had their answers from one transaction."""
    begun = False
    try:
        with transaction(connection):
            begun = True
            for waiting in batch:
                _run_beside_others(connection, waiting)
    except (_HalfDone, apsw.Error) as error:
        if begun:
            return False
        for waiting in batch:  # the file was not to be had, and all have waited for it
            waiting.error = error
    return True
