"""Lists that sort, filter and page: what is wanted stands in the address, and only what is known counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from matka_gateway.pages.staff.desk import with_query

T = TypeVar("T")
ON_A_PAGE = 25
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see of a list: a value per filter, words to search for, an order, a page.

    `chosen` tells whether any filter is set.
    """

    path: str
    choices: Mapping[str, str]
    search: str = ""
    sort: str = ""
    page: int = 1
    chosen: bool = False

    @classmethod
    def of(cls, path: str, query: Mapping[str, str], known: Mapping[str, Iterable[str]]) -> "Wanted":
        """Read an address; `known` are the values of each filter, of which `sort` is one with a default."""
        chosen = {name: query.get(name, "") for name in known}
        kept = {name: value if value in set(known[name]) else "" for name, value in chosen.items()}
        sort = kept.pop("sort", "") or next(iter(known.get("sort", [])), "")
        page = query.get("page", "")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1
        return cls(
            path, kept, query.get("q", "").strip()[:_LONGEST_SEARCH], sort, max(1, number), any(kept.values())
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search or any(self.choices.values()))

    def address(self, page: int = 0, **others: str) -> str:
        """The address of this list, or of another page of it."""
        number = page or self.page
        query = {**self.choices, "q": self.search, "sort": self.sort}
        return with_query(self.path, **query, page=number if number > 1 else "", **others)

    def finds(self, name: str) -> bool:
        """Whether a name has all the words that are searched for."""
        return all(word in name.casefold() for word in self.search.casefold().split())


@dataclass(frozen=True)
class Sheet(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    number: int
    pages: int
    total: int

    @classmethod
    def of(cls, items: Sequence[T], page: int, size: int = ON_A_PAGE) -> "Sheet[T]":
        """A page that there is: the last one for whoever asks for more."""
        pages = max(1, -(-len(items) // size))
        number = min(page, pages)
        return cls(items[(number - 1) * size : number * size], number, pages, len(items))
