"""The main job: a small program of two months, read from its mails and certificates like a calendar."""

import re
from collections import Counter

import pytest

from tests.support.rehearsed import Rehearsed, title_of

NAMES = {
    "maija@mentors.example": "Maija Meikäläinen",
    "bjorn@mentors.example": "Björn Åkerström",
    "niamh@mentors.example": "Niamh O'Connor-van der Berg",
    "nour@mentees.example": "نور الهدى الشامي",
    "olena@mentees.example": "Олена Коваль",
    "selam@mentees.example": "ሰላም ተስፋይ",
}
LANGUAGES = {"maija": "fi", "bjorn": "sv", "niamh": "en", "nour": "fi", "olena": "sv", "selam": "en"}
OF_MEETINGS = ("meeting-planned", "meeting-reminder", "meeting-log")
UNREADY, WITHOUT_LANGUAGE = "vaino@mentors.example", "meiling@mentees.example"


def test_the_program_runs_to_its_end_and_stops_everything(rehearsed: Rehearsed) -> None:
    assert rehearsed.status == 0, rehearsed.said
    *_, mails, certificates, _, explore, checker = rehearsed.said.splitlines()
    assert (mails, certificates) == (
        f"Mails: {rehearsed.out / 'mail'}",
        f"Certificates: {rehearsed.out / 'certificates'}",
    )
    assert "make explore" in explore
    assert checker == "The checker found every invariant kept."
    assert (rehearsed.summary["dead_letters"], rehearsed.summary["outbox_left"]) == (0, 0)


def test_a_mentor_by_door_a_from_application_to_certificate(rehearsed: Rehearsed) -> None:
    assert rehearsed.calendar("maija@mentors.example", *OF_MEETINGS, "sign-up-confirmed") == [
        ("19.12. 12:00", "application-received"),
        ("26.12. 09:00", "application-admitted"),
        ("26.12. 09:00", "training-invitation"),
        ("14.02. 10:00", "mentor-ready"),  # the day after the training, when attendance is recorded
        ("15.02. 10:00", "pair-proposed"),
        ("16.02. 18:00", "pair-formed"),
        ("16.02. 18:00", "start-invitation"),
        ("14.04. 09:00", "closing-invitation"),
        ("01.05. 12:00", "certificate"),
    ]


def test_a_mentor_by_door_b_is_ready_after_the_talk_with_staff(rehearsed: Rehearsed) -> None:
    assert rehearsed.calendar("niamh@mentors.example")[:4] == [
        ("19.12. 12:00", "application-received"),
        ("26.12. 09:00", "application-admitted"),
        ("16.01. 09:00", "mentor-ready"),
        ("15.02. 10:00", "pair-proposed"),
    ]


def test_a_mentor_who_never_gets_ready_is_neither_matched_nor_expected_at_the_start(
    rehearsed: Rehearsed,
) -> None:
    assert [template for _, template in rehearsed.calendar(UNREADY)] == [
        "application-received",
        "application-admitted",
        "training-invitation",
    ]
    assert {"person": UNREADY, "reasons": ["not-ready"]} in rehearsed.summary["unmatched"]


def test_a_mentee_without_a_common_language_with_anybody_is_not_matched(rehearsed: Rehearsed) -> None:
    found = {each["person"]: each["reasons"] for each in rehearsed.summary["unmatched"]}
    assert found[WITHOUT_LANGUAGE] == ["no-common-language"]


def test_those_who_share_field_needs_and_language_are_pairs(rehearsed: Rehearsed) -> None:
    assert {(pair["mentor"], pair["mentee"]) for pair in rehearsed.pairs} == {
        ("maija@mentors.example", "nour@mentees.example"),
        ("bjorn@mentors.example", "olena@mentees.example"),
        ("niamh@mentors.example", "selam@mentees.example"),
    }


def test_both_are_reminded_once_of_every_meeting_on_the_morning_before(rehearsed: Rehearsed) -> None:
    reminders = [mail for mail in rehearsed.mails if mail.template == "meeting-reminder"]
    assert len(reminders) == 2 * rehearsed.happened("scheduling.meeting-held.v1") > 0
    assert {mail.local.hour for mail in reminders} == {9}
    assert len({(mail.to, mail.local) for mail in reminders}) == len(reminders)


def test_who_did_not_log_a_meeting_is_asked_in_two_taps_when_it_is_over(rehearsed: Rehearsed) -> None:
    asked = [mail for mail in rehearsed.mails if mail.template == "meeting-log"]
    assert asked
    assert {mail.local.hour for mail in asked} == {20}
    assert all("/log/" in mail.text and "/log/" in mail.html for mail in asked)
    assert {mail.to for mail in asked} <= set(NAMES)


@pytest.mark.parametrize("email", NAMES)
def test_everybody_is_addressed_by_name_in_their_language(rehearsed: Rehearsed, email: str) -> None:
    greeting = {"fi": "Hei {}", "sv": "Hej {}", "en": "Hello {}"}
    language = LANGUAGES[email.partition("@")[0]]
    for mail in rehearsed.inbox(email):
        assert mail.name == NAMES[email]
        assert mail.language == language
        assert mail.text.startswith(greeting[language].format(NAMES[email]))
        assert f'<html lang="{language}"' in mail.html


@pytest.mark.parametrize("email", NAMES)
def test_everybody_who_took_part_gets_one_certificate_in_their_name(rehearsed: Rehearsed, email: str) -> None:
    certificates = [mail.pdf for mail in rehearsed.inbox(email) if mail.template == "certificate"]
    (pdf,) = certificates
    assert pdf is not None
    assert title_of(pdf).endswith(f"– {NAMES[email]}")
    assert (rehearsed.out / "certificates" / f"{email}.pdf").read_bytes() == pdf


def test_nobody_else_gets_a_certificate(rehearsed: Rehearsed) -> None:
    holders = {mail.to for mail in rehearsed.mails if mail.template == "certificate"}
    assert holders == set(NAMES)
    assert rehearsed.summary["certificates"] == {"issued": len(NAMES), "replaced": 0}


def test_the_summary_agrees_with_mails_events_and_tables(rehearsed: Rehearsed) -> None:
    summary = rehearsed.summary
    counted = Counter(mail.template for mail in rehearsed.mails)
    assert {name: sum(by.values()) for name, by in summary["letters"].items()} == counted
    assert summary["pairs"]["formed"] == len(rehearsed.pairs) == rehearsed.happened("pairing.pair-formed.v1")
    assert sum(summary["meetings"]["held"].values()) == rehearsed.happened("scheduling.meeting-held.v1")
    assert summary["ready"] == {"door_a": 2, "door_b": 1, "waived": 0, "not_ready": 1}
    assert summary["events"]["published"] == len(rehearsed.timeline)


def test_no_mail_carries_a_template_error_or_a_stray_placeholder(rehearsed: Rehearsed) -> None:
    for mail in rehearsed.mails:
        for text in (mail.text, mail.html, str(mail.message["Subject"])):
            assert not re.search(r"\{\{|\}\}|\{%|%\(|Undefined|None\b", text), (mail.to, mail.template)
