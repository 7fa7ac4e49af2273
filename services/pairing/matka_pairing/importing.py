"""Reading `people.csv`: every row checked, every mistake named by row and column, nothing half taken in."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from matka_contracts.terms import Role
from matka_kit.errors import InvalidInput
from matka_pairing.contact_rules import is_address, is_name, is_number
from matka_pairing.domain.application import Path, Profile

_MOST_ROWS = 10_000
_MOST_PROBLEMS = 50
LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$"
_NEEDED = ("role", "name", "email")
_CONTACTS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "name": (is_name, "not-a-name"),
    "email": (is_address, "not-an-address"),
    "phone": (is_number, "not-a-number"),
}


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

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: Literal[Role.MENTOR, Role.MENTEE]
    name: str = Field(min_length=1, max_length=300)
    email: str = Field(min_length=3, max_length=254)
    phone: str = Field(default="", max_length=40)
    language: str = Field(default="fi", pattern=LANGUAGE_TAG)
    profile: Profile
    path: Path


Read = Callable[[str], Any]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _languages(text: str) -> dict[str, str]:
    pairs = [part.partition(":") for part in _listed(text)]
    return {code.strip().lower(): level.strip().upper() or "C2" for code, _, level in pairs}


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

    Raises an `InvalidInput` that names every mistake found, at most fifty: columns by name, rows by the
    line that they end on (the header is line 1) and column.
    """
    rows: list[ImportRow] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for count, (line, cells) in enumerate(_lines(_reader(text))):
        if count >= _MOST_ROWS:
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
    plain = text.removeprefix("\ufeff")
    header = next(iter(plain.splitlines()), "")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    lines = io.StringIO(plain, newline="")
    reader = csv.DictReader(lines, delimiter=delimiter, strict=True)
    try:
        columns = [column.strip().lower() for column in reader.fieldnames or ()]
    except csv.Error as error:
        raise CsvUnreadable from error
    if not any(columns) or "\x00" in text:
        raise CsvUnreadable
    if unknown := sorted(set(columns) - set(COLUMNS)):
        raise UnknownColumns(columns=unknown)
    if missing := [column for column in _NEEDED if column not in columns]:
        raise ColumnsMissing(columns=missing)
    if repeated := sorted({column for column in columns if columns.count(column) > 1}):
        raise RowsInvalid(count=len(repeated), problems=[f"1:{column}:repeated" for column in repeated])
    reader.fieldnames = columns
    return reader


def _lines(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise CsvUnreadable from error


def _row(cells: dict[str, Any]) -> tuple[ImportRow | None, list[str]]:
    if None in cells:
        return None, ["*:too-many-cells"]
    given = {column: text.strip() for column, text in cells.items() if text and text.strip()}
    wrong = [
        f"{column}:{what}"
        for column, (is_right, what) in _CONTACTS.items()
        if column in given and not is_right(given[column])
    ]
    profile: dict[str, Any] = {}
    for column in _PROFILE_COLUMNS.keys() & given.keys():
        try:
            profile[column] = _PROFILE_COLUMNS[column](given[column])
        except ValueError:
            wrong.append(f"{column}:not-a-number")
    own = {column: given[column] for column in _OWN_COLUMNS if column in given}
    own["path"] = own.pop("training", "none")
    try:
        row = ImportRow.model_validate(own | {"profile": profile})
    except ValidationError as error:
        missing = {f"{problem.partition(':')[0]}:missing" for problem in wrong}  # what is wrong is there
        found = dict.fromkeys(_problem(each) for each in error.errors())
        return None, [*wrong, *(each for each in found if each not in missing)]
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
