"""Events of `notifications`: what became of a letter."""

from typing import ClassVar

from pydantic import AwareDatetime

from matka_contracts.event import Event


class NotificationsEvent(Event):
    """A fact published by `notifications`."""

    producer: ClassVar[str] = "notifications"


class LetterSent(NotificationsEvent):
    """The mail server took a letter; `language` is the one it was written in."""

    letter_id: str
    template: str
    person_id: str
    language: str
    sent_at: AwareDatetime


class LetterFailed(NotificationsEvent):
    """A letter could not be delivered and is not tried again; `reason` is a code."""

    letter_id: str
    template: str
    person_id: str
    reason: str
