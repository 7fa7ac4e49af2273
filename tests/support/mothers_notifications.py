"""Mothers of letters and mails, and the words that each template may use."""

from datetime import UTC, datetime
from email.headerregistry import Address
from typing import Any

from matka_contracts.event import Event
from matka_notifications.composing import _moment
from matka_notifications.domain import Letter
from matka_notifications.message import Mail
from matka_notifications.writing import LETTERS_OF
from tests.support.examples import example_of

NOON = datetime(2027, 1, 18, 10, 0, tzinfo=UTC)
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
    letter.claim(NOON)
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
    facts = {key: _moment(value) for key, value in example_of(kind).items() if key != "title"}
    usual = {
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
    return found


def variants(kind: type[Event]) -> list[Event]:
    """The event as it may be told: with each word that a field may have, and both ways of yes and no."""
    example = example_of(kind)
    told = [kind.model_validate(example)]
    for name, place in kind.model_json_schema()["properties"].items():
        choices = [True, False] if place.get("type") == "boolean" else _words(kind, place)
        told += [kind.model_validate(example | {name: choice}) for choice in choices]
    return told


def _words(kind: type[Event], place: dict[str, Any]) -> list[str]:
    reference = place.get("$ref", "").rpartition("/")[2]
    words: list[str] = kind.model_json_schema().get("$defs", {}).get(reference, {}).get("enum", [])
    return words
