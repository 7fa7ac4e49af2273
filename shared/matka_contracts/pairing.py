"""Events of `pairing`: programs, applications, readiness, pairs."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_contracts.terms import Cefr, Door, MeetingForm, Pace, ProgramModel, Role


class PairingEvent(Event):
    """A fact published by `pairing`."""

    producer: ClassVar[str] = "pairing"


class ProgramEvent(PairingEvent):
    """The whole row of a program, as it now is. `title` maps languages to texts; dates are local."""

    program_id: str
    model: ProgramModel
    title: dict[str, str]
    languages: tuple[str, ...]
    starts_on: date
    ends_on: date
    timezone: str
    pace: Pace
    training_hours: float


class ProgramOpened(ProgramEvent):
    """A program takes applications."""


class ProgramStarted(ProgramEvent):
    """A program has started; its rules are frozen."""


class ProgramClosed(ProgramEvent):
    """A program is over; certificates go out."""

    closed_at: AwareDatetime


class ApplicationReceived(PairingEvent):
    """Somebody applied to a program."""

    application_id: str
    program_id: str
    person_id: str
    role: Role


class ApplicationRepeated(PairingEvent):
    """Somebody whose application is known applied again; what they wrote anew is not kept."""

    application_id: str
    program_id: str
    person_id: str
    role: Role


class ApplicantAdmitted(PairingEvent):
    """Staff admitted an applicant; `self_study` tells that a mentor goes by door B."""

    application_id: str
    program_id: str
    person_id: str
    role: Role
    self_study: bool = False


class ApplicantDeclined(PairingEvent):
    """Staff could not offer a place; `reason` is a code, `referred`: another service was pointed out."""

    application_id: str
    program_id: str
    person_id: str
    role: Role
    reason: str
    referred: bool = False


class ApplicantWaiting(PairingEvent):
    """Staff keep an application for when a place becomes free; `reason` is a code."""

    application_id: str
    program_id: str
    person_id: str
    role: Role
    reason: str


class ApplicantUnmatched(PairingEvent):
    """Pairs were proposed and there is none for this person this time; they stay on staff's list."""

    application_id: str
    program_id: str
    person_id: str
    role: Role


class MentorReady(PairingEvent):
    """A mentor passed one of the two doors and may be matched."""

    program_id: str
    person_id: str
    door: Door


class PairEvent(PairingEvent):
    """The whole row of a pair, as it now is."""

    pair_id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    pace: Pace


class PairProposed(PairEvent):
    """Staff published a proposal; both sides are asked privately."""

    common_language: str


class PairDeclined(PairEvent):
    """The proposal came to nothing; who declined and why stays with staff.

    `reason` is a code where it was taken back (`PROGRAM_CLOSED`), empty where one side declined.
    """

    reason: str = ""


class PairFormed(PairEvent):
    """Both sides accepted: they are a pair."""

    formed_at: AwareDatetime
    common_language: str


class AgreementSigned(PairEvent):
    """Mentor and mentee agreed on goals, form, rhythm and language."""

    form: MeetingForm
    language: str
    language_level: Cefr | None = None
    signed_at: AwareDatetime


class PairEnded(PairEvent):
    """A pair ended, with the program or before; `reason` is a code without blame."""

    reason: str
    ended_at: AwareDatetime


class CaseEvent(PairingEvent):
    """The whole row of a support case, as it now is; what it is about in words stays with staff.

    `pair_id` is empty where it is about no pair. `kind` is a code, `opened_by` a person's id or a service's
    name, `owner_id` the member of staff who answers, `cover_id` who does when the owner is away.
    """

    case_id: str
    program_id: str
    pair_id: str
    kind: str
    opened_by: str
    owner_id: str
    cover_id: str = ""
    due_at: AwareDatetime


class CaseOpened(CaseEvent):
    """Somebody turned to staff, or a pair's rhythm asks for them."""


class CaseHandedOver(CaseEvent):
    """Another member of staff answers from now on."""


class CaseOverdue(CaseEvent):
    """The deadline passed and nothing was done: the cover hears of it."""


class CaseResolved(CaseEvent):
    """Staff are done with a case."""

    outcome: Literal["answered", "continues", "pair-ended"]
    resolved_at: AwareDatetime
