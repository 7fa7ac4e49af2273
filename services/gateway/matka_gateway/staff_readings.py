"""What staff pages read of other services' answers: where people, pairs, gatherings and cases stand."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from matka_contracts.terms import Role
from matka_gateway.readings import Gathering, Meeting, Pair, Places, Program, Reading, StandingOfPair

NOT_READY, TALK_MISSING = "not-ready", "staff-contact-missing"


class DeskProgram(Program):
    """A program with what staff need to work in it."""

    languages: tuple[str, ...] = ()


class Applicant(Reading):
    """As much of an application as a list is narrowed and sorted by."""

    person_id: str
    role: str
    status: str
    received_at: AwareDatetime | None = None


class StandingPair(StandingOfPair):
    """A pair that one person is half of."""

    other_id: str
    formed_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class Standing(Reading):
    """Where one person stands in one role: application, readiness, pairs."""

    person_id: str
    role: str
    application_id: str
    status: str
    reason: str = ""
    path: str = "none"
    received_at: AwareDatetime | None = None
    door: str | None = None
    missing: tuple[str, ...] = ()
    pairs: tuple[StandingPair, ...] = ()

    @property
    def readiness(self) -> str:
        """The door that an admitted mentor has passed, or what is waited for; nothing for others."""
        if self.role != Role.MENTOR or self.status != "admitted":
            return ""
        return self.door or (TALK_MISSING if TALK_MISSING in self.missing else NOT_READY)

    @property
    def pairing(self) -> str:
        """Whether somebody admitted has or had a pair, a proposal or neither; nothing for others."""
        return pairing(self.status, {pair.standing for pair in self.pairs})

    @property
    def is_open(self) -> bool:
        """Whether staff still decide about the application."""
        return self.status in {"received", "waiting"}


class Free(Reading):
    """How many could be matched now."""

    mentors: int
    mentees: int


class Readiness(Reading):
    """A mentor's readiness with its reason."""

    person_id: str
    door: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def standing(self) -> str:
        return self.door or (TALK_MISSING if TALK_MISSING in self.missing else NOT_READY)


class Profile(Reading):
    """What somebody wrote into their application."""

    languages: dict[str, str] = Field(default_factory=dict)
    field: tuple[str, ...] = ()
    municipality: str = ""
    forms: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    capacity: int = 1
    goals: str = ""


class Application(Reading):
    id: str
    role: str
    status: str
    path: str = "none"
    reason: str = ""
    profile: Profile = Profile()


class Agreement(Reading):
    """What a pair wrote down in the beginning."""

    form: str
    language: str
    language_level: str | None = None
    pace: dict[str, int] = Field(default_factory=dict)
    goals: str = ""
    holidays: str = ""


class DeskPair(Pair):
    """A pair as staff see it."""

    score: int | None = None
    declined_by: str | None = None
    formed_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    agreement: Agreement | None = None


class DeskMeeting(Meeting):
    status: str = "planned"


class Rhythm(Reading):
    """How a pair meets, measured against its own agreement."""

    pair_id: str
    mentor_id: str
    mentee_id: str
    status: str = "active"
    pace: dict[str, int] = Field(default_factory=dict)
    held: int = 0
    unlogged: int = 0
    last_held: AwareDatetime | None = None
    next_planned: AwareDatetime | None = None
    step: str = ""
    quiet_since: AwareDatetime | None = None
    signal: str = ""

    @property
    def needs_a_look(self) -> bool:
        return self.status == "active" and self.signal in {"amber", "red"}


class Taken(Reading):
    """One person's place at a gathering."""

    person_id: str
    invited: bool = False
    seat: int = 0
    attendance: Literal["unknown", "attended", "absent"] = "unknown"


class Marks(Places):
    """How many people stand where with one gathering."""

    absent: int = 0


class DeskGathering(Gathering):
    """A gathering as staff see it."""

    hours: float = 0
    counts: Marks | None = None

    def lacks_attendance(self, now: datetime) -> bool:
        """Whether it has begun and nobody is marked as there or away, or it was never closed."""
        return self.status != "held" and self.starts_at <= now


class Case(Reading):
    """Something that staff were asked to look at."""

    id: str
    program_id: str
    pair_id: str = ""
    kind: str
    opened_by: str = ""
    opened_at: AwareDatetime | None = None
    owner_id: str = ""
    cover_id: str = ""
    due_at: AwareDatetime | None = None
    status: str = "open"
    text: str = ""
    beginning: str = ""
    outcome: str = ""
    note: str = ""
    resolved_at: AwareDatetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        return self.status == "open" and self.due_at is not None and self.due_at <= now

    def concerns(self, person_id: str, now: datetime) -> bool:
        """Whether this member of staff is to act: its owner, its cover once it is late, or anybody."""
        if self.status != "open":
            return False
        return self.owner_id in {"", person_id} or (self.is_overdue(now) and self.cover_id == person_id)


class Colleague(Reading):
    """Somebody of staff who acts in the program."""

    person_id: str


class Fact(Reading):
    """A gathering that somebody attended."""

    title: dict[str, str] = Field(default_factory=dict)
    kind: str = ""
    held_at: AwareDatetime


class Participation(Reading):
    """What one person took part in."""

    person_id: str
    role: str
    meetings_held: int = 0
    gatherings: tuple[Fact, ...] = ()
    outcome: str = ""
    seal: int = 0

    @property
    def counts(self) -> bool:
        """Whether there is anything that a certificate can attest."""
        return bool(self.meetings_held or self.gatherings)


class Progress(Reading):
    """How far a long command is."""

    id: str
    kind: str
    status: Literal["running", "finished", "cancelled", "failed"]
    done: int = 0
    total: int = 0
    problem: str = ""


class Issued(Reading):
    """A certificate as staff see it in a list."""

    id: str
    person_id: str
    holder_name: str = ""
    number: str
    status: str
    released: bool = False
    issued_on: date

    @property
    def standing(self) -> str:
        return "released" if self.released and self.status == "issued" else self.status


def everybody(standings: Iterable[Standing]) -> set[str]:
    """The ids of these people and of those they are or were paired with."""
    known = list(standings)
    return {each.person_id for each in known} | {pair.other_id for each in known for pair in each.pairs}


def pairing(status: str, pairs: Collection[str]) -> str:
    """Where somebody with this application and such pairs stands; nothing for whom no pair is looked for."""
    found = next((each for each in ("formed", "proposed", "completed") if each in pairs), "")
    return found or ("alone" if status == "admitted" else "")


def first(things: Iterable[Any], **wanted: Any) -> Any:
    """The first thing whose attributes are these, or None."""
    return next((each for each in things if all(getattr(each, k) == v for k, v in wanted.items())), None)
