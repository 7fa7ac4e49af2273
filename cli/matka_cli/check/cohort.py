"""The cohort as its two files have it: who takes part, who is staff, what the program calls things."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

_MOTHER_TONGUE = "C2"
_DEFAULT_LANGUAGE = "fi"


@dataclass(frozen=True, slots=True)
class Applicant:
    """A row of `people.csv`; `languages` maps codes to CEFR levels."""

    role: str
    name: str
    email: str
    language: str
    languages: Mapping[str, str]
    capacity: int
    training: str

    def speaks(self, level: str) -> set[str]:
        """The languages that this person speaks at this level or better."""
        return {code for code, known in self.languages.items() if known >= level}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A table `[[staff]]` of `program.toml`."""

    name: str
    email: str
    language: str
    role: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """What the rehearsal was given. `texts` are titles and places, in all their languages."""

    applicants: Sequence[Applicant]
    staff: Sequence[Colleague]
    level: str
    texts: frozenset[str]

    @property
    def coordinator(self) -> Colleague:
        """Who answers for the program."""
        return next(each for each in self.staff if each.role == "coordinator")


def read_cohort(folder: Path) -> Cohort:
    """Read both files. Raises `OSError`, `KeyError` or `ValueError` where they are not a cohort's."""
    tables = tomli.loads((folder / "program.toml").read_text("utf-8-sig"))
    program = tables["program"]
    return Cohort(
        applicants=[*_applicants((folder / "people.csv").read_text("utf-8-sig"))],
        staff=[
            Colleague(each["name"], each["email"], each.get("language", _DEFAULT_LANGUAGE), each["role"])
            for each in tables["staff"]
        ],
        level=program.get("common_language_level", "B1"),
        texts=frozenset(_texts(program, tables["gathering"])),
    )


def _texts(program: dict[str, Any], gatherings: list[dict[str, Any]]) -> Iterator[str]:
    yield from program["name"].values()
    for gathering in gatherings:
        yield from gathering["title"].values()
        yield gathering.get("place", "")


def _applicants(text: str) -> Iterator[Applicant]:
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    for row in rows:
        given = {name: (cell or "").strip() for name, cell in row.items()}
        if any(given.values()):
            yield _applicant(given)


def _applicant(row: dict[str, str]) -> Applicant:
    return Applicant(
        role=row["role"],
        name=row["name"],
        email=row["email"],
        language=row.get("language") or _DEFAULT_LANGUAGE,
        languages=dict(_spoken(row.get("languages", ""))),
        capacity=int(row.get("capacity") or 1),
        training=row.get("training") or "none",
    )


def _spoken(cell: str) -> Iterator[tuple[str, str]]:
    for entry in filter(None, (part.strip() for part in cell.split(";"))):
        code, _, level = entry.partition(":")
        graded = level.strip().upper()
        yield code.strip().lower(), _MOTHER_TONGUE if graded in {"", "NATIVE"} else graded
