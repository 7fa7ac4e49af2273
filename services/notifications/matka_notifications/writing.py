"""Which letters an event calls for: the table from events to templates and recipients."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matka_contracts.certificates import CertificateReleased
from matka_contracts.event import Event
from matka_contracts.pairing import (
    ApplicantAdmitted,
    ApplicantDeclined,
    ApplicationReceived,
    MentorReady,
    PairDeclined,
    PairEnded,
    PairEvent,
    PairFormed,
    PairProposed,
)
from matka_contracts.people import SignInRequested
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingEvent,
    MeetingMoved,
    MeetingReminderDue,
    ParticipantInvited,
    PlaceEvent,
    SignUpConfirmed,
)
from matka_contracts.terms import GatheringKind


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter to write: to whom, by which template, naming whom else."""

    person_id: str
    template: str
    mentions: tuple[str, ...] = ()


def _to_both(template: str) -> Callable[[Any], Sequence[Draft]]:
    """The same letter to both of a pair, each naming the other."""

    def drafts(event: PairEvent | MeetingEvent) -> Sequence[Draft]:
        return (
            Draft(event.mentor_id, template, (event.mentee_id,)),
            Draft(event.mentee_id, template, (event.mentor_id,)),
        )

    return drafts


def _to_person(template: str) -> Callable[[Any], Sequence[Draft]]:
    return lambda event: (Draft(event.person_id, template),)


def _declined(event: ApplicantDeclined) -> Sequence[Draft]:
    return (Draft(event.person_id, "application-referred" if event.referred else "application-declined"),)


def _invited(event: PlaceEvent) -> Sequence[Draft]:
    known = {
        GatheringKind.START: "start-invitation",
        GatheringKind.CLOSING: "closing-invitation",
        GatheringKind.MENTOR_TRAINING: "training-invitation",
    }
    return (Draft(event.person_id, known.get(event.kind, "gathering-invitation")),)


def _ended(event: PairEnded) -> Sequence[Draft]:
    """When the program closes every pair ends: that needs no letter of its own."""
    return () if event.reason == "program-closed" else _to_both("pair-ended")(event)


def _came_to_nothing(event: PairDeclined) -> Sequence[Draft]:
    """Where the program closed before both had answered there is no new pair to be looked for."""
    return () if event.reason == "program-closed" else _to_both("pair-declined")(event)


LETTERS_OF: Mapping[type[Event], Callable[[Any], Sequence[Draft]]] = {
    SignInRequested: _to_person("sign-in"),
    ApplicationReceived: _to_person("application-received"),
    ApplicantAdmitted: _to_person("application-admitted"),
    ApplicantDeclined: _declined,
    MentorReady: _to_person("mentor-ready"),
    PairProposed: _to_both("pair-proposed"),
    PairDeclined: _came_to_nothing,
    PairFormed: _to_both("pair-formed"),
    PairEnded: _ended,
    ParticipantInvited: _invited,
    SignUpConfirmed: _to_person("sign-up-confirmed"),
    MeetingMoved: _to_both("meeting-moved"),
    MeetingCancelled: _to_both("meeting-cancelled"),
    MeetingReminderDue: _to_both("meeting-reminder"),
    CertificateReleased: _to_person("certificate"),
}
URGENT = frozenset({SignInRequested})
