"""How letters are stored, and the plans that letters about meetings are checked against."""

from datetime import datetime

from pydantic import BaseModel

from matka_kit.shape import Shape
from matka_kit.store import Collection
from matka_notifications.domain import Letter

LETTERS = Collection(
    "letters",
    {"status": str, "urgent": bool, "ready_at": datetime},
    indexes=(("status", "urgent", "ready_at"),),
)
MEETINGS = Collection("meetings")
PROGRAMS = Collection("programs")
LETTER_SHAPE = Shape(LETTERS, Letter)


class MeetingPlan(BaseModel):
    """The newest known plan of a meeting."""

    id: str
    status: str
    revision: int


class ProgramTitle(BaseModel):
    """What letters call a program; `title` maps languages to texts."""

    id: str
    title: dict[str, str]
