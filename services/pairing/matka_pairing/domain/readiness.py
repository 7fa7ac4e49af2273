"""Mentor readiness: two doors, and a decision that explains itself."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from matka_contracts.event import Event
from matka_contracts.pairing import MentorReady
from matka_contracts.terms import Door
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError

_DOORS = (Door.TRAINING, Door.SELF_STUDY, Door.WAIVED)
TALK_MISSING, NOT_READY = "staff-contact-missing", "not-ready"
NOTHING_YET = ("training-not-attended", "course-not-completed")


class CourseBeforeContact(DomainError):
    """The talk with staff answers what self-study left open: it comes after the course."""


class StaffNote(BaseModel):
    """What staff recorded, who and when; `reason` is theirs to word."""

    model_config = ConfigDict(frozen=True)

    by: str
    at: AwareDatetime
    reason: str = ""


class Training(BaseModel):
    """Whether a mentor was at one mentor training, as the `sequence`-th record of it says."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    attended: bool
    at: AwareDatetime


class Readiness(Aggregate):
    """One mentor's way to readiness in one program. Door A: the training; door B: the rest."""

    program_id: str
    person_id: str
    contact_needed: bool = True
    trainings: dict[str, Training] = Field(default_factory=dict)
    studied_at: AwareDatetime | None = None
    contact: StaffNote | None = None
    waiver: StaffNote | None = None
    announced: Door | None = None

    @property
    def trained_at(self) -> datetime | None:
        """When the mentor first took part in a mentor training."""
        return min((each.at for each in self.trainings.values() if each.attended), default=None)

    @property
    def door(self) -> Door | None:
        """The door that the mentor has passed, if any; the training counts first."""
        return next((door for door in _DOORS if self._is_open(door)), None)

    def missing(self) -> list[str]:
        """Why the mentor is not ready: what each door still lacks, as codes."""
        if self.door:
            return []
        if self.studied_at:
            return [TALK_MISSING]
        return [*NOTHING_YET]

    @property
    def standing(self) -> str:
        """The door that was passed; else whether it is staff who are waited for, or the mentor."""
        return self.door or (TALK_MISSING if self.studied_at else NOT_READY)

    def record_training(self, gathering_id: str, training: Training) -> Sequence[Event]:
        """Door A opens with the training, and closes again when the attendance is corrected.

        What was told before something that is known about the same gathering came late and is left out.
        """
        known = self.trainings.get(gathering_id)
        if known and known.sequence >= training.sequence:
            return ()
        self.trainings = self.trainings | {gathering_id: training}
        return self._announce()

    def record_course(self, at: datetime) -> Sequence[Event]:
        """The self-study course is done."""
        self.studied_at = self.studied_at or at
        return self._announce()

    def record_contact(self, note: StaffNote) -> Sequence[Event]:
        """Staff talked with the mentor after the course; a second talk keeps the first record."""
        if not self.studied_at:
            raise CourseBeforeContact
        self.contact = self.contact or note
        return self._announce()

    def waive_contact(self, note: StaffNote) -> Sequence[Event]:
        """Staff take the mentor without the talk, and say why."""
        self.waiver = self.waiver or note
        return self._announce()

    def _is_open(self, door: Door) -> bool:
        if door is Door.TRAINING:
            return self.trained_at is not None
        by_talk = self.waiver if door is Door.WAIVED else self.contact or not self.contact_needed
        return bool(self.studied_at and by_talk)

    def _announce(self) -> Sequence[Event]:
        """A mentor is told ready once, and again only when the door that was told of has closed since."""
        door = self.door
        if door is None or (self.announced and self._is_open(self.announced)):
            return ()
        self.announced = door
        return (MentorReady(program_id=self.program_id, person_id=self.person_id, door=door),)
