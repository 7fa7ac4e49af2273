"""Terms that more than one service uses: roles, kinds and levels, each declared once."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, WithJsonSchema

# What is planned lies between these days: some way from the ends of what clocks of every zone can tell.
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
PlannedDay = Annotated[date, Field(ge=_FIRST_DAY, le=_LAST_DAY)]
# Local time as people write it down; a `date-time` of JSON Schema would have to name its zone.
_LOCAL = WithJsonSchema(
    {
        "type": "string",
        "format": "date-time-local",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$",
    }
)
LocalMoment = Annotated[NaiveDatetime, _LOCAL]
PlannedMoment = Annotated[
    NaiveDatetime,
    Field(ge=datetime.combine(_FIRST_DAY, time.min), le=datetime.combine(_LAST_DAY, time.max)),
    _LOCAL,
]


class Role(StrEnum):
    """What a person may be: administrator everywhere, the others within one program."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    HELPER = "helper"
    READER = "reader"
    MENTOR = "mentor"
    MENTEE = "mentee"


STAFF = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.HELPER, Role.READER)
STAFF_WHO_ACT = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.HELPER)
PARTICIPANTS = (Role.MENTOR, Role.MENTEE)


class ProgramModel(StrEnum):
    """Templates of a program's required gatherings, rules and texts."""

    PAIR_MENTORING = "pair-mentoring"
    WOMENTO = "womento"
    CAREER_MENTORING = "career-mentoring"


class GatheringKind(StrEnum):
    """What people come together for."""

    MENTOR_TRAINING = "mentor-training"
    COACHING_TRAINING = "coaching-training"
    START = "start"
    THEME = "theme"
    GATHERING = "gathering"
    SPECIAL = "special"
    PEER_CIRCLE = "peer-circle"
    CLOSING = "closing"


class MeetingForm(StrEnum):
    """How a pair meets."""

    IN_PERSON = "in-person"
    VIDEO = "video"
    PHONE = "phone"


class Cefr(StrEnum):
    """Levels of the Common European Framework of Reference; they compare as strings."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class Door(StrEnum):
    """How a mentor became ready: A the training; B self-study and a staff contact, recorded or waived."""

    TRAINING = "training"
    SELF_STUDY = "self-study"
    WAIVED = "waived"


PROGRAM_CLOSED = "program-closed"
"""The reason of every pair that ends, or comes to nothing, because its program does."""


class Pace(BaseModel):
    """How many times a month a pair means to meet."""

    model_config = ConfigDict(frozen=True)

    least: int = 2
    most: int = 3
