"""Which letters an event calls for, and to whom."""

from typing import Any

import pytest

from matka_contracts.certificates import CertificateReleased
from matka_contracts.event import Event
from matka_contracts.pairing import (
    ApplicantAdmitted,
    ApplicantDeclined,
    ApplicationReceived,
    MentorReady,
    PairDeclined,
    PairEnded,
    PairFormed,
    PairProposed,
)
from matka_contracts.people import SignInRequested
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingMoved,
    MeetingReminderDue,
    ParticipantInvited,
    SignUpConfirmed,
)
from matka_notifications.main import SUBSCRIPTIONS
from matka_notifications.rendering import Writer
from matka_notifications.writing import LETTERS_OF, URGENT, Draft
from tests.support.examples import example_of
from tests.support.mothers_notifications import templates


def letters(event: type[Event], **otherwise: Any) -> list[Draft]:
    return list(LETTERS_OF[event](event.model_validate(example_of(event) | otherwise)))


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        (SignInRequested, "sign-in"),
        (ApplicationReceived, "application-received"),
        (ApplicantAdmitted, "application-admitted"),
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
        (MeetingMoved, "meeting-moved"),
        (MeetingCancelled, "meeting-cancelled"),
        (MeetingReminderDue, "meeting-reminder"),
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


def test_every_event_with_letters_is_heard_and_sign_in_comes_first() -> None:
    assert set(LETTERS_OF) <= set(SUBSCRIPTIONS)
    assert {SignInRequested} == URGENT


def test_every_template_is_used() -> None:
    assert set(templates()) == Writer.templates()
