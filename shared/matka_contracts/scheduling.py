"""Events of `scheduling`: meetings, gatherings, attendance and the sealed participation."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_contracts.event import Event
from matka_contracts.terms import Door, GatheringKind, MeetingForm, Pace, Role


class SchedulingEvent(Event):
    """A fact published by `scheduling`."""

    producer: ClassVar[str] = "scheduling"


class MeetingEvent(SchedulingEvent):
    """The whole row of one meeting of a pair, as it now is.

    `minutes` is its length, `by` the person who planned, moved or cancelled it (empty: the service).
    """

    meeting_id: str
    pair_id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    starts_at: AwareDatetime
    timezone: str
    minutes: int
    form: MeetingForm
    place: str = ""
    revision: int = 0
    by: str = ""


class MeetingPlanned(MeetingEvent):
    """A pair has set a time."""


class MeetingMoved(MeetingEvent):
    """A planned meeting has another time, form or place."""


class MeetingCancelled(MeetingEvent):
    """A planned meeting will not take place."""


class MeetingHeld(MeetingEvent):
    """A meeting took place, logged by one of the two."""

    logged_by: str


class MeetingMissed(MeetingEvent):
    """A planned meeting did not take place, as one of the two says afterwards."""

    logged_by: str


class MeetingReminderDue(MeetingEvent):
    """It is time to remind both of a planned meeting."""


class MeetingLogDue(MeetingEvent):
    """A planned meeting is over by the clock: it is time to ask both whether it took place."""


class RhythmSlipped(SchedulingEvent):
    """A pair has fallen behind its own rhythm; `quiet_since` is its last meeting, or when it formed.

    The steps come one after the other while nothing is planned or held: the pair together, each alone, staff.
    """

    pair_id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    pace: Pace
    step: Literal["pair", "each", "staff"]
    quiet_since: AwareDatetime


class GatheringEvent(SchedulingEvent):
    """The whole row of a gathering, as it now is. `title` maps languages to texts."""

    gathering_id: str
    program_id: str
    kind: GatheringKind
    title: dict[str, str]
    starts_at: AwareDatetime
    timezone: str
    hours: float
    place: str
    seats: int


class GatheringScheduled(GatheringEvent):
    """A gathering is planned and, except those by invitation, open for sign-up."""


class GatheringHeld(GatheringEvent):
    """Staff closed the gathering after its attendance was recorded."""


class PlaceEvent(SchedulingEvent):
    """One person's place at one gathering, with what a letter about it needs."""

    gathering_id: str
    program_id: str
    person_id: str
    kind: GatheringKind
    title: dict[str, str]
    starts_at: AwareDatetime
    timezone: str
    hours: float
    place: str


class ParticipantInvited(PlaceEvent):
    """A person is expected at a gathering by invitation: their pair's start meeting, the closing event."""


class SignUpConfirmed(PlaceEvent):
    """A person has a seat at a gathering."""


class SignUpWithdrawn(PlaceEvent):
    """A person gave their seat back."""


class AttendanceRecorded(PlaceEvent):
    """Staff recorded, or corrected, whether a person attended."""

    attended: bool
    recorded_by: str


class GatheringFact(BaseModel):
    """One gathering that a person attended, for the certificate."""

    model_config = ConfigDict(frozen=True)

    gathering_id: str
    kind: GatheringKind
    title: dict[str, str]
    held_at: AwareDatetime
    hours: float


class ParticipationSealed(SchedulingEvent):
    """All of a person's recorded facts in a program; a later seal replaces the earlier one.

    `seal` counts the person's seals from 1. `outcome` tells whether the person's pair went to the end, `door`
    how a mentor became ready, `handed_out_at` when the closing event begins, where one is planned.
    """

    program_id: str
    person_id: str
    role: Role
    seal: int
    meetings_held: int
    gatherings: tuple[GatheringFact, ...]
    outcome: Literal["completed", "ended-early", "without-pair"]
    sealed_at: AwareDatetime
    door: Door | None = None
    handed_out_at: AwareDatetime | None = None
