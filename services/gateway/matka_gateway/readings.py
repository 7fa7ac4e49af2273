"""What pages read of other services' answers: the fields that they show, and nothing of the rest."""

from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_contracts.terms import PROGRAM_CLOSED, GatheringKind, Pace, Role
from matka_gateway.upstream import Gap
from matka_kit.auth import Caller

# Those whom scheduling expects are invited; all other gatherings are open for sign-up.
_BY_INVITATION = frozenset({GatheringKind.START, GatheringKind.COACHING_TRAINING, GatheringKind.CLOSING})
USUAL_ZONE = "Europe/Helsinki"  # of a program that cannot be read right now
_COMPLETED = ("ended", PROGRAM_CLOSED)
M = TypeVar("M", bound=BaseModel)


class Reading(BaseModel):
    """Part of an answer; fields that a newer service adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Program(Reading):
    id: str
    title: dict[str, str]
    model: str
    status: str = "open"
    field: str = ""
    starts_on: date
    ends_on: date
    timezone: str = USUAL_ZONE

    @property
    def is_closed(self) -> bool:
        """Whether nothing in it changes any more."""
        return self.status == "closed"


class Counts(Reading):
    """People of a program by where they stand: `applications` by role and status, `mentors` by readiness.

    `talks` are the mentors who wait for nothing but a talk with staff.
    """

    applications: dict[str, dict[str, int]]
    mentors: dict[str, int]
    talks: tuple[str, ...] = ()
    pairs: dict[str, int]

    @property
    def undecided(self) -> int:
        """Applications that nobody has decided about."""
        return sum(numbers.get("received", 0) for numbers in self.applications.values())


class Agreement(Reading):
    form: str
    language: str
    language_level: str | None = None
    pace: Pace
    goals: str = ""
    holidays: str = ""


class StandingOfPair(Reading):
    """Where a pair stands."""

    id: str
    status: str
    end_reason: str = ""

    @property
    def standing(self) -> str:
        """Its status; a pair that lasted as long as its program is completed, not ended."""
        return "completed" if (self.status, self.end_reason) == _COMPLETED else self.status


class PairInShort(StandingOfPair):
    """As much of a pair as a list shows."""

    mentor_id: str
    mentee_id: str


class Pair(PairInShort):
    program_id: str
    common_language: str = ""
    accepted: tuple[str, ...] = ()

    def beside(self, person_id: str) -> str:
        """The other of the two."""
        return self.mentee_id if self.mentor_id == person_id else self.mentor_id


class OwnPair(Pair):
    """A pair with what its two have agreed on."""

    agreement: Agreement | None = None


class Meeting(Reading):
    id: str
    pair_id: str
    starts_at: AwareDatetime
    timezone: str
    minutes: int
    form: str
    place: str = ""
    status: str = "planned"


class LinkedMeeting(Meeting):
    """A meeting as a link in a mail shows it to one of the two; `logged` is what was said of it so far."""

    other_id: str
    logged: str = ""


class Places(Reading):
    """How many people stand where with one gathering; for staff."""

    invited: int = 0
    signed_up: int = 0
    attended: int = 0


class Place(Reading):
    """The reader's own place at a gathering; `seat` is 0 without sign-up."""

    invited: bool = False
    seat: int = 0


class Gathering(Reading):
    id: str
    program_id: str = ""
    kind: str
    title: dict[str, str]
    starts_at: AwareDatetime
    timezone: str
    place: str = ""
    status: str = "scheduled"
    seats: int = 0
    counts: Places | None = None
    mine: Place | None = None

    @property
    def takes_sign_ups(self) -> bool:
        """Whether one takes a seat oneself; others are invited, each by name."""
        return self.kind not in _BY_INVITATION

    def is_ahead(self, now: datetime) -> bool:
        """Whether one may still sign up."""
        return self.status == "scheduled" and self.starts_at > now

    def concerns(self, caller: Caller) -> bool:
        """Whether somebody may come: by invitation, or because it is open to them."""
        if self.mine is not None:
            return True
        if self.kind == GatheringKind.MENTOR_TRAINING:
            return caller.has((Role.MENTOR,), self.program_id)
        return self.takes_sign_ups


class Certificate(Reading):
    id: str
    program_id: str
    number: str
    status: str
    program_title: dict[str, str] = {}
    released: bool = False

    @property
    def standing(self) -> str:
        """Issued, released to its holder, or revoked."""
        return "released" if self.released and self.status == "issued" else self.status


class Person(Reading):
    id: str
    name: str
    email: str
    phone: str = ""
    language: str
    reminders: bool = True


class Case(Reading):
    """A matter that the reader brought to staff."""

    id: str
    program_id: str = ""
    kind: str
    status: str
    text: str = ""
    outcome: str = ""
    opened_at: AwareDatetime


class Goal(Reading):
    id: str
    person_id: str
    kind: str
    text: str
    reached_at: AwareDatetime | None = None


class Exercise(Reading):
    """An exercise of the library, in one language."""

    id: str
    theme: str = ""
    minutes: int = 0
    title: str
    text: str = ""
    steps: tuple[str, ...] = ()


class Part(Reading):
    """One part of a course, in one language."""

    title: str
    text: str


class Course(Reading):
    """A self-study course of the library, in one language."""

    id: str
    minutes: int = 0
    title: str
    text: str = ""
    parts: tuple[Part, ...]


class CourseDone(Reading):
    """How far the reader is with a course; `completed_at` is null until it is finished."""

    course: str
    completed_at: AwareDatetime | None = None


class Way(Reading):
    """The reader's own way to a mentor's readiness in one program."""

    program_id: str
    path: str = "none"
    door: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def may_study(self) -> bool:
        """Whether the self-study course is what comes next: for all but who goes to the training."""
        return self.door is None and self.path != "training" and "course-not-completed" in self.missing


class Assignment(Reading):
    id: str
    exercise: str
    done_at: AwareDatetime | None = None


class Introduction(Reading):
    id: str
    kind: str
    organisation_kind: str | None = None
    made_at: AwareDatetime


def read_list(model: type[M], answer: Any, name: str) -> list[M] | Gap:
    """The things under `name` in an answer; the gap where there is none."""
    return answer if isinstance(answer, Gap) else [model.model_validate(each) for each in answer[name]]


def read_one(model: type[M], answer: Any) -> M | Gap:
    """The thing that an answer is; the gap where there is none."""
    return answer if isinstance(answer, Gap) else model.model_validate(answer)
