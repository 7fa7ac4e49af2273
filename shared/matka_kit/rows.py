"""Projections: rows of other services' facts, guarded per row and source so that order does not matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from matka_contracts.event import Envelope
from matka_kit.documents import stored_mapping, to_document
from matka_kit.paging import every
from matka_kit.store import Collection, Document, Query, RowOutcome, RowUpsert, Scalar, Store
from matka_kit.store.port import Where

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RowPage(Generic[M]):
    """Rows in order; `after` continues behind the last and is None on the last page."""

    items: list[M]
    after: tuple[Scalar, ...] | None


class Rows(Generic[M]):
    """One projection. Its model has an `id` and a default for each field that a source may not have told."""

    def __init__(self, collection: Collection, model: type[M], store: Store) -> None:
        self._collection = collection
        self._model = model
        self._store = store

    async def put(self, id: str, envelope: Envelope, fields: BaseModel | Mapping[str, Any]) -> RowOutcome:
        """Merge what an event tells into the row `id`, unless its aggregate has told something later.

        A new row needs a value for every indexed field.
        """
        document = to_document(fields) if isinstance(fields, BaseModel) else stored_mapping(fields)
        document.pop("id", None)
        row = RowUpsert(id, _field_name(envelope.subject), envelope.sequence, document)
        return await self._store.upsert_row(self._collection, row)

    async def get(self, id: str) -> M | None:
        """The row of this id, if any source has told of it."""
        document = await self._store.get(self._collection, id)
        return None if document is None else self._load(document)

    async def get_many(self, ids: Sequence[str]) -> list[M]:
        """Those rows of at most 1,000 ids that exist."""
        documents = await self._store.get_many(self._collection, ids) if ids else []
        return [self._load(document) for document in documents]

    async def find(self, query: Query) -> RowPage[M]:
        """One page of what a query finds."""
        page = await self._store.find(self._collection, query)
        return RowPage([self._load(document) for document in page.documents], page.after)

    async def every(self, query: Query) -> list[M]:
        """All that a query finds; for what is known to be bounded."""
        return [self._load(document) for document in await every(self._store.find, self._collection, query)]

    async def count(self, where: Where) -> int:
        """How many rows a filter finds."""
        return await self._store.count(self._collection, where)

    def _load(self, document: Document) -> M:
        return self._model.model_validate({**document, "id": document["_id"]})


def _field_name(source: str) -> str:
    """A source's id as a field name, no two alike: no store takes dots or dollars there."""
    return source.replace("%", "%25").replace(".", "%2E").replace("$", "%24")
