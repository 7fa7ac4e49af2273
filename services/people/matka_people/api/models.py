"""What comes in and goes out at the door."""

from typing import Annotated, Self

from fastapi import Depends, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from matka_contracts.terms import Role
from matka_kit.http import service_of
from matka_people.domain.person import Person, RoleGrant
from matka_people.domain.values import EmailAddress, LanguageTag, PersonName, Phone, Scope, clean_address
from matka_people.handlers.parts import People

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,100}$")]
PathId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,100}$")]
Deps = Annotated[People, Depends(service_of)]


class Incoming(BaseModel):
    """What is asked: nothing but the named fields, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewPerson(Incoming):
    name: PersonName
    email: EmailAddress
    phone: Phone = ""
    language: LanguageTag = "fi"


def _as_sent(address: str) -> str:
    clean_address(address)
    return address


class OneOfMany(NewPerson):
    """Whoever sends many finds each by the address as it was sent."""

    email: Annotated[str, Field(max_length=300), AfterValidator(_as_sent)]


class NewPersons(Incoming):
    persons: Annotated[list[OneOfMany], Field(max_length=200)]


class NewAdministrator(Incoming):
    name: PersonName
    email: EmailAddress
    language: LanguageTag = "fi"


class Changes(Incoming):
    name: PersonName | None = None
    email: EmailAddress | None = None
    phone: Phone | None = None
    language: LanguageTag | None = None
    reminders: bool | None = None


class Lookup(Incoming):
    ids: Annotated[list[Id], Field(max_length=500)]


class NewGrant(Incoming):
    role: Annotated[Role, Field(strict=False)]
    scope: Scope


class PersonId(BaseModel):
    id: str


class IdsByEmail(BaseModel):
    ids: dict[str, str]


class PersonOut(BaseModel):
    id: str
    name: str
    email: str
    phone: str
    language: str
    reminders: bool

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls.model_validate(person, from_attributes=True)


class PersonsOut(BaseModel):
    persons: list[PersonOut]


class NamesOut(BaseModel):
    """The names of persons by their ids."""

    names: dict[str, str]


class Me(PersonOut):
    grants: tuple[RoleGrant, ...]


class GrantsOut(BaseModel):
    grants: tuple[RoleGrant, ...]
