"""What the API takes and gives about applications: the public form, staff's detail, the program's board."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from matka_contracts.terms import Door, ProgramModel, Role
from matka_pairing.contact_rules import is_address, is_name, is_number
from matka_pairing.domain.application import Application, Path, Profile
from matka_pairing.domain.pair import StandingOfPair
from matka_pairing.domain.readiness import NOTHING_YET, Readiness
from matka_pairing.importing import LANGUAGE_TAG, ImportRow
from matka_pairing.models import Body


def _checked(is_right: Callable[[str], bool], code: str) -> AfterValidator:
    """A check whose failure has a code of its own, and never tells what was given."""

    def check(text: str) -> str:
        if not is_right(text):
            raise PydanticCustomError(code, code)
        return text

    return AfterValidator(check)


_Text = StringConstraints(strip_whitespace=True)
Name = Annotated[str, _Text, Field(min_length=1, max_length=300), _checked(is_name, "not-a-name")]
Address = Annotated[str, _Text, Field(max_length=254), _checked(is_address, "not-an-address")]
Number = Annotated[
    str, _Text, Field(max_length=40), _checked(lambda x: not x or is_number(x), "not-a-number")
]


class PublicApplication(Body):
    """An application as somebody hands it in themselves; `eligible` is their own declaration."""

    program_id: str = Field(max_length=100)
    role: Literal[Role.MENTOR, Role.MENTEE]
    name: Name
    email: Address
    phone: Number = ""
    language: str = Field(default="fi", pattern=LANGUAGE_TAG)
    profile: Profile = Profile()
    path: Path = "none"
    eligible: bool
    consent: Literal[True]

    def row(self) -> ImportRow:
        """The person and the application in it; only mentors take a path to readiness."""
        facts = self.model_dump(include=set(ImportRow.model_fields))
        return ImportRow.model_validate(facts | {"path": self.path if self.role is Role.MENTOR else "none"})


class Received(BaseModel):
    """The answer to every application: it says nothing of who is known here."""

    received: Literal[True] = True


class OpenProgram(BaseModel):
    """As much of a program as a visitor needs to apply to it."""

    id: str
    title: dict[str, str]
    model: ProgramModel
    field: str
    languages: tuple[str, ...]
    starts_on: date
    ends_on: date
    timezone: str


class OpenPrograms(BaseModel):
    """A page of the programs that take applications."""

    programs: list[OpenProgram]
    after: str


class ApplicationView(BaseModel):
    """An application as staff, and whose it is, see it."""

    id: str
    program_id: str
    person_id: str
    role: Role
    path: str
    status: str
    reason: str
    received_at: datetime | None

    @classmethod
    def of(cls, application: Application) -> "ApplicationView":
        """The view of one application."""
        return cls.model_validate(application.model_dump())


class ApplicationDetail(ApplicationView):
    """An application with all that was said in it."""

    profile: Profile

    @classmethod
    def of(cls, application: Application) -> "ApplicationDetail":
        """The view of one application."""
        return cls.model_validate(application.model_dump())


class Applications(BaseModel):
    """Applications, or a page of them."""

    applications: list[ApplicationView]
    after: str = ""


class ApplicationInShort(BaseModel):
    """As little of an application as a long list is narrowed by; the store reads nothing else."""

    id: str
    person_id: str
    role: Role
    status: str


class ApplicationsInShort(BaseModel):
    """Applications in few words, or a page of them."""

    applications: list[ApplicationInShort]
    after: str


class StandingPair(BaseModel):
    """A pair as it stands beside one of its two people."""

    id: str
    status: str
    other_id: str
    formed_at: datetime | None
    ended_at: datetime | None
    end_reason: str

    @classmethod
    def of(cls, pair: StandingOfPair, person_id: str) -> "StandingPair":
        """The view of one pair from one side."""
        return cls(
            id=pair.id,
            status=pair.status,
            other_id=pair.mentee_id if pair.mentor_id == person_id else pair.mentor_id,
            formed_at=pair.formed_at,
            ended_at=pair.ended_at,
            end_reason=pair.end_reason,
        )


class Seats(BaseModel):
    """As much of a profile as standing needs."""

    capacity: int = 1


class Applicant(BaseModel):
    """As much of an application as standing needs."""

    id: str
    person_id: str
    role: Role
    status: str
    reason: str
    path: str
    received_at: datetime | None
    profile: Seats


class Standing(BaseModel):
    """Where one person stands: application, readiness (of a mentor, by what is missing), and pairs."""

    person_id: str
    role: Role
    application_id: str
    status: str
    reason: str
    path: str
    received_at: datetime | None
    door: Door | None
    missing: list[str]
    capacity: int
    pairs: list[StandingPair]

    @classmethod
    def of(cls, applicant: Applicant, readiness: Readiness | None, pairs: list[StandingOfPair]) -> "Standing":
        """The line of one applicant; who has no place and gets none lacks nothing."""
        asks = applicant.role == Role.MENTOR and applicant.status not in {"declined", "referred"}
        return cls(
            person_id=applicant.person_id,
            role=applicant.role,
            application_id=applicant.id,
            status=applicant.status,
            reason=applicant.reason,
            path=applicant.path,
            received_at=applicant.received_at,
            door=readiness.door if readiness else None,
            missing=(readiness.missing() if readiness else [*NOTHING_YET]) if asks else [],
            capacity=applicant.profile.capacity,
            pairs=[StandingPair.of(pair, applicant.person_id) for pair in pairs],
        )


class Board(BaseModel):
    """A page of everybody who applied to a program."""

    people: list[Standing]
    after: str
