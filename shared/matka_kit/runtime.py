"""What a running service is given: its store, clock, relay, jobs and the way to the others."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from matka_kit.aggregate import Aggregate
from matka_kit.auth import Signer
from matka_kit.client import ServiceClient
from matka_kit.clock import Clock
from matka_kit.jobs import JobRunner
from matka_kit.links import Links
from matka_kit.outbox import Relay
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.settings import ServiceSettings
from matka_kit.shape import Shape
from matka_kit.store import Collection, Store

A = TypeVar("A", bound=Aggregate)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Runtime:
    """The parts that a service builds its own from; made by the composition root or by a test."""

    settings: ServiceSettings
    store: Store
    clock: Clock
    relay: Relay
    jobs: JobRunner
    client: ServiceClient
    signer: Signer

    @property
    def links(self) -> Links:
        """Makes and reads links that need no sign-in."""
        return Links.of(self.signer)

    def repository(self, shape: Shape[A]) -> Repository[A]:
        """The repository of one kind of aggregate."""
        return Repository(shape, self.store, self.clock, self.relay)

    def rows(self, collection: Collection, model: type[M]) -> Rows[M]:
        """The projection in one collection."""
        return Rows(collection, model, self.store)
