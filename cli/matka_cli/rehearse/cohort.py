"""A rehearsal's input: `program.toml` and `people.csv`, checked before anything is started."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import tomli  # TOML 1.1, which lets a time end with its minutes; Python's own reads 1.0
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from matka_contracts.terms import Cefr, GatheringKind, ProgramModel, Role
from matka_pairing.importing import COLUMNS

_MOST_PROBLEMS = 20


class BadCohort(Exception):
    """The folder can't be rehearsed; the text names file, place and what to do."""


class Strict(BaseModel):
    """A table of the file: a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProgramTable(Strict):
    """`[program]`: dates are local to `timezone`."""

    name: dict[str, str]
    model: ProgramModel
    field: str = ""
    start: date
    months: int = Field(default=6, ge=1, le=24)
    languages: list[str] = Field(min_length=1)
    meetings_per_month: tuple[int, int] = (2, 3)
    common_language_level: Cefr = Cefr.B1
    training_hours: float = 6
    seats: int = Field(default=70, ge=1)
    timezone: str = "Europe/Helsinki"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError) as error:
            raise ValueError(f"no timezone is called {name}") from error
        return name

    @property
    def end(self) -> date:
        """The day after the program's last month."""
        month = self.start.month - 1 + self.months
        year, day = self.start.year + month // 12, self.start.day
        while True:
            try:
                return date(year, month % 12 + 1, day)
            except ValueError:
                day -= 1  # the month is shorter


class StaffTable(Strict):
    """`[[staff]]`."""

    name: str
    email: str
    role: Literal[Role.COORDINATOR, Role.HELPER, Role.READER]
    language: str = "fi"


class GatheringTable(Strict):
    """`[[gathering]]`: `at` is local."""

    kind: GatheringKind
    title: dict[str, str]
    at: datetime
    hours: float = Field(gt=0)
    place: str = ""
    seats: int = Field(default=100, ge=1)


class Row(BaseModel):
    """What the driver needs of a person of `people.csv`; the import itself checks the rest."""

    role: Literal[Role.MENTOR, Role.MENTEE]
    name: Annotated[str, Field(min_length=1)]
    email: Annotated[str, Field(min_length=3)]
    language: str = "fi"
    training: Literal["training", "self-study", "none"] = "none"


class Cohort(BaseModel):
    """Everything a rehearsal is played from; `csv` is the text that staff import."""

    program: ProgramTable
    staff: list[StaffTable]
    gatherings: list[GatheringTable]
    rows: list[Row]
    csv: str

    @model_validator(mode="after")
    def _playable(self) -> "Cohort":
        if not any(each.role is Role.COORDINATOR for each in self.staff):
            raise ValueError("program.toml: [[staff]] needs somebody whose role is coordinator")
        kinds = {each.kind for each in self.gatherings}
        if missing := {GatheringKind.START, GatheringKind.CLOSING} - kinds:
            raise ValueError(f"program.toml: [[gathering]] needs one of kind {' and '.join(sorted(missing))}")
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

    @property
    def opening(self) -> datetime:
        """When the program opens: eight weeks before its start or its first gathering."""
        first = min(each.at.date() for each in self.gatherings)
        return self.local(min(self.program.start, first) - timedelta(days=56), 9)


def read_cohort(folder: Path) -> Cohort:
    """Read a rehearsal's folder. Raises `BadCohort` with all that is wrong."""
    program, people = folder / "program.toml", folder / "people.csv"
    try:
        table = tomli.loads(program.read_text("utf-8-sig"))
        text = people.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise BadCohort(
            f"{error.filename} is missing: a rehearsal needs program.toml and people.csv"
        ) from error
    except UnicodeDecodeError as error:
        raise BadCohort(f"{folder}: the files must be UTF-8 ({error.reason})") from error
    except tomli.TOMLDecodeError as error:
        raise BadCohort(f"{program}: not valid TOML: {error}") from error
    unknown = set(table) - {"program", "staff", "gathering"}
    if unknown:
        raise BadCohort(f"{program}: unknown tables {', '.join(sorted(unknown))}")
    rows = _rows(people, text)
    parts = {
        "program": table.get("program", {}),
        "staff": table.get("staff", []),
        "gatherings": table.get("gathering", []),
    }
    try:
        return Cohort.model_validate(parts | {"rows": rows, "csv": text})
    except ValidationError as error:
        raise BadCohort(
            "\n".join(_said(program, people, each) for each in error.errors()[:_MOST_PROBLEMS])
        ) from error


def _rows(path: Path, text: str) -> list[dict[str, str]]:
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip().lower() for column in reader.fieldnames or ()]
        reader.fieldnames = columns
        if unknown := sorted(set(columns) - set(COLUMNS)):
            raise BadCohort(
                f"{path}: unknown columns {', '.join(unknown)}; known are {', '.join(sorted(COLUMNS))}"
            )
        rows = [{key: (value or "").strip() for key, value in row.items() if key and value} for row in reader]
    except csv.Error as error:
        raise BadCohort(f"{path}, line {reader.line_num}: not valid CSV: {error}") from error
    _check_emails(path, rows)
    return rows


def _check_emails(path: Path, rows: list[dict[str, str]]) -> None:
    first: dict[str, int] = {}
    for line, row in enumerate(rows, start=2):
        email = row.get("email", "").casefold()
        if first.setdefault(email, line) != line:
            raise BadCohort(
                f"{path}, line {line}: {email or 'an empty email'} stands in line {first[email]} already"
            )


def _said(program: Path, people: Path, error: Any) -> str:
    where = [str(part) for part in error["loc"]]
    if where[:1] == ["rows"]:
        return f"{people}, line {int(where[1]) + 2}, column {where[2]}: {error['msg']}"
    place = f" {'.'.join(where)}:" if where else ""
    return f"{program}:{place} {error['msg'].removeprefix('Value error, program.toml: ')}"
