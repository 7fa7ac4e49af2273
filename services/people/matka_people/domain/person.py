"""A person: their own facts, their roles, and the end of both."""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_contracts.people import (
    PersonChanged,
    PersonErased,
    PersonRegistered,
    RoleGranted,
    RoleRevoked,
)
from matka_contracts.terms import PARTICIPANTS, Role
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError, InvalidInput, NotFound
from matka_people.domain.values import EmailAddress, LanguageTag, PersonName, Phone, Scope, same_mailbox

EVERYWHERE = "*"
MOST_ROLES = 200


class EmailTaken(DomainError):
    """Another person has this address."""


class ScopeDoesNotFitRole(InvalidInput):
    """Administrators are so everywhere (`*`); every other role belongs to one program."""


class TooManyRoles(DomainError):
    """A person holds at most `most` roles."""


class PersonGone(NotFound):
    """The person has been erased and does not come back."""

    code = "not-found"


class RoleGrant(BaseModel):
    """A role of a person within one program, or everywhere."""

    model_config = ConfigDict(frozen=True)

    role: Role
    scope: Scope


class PersonFacts(BaseModel):
    """What somebody states about a person who may be new."""

    model_config = ConfigDict(frozen=True)

    name: PersonName
    email: EmailAddress
    phone: Phone = ""
    language: LanguageTag = "fi"


class PersonalChanges(BaseModel):
    """Facts that a person has anew; what is None stays as it is."""

    model_config = ConfigDict(frozen=True)

    name: PersonName | None = None
    email: EmailAddress | None = None
    phone: Phone | None = None
    language: LanguageTag | None = None
    reminders: bool | None = None


class Person(Aggregate):
    """Somebody whom the organisation knows; only this service keeps the name and the address.

    `reminders` tells whether they want to be reminded of meetings. An erased person is a tombstone:
    an id without facts or roles that refuses everything.
    """

    name: str
    email: str
    phone: str = ""
    language: str
    reminders: bool = True
    grants: tuple[RoleGrant, ...] = ()
    registered_at: AwareDatetime
    erased: bool = False

    @property
    def email_slot(self) -> str:
        """What no two persons share: the mailbox, or an erased person's own id."""
        return f"erased:{self.id}" if self.erased else same_mailbox(self.email)

    def register(self) -> Sequence[PersonRegistered]:
        """Say that this person is known."""
        return [PersonRegistered(person_id=self.id)]

    def change(self, changes: PersonalChanges) -> Sequence[PersonChanged]:
        """Take over new facts; nothing is said of what is the same. Raises `PersonGone`."""
        self._must_be_here()
        new = {name: value for name, value in changes if value is not None and value != getattr(self, name)}
        for name, value in new.items():
            setattr(self, name, value)
        return [PersonChanged(person_id=self.id, changed=tuple(sorted(new)))] if new else []

    def grant(self, role: Role, scope: str) -> Sequence[RoleGranted]:
        """Give a role; having it already is no news.

        Raises `PersonGone`, `ScopeDoesNotFitRole`, `TooManyRoles`.
        """
        self._must_be_here()
        if (role is Role.ADMINISTRATOR) != (scope == EVERYWHERE):
            raise ScopeDoesNotFitRole(role=role, scope=scope)
        wanted = RoleGrant(role=role, scope=scope)
        if wanted in self.grants:
            return []
        if len(self.grants) >= MOST_ROLES:
            raise TooManyRoles(most=MOST_ROLES)
        self.grants = (*self.grants, wanted)
        return [RoleGranted(person_id=self.id, role=role, scope=scope)]

    def revoke(self, role: Role, scope: str) -> Sequence[RoleRevoked]:
        """Take a role away; not having it is no news. Raises `PersonGone`."""
        self._must_be_here()
        unwanted = RoleGrant(role=role, scope=scope)
        if unwanted not in self.grants:
            return []
        self.grants = tuple(grant for grant in self.grants if grant != unwanted)
        return [RoleRevoked(person_id=self.id, role=role, scope=scope)]

    def erase(self) -> Sequence[PersonErased]:
        """Forget everything but the id; doing it twice is no news."""
        if self.erased:
            return []
        self.name = self.email = self.phone = self.language = ""
        self.grants, self.reminders, self.erased = (), False, True
        return [PersonErased(person_id=self.id)]

    def belongs_to(self, scopes: set[str]) -> bool:
        """Whether the person has a role in one of these programs."""
        return not self.erased and any(grant.scope in scopes for grant in self.grants)

    def may_be_edited_from(self, scopes: set[str], changes: PersonalChanges) -> bool:
        """Whether staff of these programs may change such facts of this person.

        Never those of other staff, and an address (which signs its owner in) only where no other program
        is concerned: else one program's staff could act in another's.
        """
        if not self.belongs_to(scopes) or any(grant.role not in PARTICIPANTS for grant in self.grants):
            return False
        return changes.email is None or all(grant.scope in scopes for grant in self.grants)

    def _must_be_here(self) -> None:
        if self.erased:
            raise PersonGone(kind="persons")
