"""The library: what there is (`shelf/things.toml`) and how it reads (`shelf/<language>.toml`)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

FALLBACK = "en"
_THINGS = "things"


class Shelved(BaseModel):
    """One thing in the library, without words. `minutes` is about how long it takes, 0 for literature."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str
    minutes: int = Field(default=0, ge=0)
    url: str = ""


class Shelf(BaseModel):
    """Everything that there is, by its code and in its order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    themes: tuple[str, ...]
    exercises: dict[str, Shelved]
    literature: dict[str, Shelved]
    courses: dict[str, Shelved]


class Part(BaseModel):
    """One part of a course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    text: str = Field(min_length=1)


class Words(BaseModel):
    """How one thing reads in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    steps: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class Texts(BaseModel):
    """How everything reads in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    themes: dict[str, Words]
    exercises: dict[str, Words]
    literature: dict[str, Words]
    courses: dict[str, Words]


class Library(BaseModel):
    """The shelf and the texts of all languages."""

    model_config = ConfigDict(frozen=True)

    shelf: Shelf
    texts: Mapping[str, Texts]

    @property
    def exercises(self) -> Mapping[str, Shelved]:
        """The exercises by their codes."""
        return self.shelf.exercises

    @property
    def courses(self) -> Mapping[str, Shelved]:
        """The self-study courses by their codes."""
        return self.shelf.courses

    def language_for(self, wanted: str) -> str:
        """The language to answer in: the one that is wanted, the one it is a variety of, or English."""
        known = (each for each in (wanted, wanted.partition("-")[0]) if each in self.texts)
        return next(known, FALLBACK)

    def check(self) -> None:
        """Raise `ValueError` unless every language has words for all that there is, and for nothing else."""
        things = {name: set(getattr(self.shelf, name)) for name in Shelf.model_fields}
        for language, texts in self.texts.items():
            for name, codes in things.items():
                if different := codes ^ set(getattr(texts, name)):
                    raise ValueError(f"library, {language}, {name}: {', '.join(sorted(different))}")
        for name in ("exercises", "literature", "courses"):
            for code, thing in getattr(self.shelf, name).items():
                if thing.theme not in self.shelf.themes:
                    raise ValueError(f"library, {code}: there is no theme {thing.theme}")


@cache
def load_library() -> Library:
    """Read the library that is packed with the service. Raises `ValueError` if it does not hold together."""
    files = resources.files("matka_learning") / "shelf"
    found: dict[str, dict[str, Any]] = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
        for file in files.iterdir()
        if file.name.endswith(".toml")
    }
    shelf = Shelf.model_validate(found.pop(_THINGS))
    library = Library(shelf=shelf, texts={name: Texts.model_validate(texts) for name, texts in found.items()})
    library.check()
    return library
