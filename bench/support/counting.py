"""Counts what a command or a handler asks of its store, with a real store behind the counter."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, cast
from unittest.mock import patch

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from matka_contracts.event import Envelope, Event
from matka_kit import host
from matka_kit.declaration import Handler, Service
from matka_kit.store import Collection, Store, open_store

_WRITES = ("insert", "commit")
_AFTERWARDS = ("clear_outbox", "pull_outbox")


@dataclass
class Piece:
    """One command or one event handled, and its round trips to the database by the name of the call."""

    service: str
    kind: str
    trips: Counter[str] = field(default_factory=Counter)
    is_command: bool = True


_current: ContextVar[Piece | None] = ContextVar("piece", default=None)


class CountingStore:
    """Passes every call on. What the relay does later belongs to the command whose events it publishes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writers: dict[tuple[str, str], Piece] = {}

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)

        async def counted(*arguments: Any, **named: Any) -> Any:
            self._count(name, arguments)
            return await call(*arguments, **named)

        return counted

    def _count(self, name: str, arguments: tuple[Any, ...]) -> None:
        piece = _current.get()
        if name in _AFTERWARDS:
            piece = self._writers.get(_place(arguments))
        elif name in _WRITES and piece is not None:
            self._writers[_place(arguments)] = piece
        if piece is not None:
            piece.trips[name] += 1


def _place(arguments: tuple[Any, ...]) -> tuple[str, str]:
    """The collection and the id of the document that a call is about."""
    collection, what = arguments[:2]
    return collection.name, str(
        what if isinstance(what, str) else what["_id"] if isinstance(what, dict) else what.id
    )


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

    def handlers_of(self, service: Service[Any]) -> Service[Any]:
        """The same service; what its handlers do is counted by the type of the event."""
        counted = {
            event: self._counted(service.name, handler) for event, handler in service.subscriptions.items()
        }
        return replace(service, subscriptions=counted)

    def _counted(self, service: str, handler: Handler[Any]) -> Handler[Any]:
        async def handle(deps: Any, event: Event, envelope: Envelope) -> None:
            with self.counting(Piece(service, type(event).__name__, is_command=False)):
                await handler(deps, event, envelope)

        return handle

    def commands_of(self, service: str, app: FastAPI) -> None:
        """Count what the requests that change something do, by method and route."""
        app.add_middleware(cast("Any", _Commands), service=service, ledger=self)

    def kinds(self, *, commands: bool) -> dict[tuple[str, str], list[Counter[str]]]:
        """The trips of each piece, by service and kind."""
        found: dict[tuple[str, str], list[Counter[str]]] = defaultdict(list)
        for piece in self.pieces:
            if piece.is_command is commands:
                found[piece.service, piece.kind].append(piece.trips)
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
        piece = Piece(self._service, "")
        with self._ledger.counting(piece):
            await self._app(scope, receive, send)
        piece.kind = f"{scope['method']} {_route(scope)}"


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", scope["path"]))


Describe = Callable[[Counter[str]], str]
