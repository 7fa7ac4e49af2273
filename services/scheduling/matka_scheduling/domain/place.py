"""One person's place at one gathering: invited, signed up, there or not."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from matka_contracts.event import Event
from matka_contracts.scheduling import (
    AttendanceRecorded,
    ParticipantInvited,
    SignUpConfirmed,
    SignUpWithdrawn,
)
from matka_contracts.terms import GatheringKind, Role
from matka_kit.aggregate import Aggregate
from matka_kit.cause import derived_id
from matka_kit.errors import DomainError
from matka_scheduling.domain.gathering import BY_INVITATION, Gathering


class GatheringFull(DomainError):
    """All seats are taken."""


class SignUpClosed(DomainError):
    """The gathering has begun."""


class ByInvitationOnly(DomainError):
    """Only those who are invited take part."""


class ForMentorsOnly(DomainError):
    """The mentor training is for mentors."""


class SeatTaken(DomainError):
    """Somebody else has this very seat; the next one may be free."""


def place_id(gathering_id: str, person_id: str) -> str:
    """The one place that a person can have at a gathering."""
    return derived_id("place", gathering_id, person_id)


class Place(Aggregate):
    """One person at one gathering.

    `seat` counts from 1 and is 0 without sign-up; `attended` is None until it is recorded.
    """

    program_id: str
    gathering_id: str
    person_id: str
    invited: bool = False
    seat: int = 0
    attended: bool | None = None
    recorded_by: str = ""

    @classmethod
    def at(cls, gathering: Gathering, person_id: str) -> "Place":
        """A place nobody has asked for yet."""
        return cls(
            id=place_id(gathering.id, person_id),
            program_id=gathering.program_id,
            gathering_id=gathering.id,
            person_id=person_id,
        )

    @property
    def attendance(self) -> Literal["unknown", "attended", "absent"]:
        """Whether the person was there, as far as is recorded."""
        if self.attended is None:
            return "unknown"
        return "attended" if self.attended else "absent"

    def invite(self, gathering: Gathering, now: datetime) -> Sequence[Event]:
        """Invite the person, once; nobody is invited to what has begun."""
        if self.invited or gathering.has_begun(now):
            return ()
        self.invited = True
        return (ParticipantInvited(**self._row(gathering)),)

    def sign_up(
        self, gathering: Gathering, seat: int, roles: Collection[str], now: datetime
    ) -> Sequence[Event]:
        """Take a seat; signing up twice changes nothing. `roles` are the person's own in the program."""
        if self.seat:
            return ()
        if gathering.status == "held" or gathering.has_begun(now):
            raise SignUpClosed
        if gathering.kind in BY_INVITATION and not self.invited:
            raise ByInvitationOnly
        if gathering.kind is GatheringKind.MENTOR_TRAINING and Role.MENTOR not in roles:
            raise ForMentorsOnly
        if seat > gathering.seats:
            raise GatheringFull(seats=gathering.seats)
        self.seat = seat
        return (SignUpConfirmed(**self._row(gathering)),)

    def sign_off(self, gathering: Gathering, now: datetime) -> Sequence[Event]:
        """Give the seat back while somebody else can still have it; twice changes nothing."""
        if not self.seat:
            return ()
        if gathering.status == "held" or gathering.has_begun(now):
            raise SignUpClosed
        self.seat = 0
        return (SignUpWithdrawn(**self._row(gathering)),)

    def record(self, gathering: Gathering, by: str, *, attended: bool) -> Sequence[Event]:
        """Record, or correct, whether the person was there; the same again changes nothing."""
        if self.attended is attended:
            return ()
        self.attended, self.recorded_by = attended, by
        return (AttendanceRecorded(**self._row(gathering), attended=attended, recorded_by=by),)

    def _row(self, gathering: Gathering) -> dict[str, Any]:
        return gathering.row() | {"person_id": self.person_id}
