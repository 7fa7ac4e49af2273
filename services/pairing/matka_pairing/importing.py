"""Reading `people.csv`: every row checked, every mistake named by row and column, nothing half taken in."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from matka_contracts.terms import Role
from matka_kit.errors import InvalidInput
from matka_pairing.domain.application import Path, Profile

_MOST_ROWS = 10_000
_MOST_PROBLEMS = 50
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_NEEDED = ("role", "name", "email")


class CsvUnreadable(InvalidInput):
    """The text is no CSV with a header line."""


class UnknownColumns(InvalidInput):
    """The header names columns that the import does not know."""


class ColumnsMissing(InvalidInput):
    """The header lacks columns that the import needs."""


class RowsInvalid(InvalidInput):
    """Some rows cannot be right; `problems` names row, column and what is wrong."""


class TooManyRows(InvalidInput):
    """An import takes at most 10,000 rows."""


class ImportRow(BaseModel):
    """One person of an import: contact facts for `people`, the rest for the application."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal[Role.MENTOR, Role.MENTEE]
    name: str = Field(min_length=1, max_length=300)
    email: str = Field(min_length=3, max_length=254)
    phone: str = Field(default="", max_length=50)
    language: str = Field(default="fi", pattern=r"^[a-z]{2,3}$")
    profile: Profile
    path: Path = "training"


Read = Callable[[str], Any]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _languages(text: str) -> dict[str, str]:
    pairs = [part.partition(":") for part in _listed(text)]
    return {code.strip(): level.strip() or "C2" for code, _, level in pairs}


_PROFILE_COLUMNS: Mapping[str, Read] = {
    "languages": _languages,
    "field": _listed,
    "municipality": str,
    "forms": _listed,
    "availability": _listed,
    "needs": _listed,
    "offers": _listed,
    "capacity": int,
    "goals": str,
}
_OWN_COLUMNS = ("role", "name", "email", "phone", "language", "training")
COLUMNS = (*_OWN_COLUMNS, *_PROFILE_COLUMNS)


def read_people(text: str) -> list[ImportRow]:
    """All rows of an import.

    Raises an `InvalidInput` that names every mistake found, at most fifty: columns by name, rows by their
    line (the header is line 1) and column.
    """
    reader = _reader(text)
    rows: list[ImportRow] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for line, cells in enumerate(reader, start=2):
        if len(rows) >= _MOST_ROWS:
            raise TooManyRows(most=_MOST_ROWS)
        row, wrong = _row(cells)
        if row is not None and (first := seen.setdefault(row.email.casefold(), line)) != line:
            wrong = [f"email:duplicate-of-line-{first}"]
        problems.extend(f"{line}:{problem}" for problem in wrong)
        if row is not None and not wrong:
            rows.append(row)
    if problems:
        raise RowsInvalid(count=len(problems), problems=problems[:_MOST_PROBLEMS])
    return rows


def _reader(text: str) -> "csv.DictReader[str]":
    header = text.removeprefix("\ufeff").partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    try:
        columns = [column.strip().lower() for column in reader.fieldnames or ()]
    except csv.Error as error:
        raise CsvUnreadable from error
    if not columns or "\x00" in text:
        raise CsvUnreadable
    if unknown := sorted(set(columns) - set(COLUMNS)):
        raise UnknownColumns(columns=unknown)
    if missing := [column for column in _NEEDED if column not in columns]:
        raise ColumnsMissing(columns=missing)
    reader.fieldnames = columns
    return reader


def _row(cells: dict[str, Any]) -> tuple[ImportRow | None, list[str]]:
    if None in cells:
        return None, ["*:too-many-cells"]
    given = {column: (text or "").strip() for column, text in cells.items()}
    wrong: list[str] = []
    profile: dict[str, Any] = {}
    for column, read in _PROFILE_COLUMNS.items():
        if given.get(column):
            try:
                profile[column] = read(given[column])
            except ValueError:
                wrong.append(f"{column}:not-a-number")
    own = {column: given[column] for column in _OWN_COLUMNS if given.get(column)}
    own["path"] = own.pop("training", "none")
    if own.get("email") and not _EMAIL.fullmatch(own["email"]):
        wrong.append("email:not-an-address")
    try:
        row = ImportRow.model_validate(own | {"profile": profile})
    except ValidationError as error:
        return None, [*wrong, *dict.fromkeys(_problem(each) for each in error.errors())]
    return (None, wrong) if wrong else (row, [])


def _problem(error: Mapping[str, Any]) -> str:
    """A validation error as `column:what`, without the value: it may be personal."""
    where = [str(part) for part in error["loc"] if part != "profile"]
    column = {"path": "training"}.get(where[0], where[0])
    known = {
        "missing": "missing",
        "string_too_long": "too-long",
        "string_too_short": "missing",
        "literal_error": "not-one-of-the-known",
        "enum": "not-one-of-the-known",
    }
    return f"{column}:{known.get(error['type'], 'not-valid')}"


