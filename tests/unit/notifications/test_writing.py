"""Which letters an event calls for, and to whom."""

from typing import Any

import pytest

from matka_contracts.certificates import CertificateReleased
from matka_contracts.event import Event
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
    PairFormed,
    PairProposed,
)
from matka_contracts.people import PersonChanged, SignInRequested
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingLogDue,
    MeetingMissed,
    MeetingMoved,
    MeetingPlanned,
    MeetingReminderDue,
    ParticipantInvited,
    RhythmSlipped,
    SignUpConfirmed,
    SignUpWithdrawn,
)
from matka_notifications.main import SUBSCRIPTIONS
from matka_notifications.rendering import Writer
from matka_notifications.writing import ABOUT_A_PLAN, LETTERS_OF, REMINDERS, URGENT, Draft
from tests.support.examples import example_of
from tests.support.mothers_notifications import templates


def letters(event: type[Event], **otherwise: Any) -> list[Draft]:
    return list(LETTERS_OF[event](event.model_validate(example_of(event) | otherwise)))


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        (SignInRequested, "sign-in"),
        (ApplicationReceived, "application-received"),
        (ApplicationRepeated, "application-repeated"),
        (ApplicantAdmitted, "application-admitted"),
        (ApplicantWaiting, "application-waiting"),
        (ApplicantUnmatched, "applicant-unmatched"),
        (MentorReady, "mentor-ready"),
        (SignUpConfirmed, "sign-up-confirmed"),
        (CertificateReleased, "certificate"),
    ],
)
def test_some_letters_go_to_the_person_concerned(kind: type[Event], template: str) -> None:
    assert letters(kind) == [Draft("the-person", template)]


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        (PairProposed, "pair-proposed"),
        (PairDeclined, "pair-declined"),
        (PairFormed, "pair-formed"),
        (PairEnded, "pair-ended"),
        (MeetingPlanned, "meeting-planned"),
        (MeetingMoved, "meeting-moved"),
        (MeetingCancelled, "meeting-cancelled"),
        (MeetingReminderDue, "meeting-reminder"),
        (MeetingLogDue, "meeting-log"),
    ],
)
def test_some_letters_go_to_both_and_name_the_other(kind: type[Event], template: str) -> None:
    assert letters(kind) == [
        Draft("the-mentor", template, ("the-mentee",)),
        Draft("the-mentee", template, ("the-mentor",)),
    ]


@pytest.mark.parametrize(("referred", "template"), [(False, "declined"), (True, "referred")])
def test_who_is_not_admitted_hears_it_kindly(referred: bool, template: str) -> None:
    assert letters(ApplicantDeclined, referred=referred) == [Draft("the-person", f"application-{template}")]


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        ("start", "start-invitation"),
        ("closing", "closing-invitation"),
        ("mentor-training", "training-invitation"),
        ("coaching-training", "gathering-invitation"),
        ("theme", "gathering-invitation"),
    ],
)
def test_each_kind_of_gathering_has_its_invitation(kind: str, template: str) -> None:
    assert letters(ParticipantInvited, kind=kind) == [Draft("the-person", template)]


@pytest.mark.parametrize("kind", [PairEnded, PairDeclined])
def test_what_ends_with_the_program_needs_no_letter(kind: type[Event]) -> None:
    assert letters(kind, reason="program-closed") == []


@pytest.mark.parametrize("step", ["pair", "each"])
def test_a_silence_is_told_to_both_and_then_to_each(step: str) -> None:
    assert letters(RhythmSlipped, step=step) == [
        Draft("the-mentor", f"rhythm-{step}", ("the-mentee",)),
        Draft("the-mentee", f"rhythm-{step}", ("the-mentor",)),
    ]


def test_the_last_step_of_a_silence_is_staffs_and_the_pair_gets_no_letter() -> None:
    assert letters(RhythmSlipped, step="staff") == []


@pytest.mark.parametrize(
    ("kind", "to_owner", "to_opener"),
    [
        (CaseOpened, "case-opened", "case-received"),
        (CaseHandedOver, "case-handed-over", "case-new-owner"),
    ],
)
def test_a_case_is_told_to_who_answers_and_who_opened_it_hears_who_that_is(
    kind: type[CaseEvent], to_owner: str, to_opener: str
) -> None:
    for_owner = Draft("the-owner", to_owner)
    assert letters(kind) == [for_owner, Draft("the-opened-by", to_opener, ("the-owner",))]
    assert letters(kind, opened_by="scheduling") == [for_owner]
    assert letters(kind, opened_by="the-owner") == [for_owner]


def test_a_case_that_is_overdue_is_told_to_the_cover_or_where_there_is_none_to_the_owner() -> None:
    assert letters(CaseOverdue) == [Draft("the-cover", "case-overdue", ("the-owner",))]
    assert letters(CaseOverdue, cover_id="") == [Draft("the-owner", "case-overdue")]


def test_who_opened_a_case_hears_that_it_is_resolved_unless_a_service_did() -> None:
    assert letters(CaseResolved) == [Draft("the-opened-by", "case-resolved")]
    assert letters(CaseResolved, opened_by="scheduling") == []


@pytest.mark.parametrize(
    ("changed", "drafts"),
    [
        (("email", "name"), [Draft("the-person", "address-changed")]),
        (("language", "name", "phone", "reminders"), []),
    ],
)
def test_a_new_address_is_written_to(changed: tuple[str, ...], drafts: list[Draft]) -> None:
    assert letters(PersonChanged, changed=changed) == drafts


@pytest.mark.parametrize("kind", [SignUpWithdrawn, MeetingMissed])
def test_what_people_have_just_done_themselves_needs_no_letter(kind: type[Event]) -> None:
    assert kind not in LETTERS_OF


def test_every_event_with_letters_is_heard_and_sign_in_comes_first() -> None:
    assert set(LETTERS_OF) <= set(SUBSCRIPTIONS)
    assert {SignInRequested} == URGENT


def test_every_template_is_used_and_every_rule_speaks_of_one() -> None:
    assert set(templates()) == Writer.templates()
    assert Writer.templates() >= REMINDERS | ABOUT_A_PLAN
