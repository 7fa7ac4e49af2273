"""How letters are stored, and what is known of what they speak of: plans, programs, certificates."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel

from matka_kit.shape import Shape
from matka_kit.store import Collection
from matka_notifications.domain import Letter

LETTERS = Collection(
    "letters",
    {"status": str, "urgent": bool, "ready_at": datetime},
    indexes=(("status", "urgent", "ready_at"),),
)
MEETINGS = Collection("meetings", {"pair_id": str}, indexes=(("pair_id",),))
CERTIFICATES = Collection("certificates")
PROGRAMS = Collection("programs")
SEATS = Collection("seats")
LETTER_SHAPE = Shape(LETTERS, Letter)


class MeetingPlan(BaseModel):
    """The newest known plan of a meeting; `told_at` is when it was last planned, moved or held."""

    id: str
    pair_id: str
    status: str
    revision: int
    told_at: AwareDatetime | None = None

    def says_more_than(self, moment: datetime) -> bool:
        """Whether since then the pair has planned this meeting or met, and it has not come to nothing."""
        return self.status in {"planned", "held"} and self.told_at is not None and self.told_at > moment


class KnownCertificate(BaseModel):
    """The number of the edition in force, and that of the first one that was released, if any was."""

    id: str
    number: str
    first: str = ""


class KnownSeat(BaseModel):
    """Whether somebody has a seat at a gathering that they signed up for."""

    id: str
    taken: bool


def seat_id(gathering_id: str, person_id: str) -> str:
    """The one seat that a person can have at a gathering."""
    return f"{gathering_id}:{person_id}"


class ProgramTitle(BaseModel):
    """What letters call a program, and the zone of its times; `title` maps languages to texts."""

    id: str
    title: dict[str, str]
    timezone: str = ""
