"""How one kind of aggregate is stored: its collection, its model and what a taken key means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from matka_kit.aggregate import Aggregate
from matka_kit.documents import to_document
from matka_kit.errors import DomainError
from matka_kit.store import Collection, Document, DuplicateKey, Scalar

A = TypeVar("A", bound=Aggregate)


class AlreadyExists(DomainError):
    """Another command made this very thing before."""


@dataclass(frozen=True)
class Shape(Generic[A]):
    """How one kind of aggregate is stored.

    `indexed` gives the declared fields that the model does not have under the same name, such as slots.
    `broken` names the rule that a taken unique key breaks.
    """

    collection: Collection
    model: type[A]
    indexed: Callable[[A], Mapping[str, Scalar]] = lambda _: {}
    broken: Mapping[tuple[str, ...], type[DomainError]] = field(default_factory=dict)

    def body(self, aggregate: A) -> Document:
        """The aggregate's own fields as they are stored."""
        body = to_document(aggregate)
        del body["id"]
        return body | dict(self.indexed(aggregate))

    def load(self, document: Document) -> A:
        """The aggregate in a document."""
        return self.model.model_validate({**document, "id": document["_id"]})

    def rule(self, duplicate: DuplicateKey) -> DomainError:
        """The broken rule that a taken key stands for."""
        broken = self.broken.get(duplicate.fields)
        return broken() if broken else AlreadyExists(kind=self.collection.name)


@dataclass(frozen=True, slots=True)
class AggregatePage(Generic[A]):
    """Aggregates in order; `after` continues behind the last and is None on the last page."""

    items: list[A]
    after: tuple[Scalar, ...] | None
