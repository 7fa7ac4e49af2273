"""How one kind of aggregate is stored: its collection, its model and what a taken key means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from matka_kit.aggregate import Aggregate
from matka_kit.documents import to_document
from matka_kit.errors import DomainError
from matka_kit.store import Collection, Document, DuplicateKey, Scalar

A = TypeVar("A", bound=Aggregate)
M = TypeVar("M", bound=BaseModel)


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

    def view(self, model: type[M], document: Document) -> M:
        """As much of the aggregate in a document as a smaller model has, under the same names.

        A field of the document itself that was not there yet when it was stored has the aggregate's default.
        Raises `TypeError` for a model with a field that the aggregate does not have.
        """
        later = _defaults(self.model, model)
        return model.model_validate({**later, **document, "id": document["_id"]})

    def shows_lines(self, model: type[BaseModel]) -> bool:
        """Whether a smaller model is made of declared fields alone, which a store reads without the rest."""
        return model.model_fields.keys() <= {"id", *self.collection.fields}

    def rule(self, duplicate: DuplicateKey) -> DomainError:
        """The broken rule that a taken key stands for."""
        broken = self.broken.get(duplicate.fields)
        return broken() if broken else AlreadyExists(kind=self.collection.name)


@dataclass(frozen=True, slots=True)
class AggregatePage(Generic[M]):
    """Aggregates, or views of them, in order; `after` goes on behind the last, None on the last page."""

    items: list[M]
    after: tuple[Scalar, ...] | None


@cache
def _defaults(whole: type[Aggregate], view: type[BaseModel]) -> Mapping[str, Any]:
    """What the fields of a view are where nothing is stored, as far as the aggregate says so."""
    if unknown := view.model_fields.keys() - whole.model_fields.keys():
        raise TypeError(f"{view.__name__} shows {sorted(unknown)}, which {whole.__name__} does not have")
    shown = {name: whole.model_fields[name] for name in view.model_fields}
    later = {
        name: each.get_default(call_default_factory=True)
        for name, each in shown.items()
        if not each.is_required()
    }
    return {name: each.model_dump() if isinstance(each, BaseModel) else each for name, each in later.items()}
