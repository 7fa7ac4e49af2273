"""What a service is: its collections, its handlers, its routes; the table that its `main` fills in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Request

from matka_contracts.event import Envelope, Event
from matka_kit.jobs import StepFunction
from matka_kit.repository import Repository
from matka_kit.runtime import Runtime
from matka_kit.settings import ServiceSettings
from matka_kit.store import Collection

D = TypeVar("D")
Handler = Callable[[D, Any, Envelope], Awaitable[None]]


@dataclass(frozen=True)
class Service(Generic[D]):
    """One service, declared.

    `build` makes what handlers and routes are given from the runtime. `subscriptions` maps events to their
    handlers; those in `urgent` come by a lane of their own. `timed` names the repositories whose aggregates
    have timers, `jobs` the step of each kind of job, `background` endless work of the service's own (it
    runs in workers), `waiting` how much of that work is left, so that idle can be told from busy.
    `operators` refuses whoever may not see health, metrics and activity; without it, the network does.
    """

    name: str
    collections: Sequence[Collection]
    build: Callable[[Runtime], D]
    routers: Sequence[APIRouter] = ()
    public_routers: Sequence[APIRouter] = ()
    subscriptions: Mapping[type[Event], Handler[D]] = field(default_factory=dict)
    urgent: frozenset[type[Event]] = frozenset()
    timed: Callable[[D], Sequence[Repository[Any]]] = lambda _: ()
    jobs: Callable[[D], Mapping[str, StepFunction]] = lambda _: {}
    background: Callable[[D], Sequence[Callable[[], Awaitable[None]]]] = lambda _: ()
    waiting: Callable[[D], Awaitable[int]] | None = None
    close: Callable[[D], Awaitable[None]] | None = None
    settings: type[ServiceSettings] = ServiceSettings
    operators: Callable[[Request], Awaitable[None]] | None = None
