"""Events of `people`, who keeps persons to itself: these carry ids only."""

from typing import ClassVar

from matka_contracts.event import Event
from matka_contracts.terms import Role


class PeopleEvent(Event):
    """A fact published by `people`."""

    producer: ClassVar[str] = "people"


class PersonRegistered(PeopleEvent):
    """A person is known; name, address and language are asked for at `people`."""

    person_id: str


class PersonChanged(PeopleEvent):
    """Some of a person's own facts changed; `changed` names them: name, email, phone, language, reminders."""

    person_id: str
    changed: tuple[str, ...]


class PersonErased(PeopleEvent):
    """Everything about a person must go, and may not come back."""

    person_id: str


class RoleGranted(PeopleEvent):
    """A person may act in a role; `scope` is a program's id, or `*` for everywhere."""

    person_id: str
    role: Role
    scope: str


class RoleRevoked(PeopleEvent):
    """A person may no longer act in a role."""

    person_id: str
    role: Role
    scope: str


class SignInRequested(PeopleEvent):
    """Somebody asked for a sign-in link; whoever mails it redeems the request for the secret first."""

    request_id: str
    person_id: str
