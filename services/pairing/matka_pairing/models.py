"""What pairing's API takes and gives: strict in, plain out."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from matka_contracts.terms import PROGRAM_CLOSED, PlannedDay, ProgramModel, Role
from matka_kit.jobs import Job
from matka_pairing.domain.application import Application
from matka_pairing.domain.matching_results import Line, Unmatched
from matka_pairing.domain.program import Program, ProgramRules
from matka_pairing.domain.proposal import Draft
from matka_pairing.domain.readiness import Readiness
from matka_pairing.importing import ImportRow

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Title = dict[
    Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], Annotated[str, Field(max_length=300)]
]


@lru_cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError("no such time zone")
    return name


def _not_by_closing(reason: str) -> str:
    if reason == PROGRAM_CLOSED:
        raise ValueError("a program's closing ends its pairs itself")
    return reason


EndReason = Annotated[Code, AfterValidator(_not_by_closing)]
Timezone = Annotated[str, AfterValidator(_known_timezone)]


class Body(BaseModel):
    """A request's body: an unknown field is a mistake that its sender should hear of."""

    model_config = ConfigDict(extra="forbid")


class NewProgram(Body):
    """A program to open; dates are local to its timezone."""

    title: Title
    model: ProgramModel
    field: str = Field(default="", pattern=r"^[0-9]{0,4}$")
    languages: list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]] = Field(
        min_length=1, max_length=20
    )
    starts_on: PlannedDay
    ends_on: PlannedDay
    timezone: Timezone = "Europe/Helsinki"
    rules: ProgramRules = ProgramRules()


class Import(Body):
    """A CSV of people, as text."""

    csv: str = Field(max_length=5_000_000)


class Checked(BaseModel):
    """Whom an import would take in, by role."""

    mentors: int
    mentees: int

    @classmethod
    def of(cls, rows: Sequence[ImportRow]) -> "Checked":
        """The numbers of some rows."""
        mentors = sum(row.role is Role.MENTOR for row in rows)
        return cls(mentors=mentors, mentees=len(rows) - mentors)


class Decision(Body):
    """Why an application waits, is declined or is referred on; a code that the letter's text is chosen by."""

    reason: Code = "no-place"


class Note(Body):
    """What staff write down about a contact or a waiver."""

    reason: str = Field(default="", max_length=2000)


class Waiver(Body):
    """Why staff do without the contact."""

    reason: str = Field(min_length=3, max_length=2000)


class NewDraft(Body):
    """A run of matching; `locks` are pairs (mentor, mentee) that staff have fixed, `vetoes` ruled out."""

    locks: list[tuple[str, str]] = Field(default=[], max_length=500)
    vetoes: list[tuple[str, str]] = Field(default=[], max_length=500)


class ProgramView(BaseModel):
    """A program as its staff and participants see it."""

    id: str
    title: dict[str, str]
    model: ProgramModel
    status: str
    languages: tuple[str, ...]
    starts_on: date
    ends_on: date
    timezone: str
    rules: ProgramRules

    @classmethod
    def of(cls, program: Program) -> "ProgramView":
        """The view of one program."""
        return cls.model_validate(program.model_dump())


class Programs(BaseModel):
    """Programs, or a page of them."""

    programs: list[ProgramView]
    after: str


class ReadinessView(BaseModel):
    """A mentor's readiness with its reason: the door passed, or what is missing as codes."""

    person_id: str
    door: str | None
    missing: list[str]

    @classmethod
    def of(cls, person_id: str, readiness: Readiness | None) -> "ReadinessView":
        """The view of one mentor, of whom nothing may have been recorded yet."""
        known = readiness or Readiness(id="", program_id="", person_id=person_id)
        return cls(person_id=person_id, door=known.door, missing=known.missing())


class OwnReadiness(BaseModel):
    """Somebody's own way to readiness in one program: the path they chose, and how far they are."""

    program_id: str
    path: str
    door: str | None
    missing: list[str]

    @classmethod
    def of(cls, application: Application, readiness: Readiness | None) -> "OwnReadiness":
        """The view of one admitted mentor, of whom nothing may have been recorded yet."""
        view = ReadinessView.of(application.person_id, readiness)
        return cls(
            program_id=application.program_id,
            path=application.path,
            door=view.door,
            missing=view.missing,
        )


class Ways(BaseModel):
    """Somebody's ways to readiness."""

    ways: list[OwnReadiness]


class Mentors(BaseModel):
    """The readiness of mentors, or of a page of them."""

    mentors: list[ReadinessView]
    after: str


class DraftLine(BaseModel):
    """A draft in a list: how many pairs it has, how many people stay alone, and its points together."""

    id: str
    made_at: datetime
    made_by: str
    status: str
    matched: int
    alone: int
    total_score: int

    @classmethod
    def of(cls, draft: Draft) -> "DraftLine":
        """The line of one draft."""
        return cls.model_validate(draft.model_dump())


class DraftLines(BaseModel):
    """A page of drafts, the newest first."""

    proposals: list[DraftLine]
    after: str


class DraftView(BaseModel):
    """A draft with its lines and everybody who stays alone, each with reasons, and staff's vetoes."""

    id: str
    program_id: str
    status: str
    made_at: datetime
    vetoes: list[tuple[str, str]]
    lines: tuple[Line, ...]
    unmatched: tuple[Unmatched, ...]


class JobView(BaseModel):
    """How far a long command is."""

    id: str
    kind: str
    status: Literal["running", "finished", "cancelled", "failed"]
    done: int
    total: int
    problem: str

    @classmethod
    def of(cls, job: Job) -> "JobView":
        """The view of one job."""
        return cls.model_validate(job.model_dump())


class Counts(BaseModel):
    """Where everyone in a program stands, as numbers.

    `applications` by role and status, admitted `mentors` by the door they have passed or what is missing,
    `pairs` by status, "completed" where one lasted until the program closed. `talks` are the mentors whom
    only the talk with staff keeps from being ready.
    """

    applications: dict[str, dict[str, int]]
    mentors: dict[str, int]
    talks: list[str]
    pairs: dict[str, int]


class Free(BaseModel):
    """How many a draft could match now: ready mentors with a seat, and mentees without a pair."""

    mentors: int
    mentees: int
