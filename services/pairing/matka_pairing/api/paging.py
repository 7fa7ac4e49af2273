"""Lists in pages: `limit` and `after` come in, `after` goes out and is empty behind the last page."""

from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import Query as Parameter
from pydantic import BaseModel

from matka_kit.aggregate import Aggregate
from matka_kit.repository import Repository
from matka_kit.store import Query, Scalar
from matka_kit.store.port import Where

A = TypeVar("A", bound=Aggregate)
M = TypeVar("M", bound=BaseModel)
_MOST = 500
Limit = Annotated[int, Parameter(ge=1, le=_MOST)]
# Whom or what a list is narrowed to; said again for each of several.
Chosen = Annotated[
    list[Annotated[str, Parameter(max_length=100)]], Parameter(default_factory=list, max_length=100)
]
After = Annotated[str, Parameter(max_length=100)]


class _Page(Protocol):
    @property
    def after(self) -> tuple[Scalar, ...] | None: ...


def next_of(page: _Page) -> str:
    """What `after` asks for the next page: the id that this one ends with."""
    return str(page.after[-1]) if page.after else ""


async def viewed(
    repository: Repository[A], model: type[M], where: Where, limit: int | None, after: str
) -> tuple[Sequence[M], str]:
    """A page by id, or everything for whoever sets no limit, as views; and where the next page begins."""
    if limit is None:
        return await repository.every_view(model, Query(where, limit=_MOST)), ""
    page = await repository.views(model, Query(where, limit=limit, after=(after,) if after else None))
    return page.items, next_of(page)


def narrowed(program_id: str, status: str | None) -> Where:
    """What of a program, or what of it stands so."""
    return {"program_id": program_id, "status": status} if status else {"program_id": program_id}
