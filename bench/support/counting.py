"""Counts what a command or a handler asks of its store, with a real store behind the counter."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast
from unittest.mock import patch

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from matka_contracts.event import Envelope, Event
from matka_kit import host
from matka_kit.cause import Cause
from matka_kit.declaration import Handler, Service
from matka_kit.jobs import JOBS, Job, Step, StepFunction
from matka_kit.store import Collection, Store, open_store

_WRITES = ("insert", "commit")
_AFTERWARDS = ("clear_outbox", "pull_outbox")
_ROW = "upsert_row"


class Sort(StrEnum):
    """What a piece of work is."""

    COMMAND = "command"
    EVENT = "event handled"
    STEP = "step of a job"


@dataclass
class Piece:
    """One command, event or step, and its round trips to the database by the name of the call."""

    sort: Sort
    service: str
    kind: str
    trips: Counter[str] = field(default_factory=Counter)

    @property
    def least(self) -> int:
        """What its writes cost with the kit: load (of what was there), write, emptied outbox."""
        return self.trips["commit"] + sum(self.trips[name] for name in (*_WRITES, *_AFTERWARDS, _ROW))


_current: ContextVar[Piece | None] = ContextVar("piece", default=None)


class CountingStore:
    """Passes every call on. What the relay does later belongs to the command whose events it publishes.

    What a job does to its own document as it goes on is no part of the command that began it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writers: dict[tuple[str, str], Piece | None] = {}

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)

        async def counted(*arguments: Any, **named: Any) -> Any:
            self._count(name, arguments)
            return await call(*arguments, **named)

        return counted

    def _count(self, name: str, arguments: tuple[Any, ...]) -> None:
        piece = _current.get()
        if arguments and arguments[0] is JOBS and name != "insert":
            return
        if name in _AFTERWARDS:
            piece = self._writers.get(_place(*arguments[:2]))
        elif name in _WRITES:
            self._writers[_place(*arguments)] = piece
        if piece is not None:
            piece.trips[name] += 1


def _place(collection: Collection, what: Any) -> tuple[str, str]:
    """The document that a call is about: given by its id, whole, or as the change of it."""
    if isinstance(what, str):
        return collection.name, what
    return collection.name, str(what["_id"] if isinstance(what, dict) else what.id)


class Ledger:
    """All pieces of work of the counted services."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    @contextmanager
    def counting(self, piece: Piece) -> Iterator[None]:
        token = _current.set(piece)
        try:
            yield
        finally:
            _current.reset(token)
            self.pieces.append(piece)

    @contextmanager
    def stores(self) -> Iterator[None]:
        """Every store that a host opens in here counts its calls."""

        async def opened(url: str, name: str, collections: tuple[Collection, ...]) -> Store:
            return cast("Store", CountingStore(await open_store(url, name, collections)))

        with patch.object(host, "open_store", opened):
            yield

    def parts_of(self, service: Service[Any]) -> Service[Any]:
        """The same service; what handlers do counts under the event's name, what steps do under the job's."""
        handlers = {
            event: self._handler(service.name, handler) for event, handler in service.subscriptions.items()
        }

        def jobs(deps: Any) -> dict[str, StepFunction]:
            return {kind: self._step(service.name, kind, step) for kind, step in service.jobs(deps).items()}

        return replace(service, subscriptions=handlers, jobs=jobs)

    def _handler(self, service: str, handler: Handler[Any]) -> Handler[Any]:
        async def handle(deps: Any, event: Event, envelope: Envelope) -> None:
            with self.counting(Piece(Sort.EVENT, service, type(event).__name__)):
                await handler(deps, event, envelope)

        return handle

    def _step(self, service: str, kind: str, step: StepFunction) -> StepFunction:
        async def counted(job: Job, cause: Cause) -> Step:
            with self.counting(Piece(Sort.STEP, service, kind)):
                return await step(job, cause)

        return counted

    def commands_of(self, service: str, app: FastAPI) -> None:
        """Count what the requests that change something do, by method and route."""
        app.add_middleware(cast("Any", _Commands), service=service, ledger=self)

    def kinds(self, sort: Sort) -> dict[tuple[str, str], list[Piece]]:
        """The pieces of one sort by service and kind."""
        found: dict[tuple[str, str], list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            if piece.sort is sort:
                found[piece.service, piece.kind].append(piece)
        return dict(sorted(found.items()))


class _Commands:
    """ASGI middleware around one service."""

    def __init__(self, app: ASGIApp, service: str, ledger: Ledger) -> None:
        self._app = app
        self._service = service
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self._app(scope, receive, send)
            return
        piece = Piece(Sort.COMMAND, self._service, "")
        with self._ledger.counting(piece):
            await self._app(scope, receive, send)
        piece.kind = f"{scope['method']} {_route(scope)}"


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", scope["path"]))
