"""What pages read of other services' answers: the fields that they show, and nothing of the rest."""

from datetime import date
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_gateway.upstream import Gap

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


class Gathering(Reading):
    id: str
    kind: str
    title: dict[str, str]
    starts_at: AwareDatetime
    timezone: str
    place: str = ""
    status: str = "scheduled"
    seats: int = 0
    counts: Places | None = None


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
