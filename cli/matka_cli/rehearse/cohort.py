"""A rehearsal's input: `program.toml` and `people.csv`, checked before anything is started."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import tomli  # TOML 1.1, which lets a time end with its minutes; Python's own reads 1.0
from pydantic import BaseModel, ValidationError, model_validator

from matka_cli.rehearse.parts import Applicant
from matka_cli.rehearse.requests import refusals
from matka_cli.rehearse.tables import GatheringTable, ProgramTable, StaffTable
from matka_cli.rules import in_words
from matka_contracts.terms import GatheringKind, Role
from matka_kit.errors import InvalidInput
from matka_pairing.importing import COLUMNS, ImportRow, RowsInvalid, UnknownColumns, read_people
from matka_people.domain.values import clean_address

_MOST_PROBLEMS = 20
_TABLES = {"program": "program", "staff": "staff", "gathering": "gatherings"}


class BadCohort(Exception):
    """The folder can't be rehearsed; the text names file, place and what is wrong."""


class Cohort(BaseModel):
    """Everything a rehearsal is played from; `csv` is the text that staff import."""

    program: ProgramTable
    staff: list[StaffTable]
    gatherings: list[GatheringTable]
    rows: list[ImportRow]
    csv: str

    @model_validator(mode="after")
    def _playable(self) -> "Cohort":
        if not any(each.role is Role.COORDINATOR for each in self.staff):
            raise ValueError("[[staff]] needs somebody whose role is coordinator")
        counts = Counter(each.email.casefold() for each in self.staff)
        if twice := sorted(email for email, count in counts.items() if count > 1):
            raise ValueError(f"[[staff]] has the same email twice: {', '.join(twice)}")
        starts, closings = self.of_kind(GatheringKind.START), self.of_kind(GatheringKind.CLOSING)
        if not starts or not closings:
            raise ValueError("[[gathering]] needs one of kind start and one of kind closing")
        if closings[0].at <= starts[0].at:
            raise ValueError("[[gathering]] has its closing before its start")
        return self

    def local(self, day: date, hour: int) -> datetime:
        """A local hour of a day as an instant."""
        return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(self.program.timezone))

    def instant(self, at: datetime) -> datetime:
        """A gathering's local time as an instant."""
        return at.replace(tzinfo=ZoneInfo(self.program.timezone))

    def of_kind(self, *kinds: GatheringKind) -> list[GatheringTable]:
        """The gatherings of these kinds in the order of their times."""
        return sorted((each for each in self.gatherings if each.kind in kinds), key=lambda each: each.at)

    def day_of(self, instant: datetime) -> date:
        """The local date of an instant."""
        return instant.astimezone(ZoneInfo(self.program.timezone)).date()

    @property
    def applicants(self) -> list[Applicant]:
        """What casting knows of those who apply."""
        return [
            Applicant(clean_address(row.email), row.role is Role.MENTOR, row.path, row.profile.capacity)
            for row in self.rows
        ]

    @property
    def opening(self) -> datetime:
        """When the program opens: eight weeks before its start or its first gathering."""
        first = min(each.at.date() for each in self.gatherings)
        return self.local(min(self.program.start, first) - timedelta(days=56), 9)


def read_cohort(folder: Path) -> Cohort:
    """Read a rehearsal's folder. Raises `BadCohort` with all that is wrong in the first file that is."""
    program, people = folder / "program.toml", folder / "people.csv"
    table, text = _read_toml(program), _read(people)
    rows = _read_people(people, text)
    parts = {part: table[name] for name, part in _TABLES.items() if name in table}
    try:
        cohort = Cohort.model_validate({"staff": [], "gatherings": [], **parts, "rows": rows, "csv": text})
    except ValidationError as error:
        raise _bad(program, map(_key, error.errors())) from error
    if refused := refusals(cohort.program, cohort.gatherings):
        raise _bad(program, refused)
    return cohort


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise BadCohort(f"{path} is missing: a rehearsal needs program.toml and people.csv") from error
    except OSError as error:
        raise BadCohort(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadCohort(f"{path}, line {line}: not UTF-8") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        table = tomli.loads(_read(path))
    except tomli.TOMLDecodeError as error:
        raise BadCohort(f"{path}: not valid TOML: {error}") from error
    if unknown := sorted(set(table) - set(_TABLES)):
        raise BadCohort(f"{path}: unknown tables {', '.join(unknown)}; known are {', '.join(_TABLES)}")
    return table


def _read_people(path: Path, text: str) -> list[ImportRow]:
    try:
        if rows := read_people(text):
            return rows
    except UnknownColumns as error:
        said = f"{in_words(error)}; known are {', '.join(COLUMNS)}"
        raise BadCohort(f"{path}: {said}") from error
    except RowsInvalid as error:
        raise _bad(path, [_cell(str(each)) for each in _listed(error.params["problems"])]) from error
    except InvalidInput as error:
        raise BadCohort(f"{path}: {in_words(error)}") from error
    raise BadCohort(f"{path}: there is nobody below the header line")


def _listed(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _bad(path: Path, problems: Iterable[str]) -> BadCohort:
    """All that is wrong in one file, one line each; after twenty of them it is enough."""
    found = [f"{path}: {problem}" for problem in problems]
    more = [f"{path}: and {len(found) - _MOST_PROBLEMS} more"] if len(found) > _MOST_PROBLEMS else []
    return BadCohort("\n".join([*found[:_MOST_PROBLEMS], *more]))


def _cell(problem: str) -> str:
    """`3:email:not-an-address` in words; the star stands for a row as a whole."""
    line, column, what = problem.split(":", 2)
    where = f"line {line}" if column == "*" else f"line {line}, column {column}"
    return f"{where}: {what.replace('-', ' ')}"


def _key(error: Any) -> str:
    """What pydantic says of one key, which is counted from 0 where a table stands several times."""
    names = {part: name for name, part in _TABLES.items()}
    where = ".".join(str(names.get(part, part)) for part in error["loc"])
    words = error["msg"].removeprefix("Value error, ")
    return f"{where}: {words}" if where else words
