"""Which letters an event calls for: the table from events to templates and recipients."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matka_contracts.certificates import CertificateReleased
from matka_contracts.event import Event, registered
from matka_contracts.pairing import (
    ApplicantAdmitted,
    ApplicantDeclined,
    ApplicantUnmatched,
    ApplicantWaiting,
    ApplicationReceived,
    ApplicationRepeated,
    CaseEvent,
    CaseHandedOver,
    CaseOpened,
    CaseOverdue,
    CaseResolved,
    MentorReady,
    PairDeclined,
    PairEnded,
    PairEvent,
    PairFormed,
    PairProposed,
)
from matka_contracts.people import PersonChanged, SignInRequested
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingEvent,
    MeetingLogDue,
    MeetingMoved,
    MeetingPlanned,
    MeetingReminderDue,
    ParticipantInvited,
    PlaceEvent,
    RhythmSlipped,
    SignUpConfirmed,
)
from matka_contracts.terms import PROGRAM_CLOSED, GatheringKind

CERTIFICATE, NEXT_CERTIFICATE = "certificate", "certificate-replaced"
SIGN_UP = "sign-up-confirmed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter to write: to whom, by which template, naming whom else."""

    person_id: str
    template: str
    mentions: tuple[str, ...] = ()


Drafts = Callable[[Any], Sequence[Draft]]


def _to_both(template: str) -> Drafts:
    """The same letter to both of a pair, each naming the other."""

    def drafts(event: PairEvent | MeetingEvent | RhythmSlipped) -> Sequence[Draft]:
        return (
            Draft(event.mentor_id, template, (event.mentee_id,)),
            Draft(event.mentee_id, template, (event.mentor_id,)),
        )

    return drafts


def _to_person(template: str) -> Drafts:
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
    return () if event.reason == PROGRAM_CLOSED else _to_both("pair-ended")(event)


def _came_to_nothing(event: PairDeclined) -> Sequence[Draft]:
    """Where the program closed before both had answered there is no new pair to be looked for."""
    return () if event.reason == PROGRAM_CLOSED else _to_both("pair-declined")(event)


def _slipped(event: RhythmSlipped) -> Sequence[Draft]:
    """First both are asked together, then each alone; staff hear of the last step by a case."""
    return () if event.step == "staff" else _to_both(f"rhythm-{event.step}")(event)


def _case(to_owner: str, to_opener: str) -> Drafts:
    """A letter to who answers; one that names them to who opened it, unless that is they or a service."""

    def drafts(event: CaseEvent) -> Sequence[Draft]:
        for_owner = _to_staff(event.owner_id, to_owner)
        if event.opened_by == event.owner_id or not _opened_by_a_person(event):
            return for_owner
        return *for_owner, Draft(event.opened_by, to_opener, _named(event.owner_id))

    return drafts


def _overdue(event: CaseOverdue) -> Sequence[Draft]:
    """To the cover, naming who should have answered; to the owner where there is no cover."""
    if event.cover_id:
        return _to_staff(event.cover_id, "case-overdue", _named(event.owner_id))
    return _to_staff(event.owner_id, "case-overdue")


def _resolved(event: CaseResolved) -> Sequence[Draft]:
    return (Draft(event.opened_by, "case-resolved"),) if _opened_by_a_person(event) else ()


def _to_staff(person_id: str, template: str, mentions: tuple[str, ...] = ()) -> Sequence[Draft]:
    """A letter to who answers a case; none while nobody does."""
    return (Draft(person_id, template, mentions),) if person_id else ()


def _named(person_id: str) -> tuple[str, ...]:
    return (person_id,) if person_id else ()


def _opened_by_a_person(event: CaseEvent) -> bool:
    return event.opened_by not in {kind.producer for kind in registered()}


def _changed(event: PersonChanged) -> Sequence[Draft]:
    """A letter to the new address, so that its owner knows what comes there."""
    return _to_person("address-changed")(event) if "email" in event.changed else ()


LETTERS_OF: Mapping[type[Event], Drafts] = {
    SignInRequested: _to_person("sign-in"),
    PersonChanged: _changed,
    ApplicationReceived: _to_person("application-received"),
    ApplicationRepeated: _to_person("application-repeated"),
    ApplicantAdmitted: _to_person("application-admitted"),
    ApplicantDeclined: _declined,
    ApplicantWaiting: _to_person("application-waiting"),
    ApplicantUnmatched: _to_person("applicant-unmatched"),
    MentorReady: _to_person("mentor-ready"),
    PairProposed: _to_both("pair-proposed"),
    PairDeclined: _came_to_nothing,
    PairFormed: _to_both("pair-formed"),
    PairEnded: _ended,
    CaseOpened: _case("case-opened", "case-received"),
    CaseHandedOver: _case("case-handed-over", "case-new-owner"),
    CaseOverdue: _overdue,
    CaseResolved: _resolved,
    ParticipantInvited: _invited,
    SignUpConfirmed: _to_person(SIGN_UP),
    MeetingPlanned: _to_both("meeting-planned"),
    MeetingMoved: _to_both("meeting-moved"),
    MeetingCancelled: _to_both("meeting-cancelled"),
    MeetingReminderDue: _to_both("meeting-reminder"),
    MeetingLogDue: _to_both("meeting-log"),
    RhythmSlipped: _slipped,
    CertificateReleased: _to_person(CERTIFICATE),
}
URGENT = frozenset({SignInRequested})

# What a reader may stop; everything else is part of what they take part in.
REMINDERS = frozenset({"meeting-reminder", "meeting-log", "rhythm-pair", "rhythm-each"})
# What speaks of a plan and is not sent once the plan has changed.
ABOUT_A_PLAN = frozenset({"meeting-planned", "meeting-moved", "meeting-reminder", "meeting-log"})
# What asks a pair that is quiet; the pair that has planned or met since then is not asked.
ABOUT_SILENCE = frozenset({"rhythm-pair", "rhythm-each"})
WITH_A_CERTIFICATE = frozenset({CERTIFICATE, NEXT_CERTIFICATE})
