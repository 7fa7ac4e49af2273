"""Mothers of letters and mails, and the words that each template may use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from matka_contracts.certificates import CertificateReleased
from matka_contracts.event import Event
from matka_contracts.people import PersonChanged
from matka_notifications.appointments import Appointment
from matka_notifications.composing import facts_told
from matka_notifications.domain import Letter
from matka_notifications.message import Mail, message_of
from matka_notifications.rendering import Writer
from matka_notifications.writing import LETTERS_OF, NEXT_CERTIFICATE
from tests.support.examples import example_of

NOON = datetime(2027, 1, 18, 10, 0, tzinfo=UTC)
A_CLAIM = timedelta(minutes=15)
_BOTH = [True, False]
TITLES = {"fi": "Kevät", "sv": "Vår", "en": "Spring"}


def a_letter(**otherwise: Any) -> Letter:
    """A letter to Amal, waiting since noon."""
    facts = {
        "id": "event:amal:pair-formed",
        "template": "pair-formed",
        "person_id": "amal",
        "mentions": ("maija",),
        "created_at": NOON,
        "ready_at": NOON,
    }
    return Letter.model_validate(facts | otherwise)


def a_claimed_letter(**otherwise: Any) -> Letter:
    """The same letter in its first attempt."""
    letter = a_letter(**otherwise)
    letter.claim(NOON, A_CLAIM)
    return letter


def a_mail(**otherwise: Any) -> Mail:
    """A mail to Amal in English."""
    facts: dict[str, Any] = {
        "message_id": "<event.amal.pair-formed@example.org>",
        "date": NOON,
        "template": "pair-formed",
        "language": "en",
        "sender": Address("Matka", addr_spec="matka@example.org"),
        "recipient_name": "Amal Haddad",
        "recipient": "amal@example.org",
        "subject": "You are a mentoring pair",
        "text": "Hello Amal,\n",
        "html": "<p>Hello Amal,</p>\n",
    }
    return Mail(**facts | otherwise)


def words_of(kind: type[Event], **otherwise: Any) -> dict[str, Any]:
    """What the template of an event is given."""
    facts = facts_told(example_of(kind))
    usual = {
        "by": "",
        "timezone": "Europe/Helsinki",
        "stop_url": "",
        "organisation": "",
        "contact": "",
        "name": "Amal Haddad",
        "other": "Maija Meikäläinen",
        "url": "https://matka.example.org",
        "program": TITLES,
        "titles": TITLES,
        "token": "secret-token",
        "sign_in_code": "123456",
    }
    return facts | usual | otherwise


def templates() -> dict[str, type[Event]]:
    """Every template that an event can call for, with one of its events."""
    found: dict[str, type[Event]] = {}
    for kind, drafts in LETTERS_OF.items():
        for event in variants(kind):
            found |= {draft.template: kind for draft in drafts(event)}
    return found | {NEXT_CERTIFICATE: CertificateReleased, "address-changed": PersonChanged}


def variants(kind: type[Event]) -> list[Event]:
    """The event as it may be told: with each word that a field may have, and both ways of yes and no."""
    example = example_of(kind)
    told = [kind.model_validate(example)]
    for name, place in kind.model_json_schema()["properties"].items():
        choices = _BOTH if place.get("type") == "boolean" else place.get("enum") or _words(kind, place)
        told += [kind.model_validate(example | {name: choice}) for choice in choices]
    return told


def _words(kind: type[Event], place: dict[str, Any]) -> list[str]:
    reference = place.get("$ref", "").rpartition("/")[2]
    words: list[str] = kind.model_json_schema().get("$defs", {}).get(reference, {}).get("enum", [])
    return words


NAMES = [
    "أمل حدّاد",
    "ሰላም ተስፋይ",
    "王小明",
    "Nguyễn Thị Ánh",
    "Олена Шевченко",
    "علی‌رضا رضایی",
    "Seán Ó Súilleabháin-d'Arcy",
    "<script>alert(1)</script>",
    "{{ url }} {% raw %} %(name)s %s {0}",
    'Haddad, Amal; "the first":\\n=?utf-8?q?Bcc?=',
    "BEGIN:VEVENT END:VCALENDAR ATTENDEE;CN=x:mailto:y@example.org",
    "=cmd|' /C calc'!A0",
    "x" * 300,
]
"""Names of many scripts, and hostile ones that are legal all the same."""

WITH_AN_INVITATION = {"meeting-planned", "meeting-moved", "meeting-cancelled"}
WITH_FOR_INFORMATION = {
    "start-invitation",
    "closing-invitation",
    "training-invitation",
    "gathering-invitation",
    "sign-up-confirmed",
}


def a_mail_of(template: str, kind: type[Event], language: str, **otherwise: Any) -> Mail:
    """The mail of a letter as the composer writes it, without what other services give."""
    words = words_of(kind) | otherwise
    rendered = Writer().render(template, language, words)
    mail = a_mail(
        template=template,
        language=language,
        recipient_name=words["name"],
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
    )
    if not rendered.summary:
        return mail
    appointment = Appointment.of(template, words, rendered.summary, NOON)
    return replace(mail, calendar=appointment.part(mail.sender, mail.recipient))


def received(mail: Mail) -> EmailMessage:
    """The mail as its recipient's program reads it."""
    wire = message_of(mail).as_bytes()
    assert wire.isascii()
    assert max(len(line) for line in wire.splitlines()) <= 998, "RFC 5322 takes no longer lines"
    return message_from_bytes(wire, policy=policy.default)
