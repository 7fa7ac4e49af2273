"""What is asked of meetings over HTTP, and how it is answered."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool

from matka_contracts.terms import LocalMoment, MeetingForm, PlannedMoment
from matka_scheduling.domain.meeting import Meeting

Minutes = Annotated[int, Field(ge=5, le=1440, strict=True)]
Place = Annotated[str, Field(max_length=300)]


class PlanRequest(BaseModel):
    """A meeting to plan; `at` is local in the program's zone. `held` logs one that took place unplanned."""

    model_config = ConfigDict(extra="forbid")

    at: PlannedMoment
    minutes: Minutes
    form: MeetingForm
    place: Place = ""
    held: StrictBool = False


class MoveRequest(BaseModel):
    """Another time, and whatever else changes."""

    model_config = ConfigDict(extra="forbid")

    at: PlannedMoment
    minutes: Minutes | None = None
    form: MeetingForm | None = None
    place: Place | None = None


class HoldRequest(BaseModel):
    """What was otherwise than planned; `held_at` is local time in the program's zone."""

    model_config = ConfigDict(extra="forbid")

    form: MeetingForm | None = None
    held_at: PlannedMoment | None = None


class MeetingAnswer(BaseModel):
    """A meeting; `at` is local time in `timezone`, `starts_at` the same as an instant.

    `planned_at` is when its present time was set, `by` who planned, moved or cancelled it last
    (empty: Matka itself).
    """

    id: str
    pair_id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    at: LocalMoment
    timezone: str
    starts_at: AwareDatetime
    minutes: int
    form: MeetingForm
    place: str
    status: Literal["planned", "cancelled", "held", "missed"]
    revision: int
    by: str
    logged_by: str
    planned_at: AwareDatetime

    @classmethod
    def of(cls, meeting: Meeting) -> "MeetingAnswer":
        own = {"id", "pair_id", "program_id", "mentor_id", "mentee_id", "status", "revision", "by"}
        return cls(
            **meeting.model_dump(include=own | {"logged_by", "planned_at"}),
            at=meeting.plan.at.naive(),
            timezone=meeting.plan.at.zone,
            starts_at=meeting.plan.starts_at,
            minutes=meeting.plan.minutes,
            form=meeting.plan.form,
            place=meeting.plan.place,
        )


class MeetingsAnswer(BaseModel):
    """Meetings in order of time."""

    meetings: list[MeetingAnswer]
