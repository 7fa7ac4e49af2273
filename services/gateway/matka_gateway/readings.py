"""What pages read of other services' answers: the fields that they show, and nothing of the rest."""

from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_contracts.terms import GatheringKind, Role
from matka_gateway.upstream import Gap
from matka_kit.auth import Caller

# Those whom scheduling expects are invited; all other gatherings are open for sign-up.
_BY_INVITATION = frozenset({GatheringKind.START, GatheringKind.COACHING_TRAINING, GatheringKind.CLOSING})
_COMPLETED = ("ended", "program-closed")
M = TypeVar("M", bound=BaseModel)


class Reading(BaseModel):
    """Part of an answer; fields that a newer service adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Program(Reading):
    id: str
    title: dict[str, str]
    model: str
    status: str
    starts_on: date
    ends_on: date
    timezone: str = "Europe/Helsinki"


class Counts(Reading):
    """People of a program by where they stand: `applications` by role and status, `mentors` by door."""

    applications: dict[str, dict[str, int]]
    mentors: dict[str, int]
    pairs: dict[str, int]


class Pair(Reading):
    id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    status: str
    common_language: str = ""
    accepted: tuple[str, ...] = ()
    end_reason: str = ""

    @property
    def standing(self) -> str:
        """Its status; a pair that lasted as long as its program is completed, not ended."""
        return "completed" if (self.status, self.end_reason) == _COMPLETED else self.status

    def beside(self, person_id: str) -> str:
        """The other of the two."""
        return self.mentee_id if self.mentor_id == person_id else self.mentor_id


class Meeting(Reading):
    id: str
    pair_id: str
    starts_at: AwareDatetime
    timezone: str
    minutes: int
    form: str
    place: str = ""


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

    def is_ahead(self, now: datetime) -> bool:
        """Whether one may still sign up."""
        return self.status == "scheduled" and self.starts_at > now

    def concerns(self, caller: Caller) -> bool:
        """Whether somebody may come: by invitation, or because it is open to them."""
        if self.mine is not None:
            return True
        if self.kind == GatheringKind.MENTOR_TRAINING:
            return caller.has((Role.MENTOR,), self.program_id)
        return self.kind not in _BY_INVITATION


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


def read_list(model: type[M], answer: Any, name: str) -> list[M] | Gap:
    """The things under `name` in an answer; the gap where there is none."""
    return answer if isinstance(answer, Gap) else [model.model_validate(each) for each in answer[name]]


def read_one(model: type[M], answer: Any) -> M | Gap:
    """The thing that an answer is; the gap where there is none."""
    return answer if isinstance(answer, Gap) else model.model_validate(answer)
