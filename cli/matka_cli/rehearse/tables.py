"""The tables of `program.toml`."""

from calendar import monthrange
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime

from matka_contracts.terms import Cefr, GatheringKind, ProgramModel, Role
from matka_people.domain.values import EmailAddress, LanguageTag, PersonName


class Strict(BaseModel):
    """A table of the file: a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProgramTable(Strict):
    """`[program]`: dates are local to `timezone`."""

    name: dict[str, str]
    model: ProgramModel
    field: str = ""
    start: date = Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))
    months: int = Field(default=6, ge=1, le=24)
    languages: list[str] = Field(min_length=1)
    meetings_per_month: tuple[int, int] = (2, 3)
    common_language_level: Cefr = Cefr.B1
    training_hours: float = 6
    seats: int = Field(default=70, ge=1)
    timezone: str = "Europe/Helsinki"

    @property
    def end(self) -> date:
        """The same day so many months later, or the last of a month that is too short for it."""
        years, month = divmod(self.start.month - 1 + self.months, 12)
        year, month = self.start.year + years, month + 1
        return date(year, month, min(self.start.day, monthrange(year, month)[1]))


class StaffTable(Strict):
    """`[[staff]]`."""

    name: PersonName
    email: EmailAddress
    role: Literal[Role.COORDINATOR, Role.HELPER, Role.READER]
    language: LanguageTag = "fi"


class GatheringTable(Strict):
    """`[[gathering]]`: `at` is local."""

    kind: GatheringKind
    title: dict[str, str]
    at: NaiveDatetime
    hours: float = Field(gt=0)
    place: str = ""
    seats: int = Field(default=100, ge=1)
