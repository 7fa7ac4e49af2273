"""Commands about persons' own facts: register, read, change, erase."""

from collections.abc import Sequence

from pydantic import BaseModel

from matka_contracts.people import PersonChanged
from matka_contracts.terms import STAFF, STAFF_WHO_ACT, Role
from matka_kit.auth import Caller
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import Forbidden, NotFound
from matka_kit.shape import AlreadyExists
from matka_people.domain.person import EVERYWHERE, EmailTaken, Person, PersonalChanges, PersonFacts
from matka_people.handlers.parts import People


class Named(BaseModel):
    """As much of a person as a list shows."""

    id: str
    name: str
    erased: bool


async def register(deps: People, facts: PersonFacts, cause: Cause) -> tuple[Person, bool]:
    """The person with this address, and whether they are new; somebody known keeps all their facts."""
    person = Person(
        id=derived_id("person", cause.command_id), registered_at=deps.clock.now(), **facts.model_dump()
    )
    while True:
        if known := await deps.at(facts.email):
            return known, False
        try:
            return await deps.persons.add(person, person.register(), cause), True
        except EmailTaken:
            continue  # somebody else was first with this address
        except AlreadyExists:  # this command was done so long ago that the person no longer remembers it
            return await deps.persons.get(person.id), False


async def register_many(deps: People, facts: Sequence[PersonFacts], cause: Cause) -> list[str]:
    """The ids of these persons, in their order; at most one request's worth of them."""
    ids = []
    for each in facts:
        person, _ = await register(deps, each, cause.child("person", each.email))
        ids.append(person.id)
    return ids


async def make_administrator(deps: People, facts: PersonFacts, cause: Cause) -> Person:
    """Register somebody, or find them, and let them administer everything."""
    person, _ = await register(deps, facts, cause)
    return await deps.persons.update(
        person.id, lambda each: each.grant(Role.ADMINISTRATOR, EVERYWHERE), cause.child("administrator")
    )


async def read(deps: People, caller: Caller, person_id: str) -> Person:
    """One person, for themselves, staff of one of their programs or an administrator. Raises `NotFound`."""
    person = await deps.persons.get(person_id)
    if person.erased or not _may_see(caller, person):
        raise NotFound(kind=deps.persons.collection.name)
    return person


async def look_up(deps: People, caller: Caller, ids: Sequence[str]) -> list[Person]:
    """Those of the persons that are there and that a service or staff may see. Raises `Forbidden`."""
    if not caller.service and not caller.scopes(STAFF):
        raise Forbidden
    found = await deps.persons.get_many(ids)
    return [person for person in found if not person.erased and (caller.service or _may_see(caller, person))]


async def names(deps: People, ids: Sequence[str]) -> dict[str, str]:
    """The names of those of at most 500 persons that are there."""
    found = await deps.persons.views_of(Named, ids)
    return {each.id: each.name for each in found if not each.erased}


async def change(
    deps: People, caller: Caller, person_id: str, changes: PersonalChanges, cause: Cause
) -> Person:
    """Change a person's own facts.

    Raises `NotFound` for whom the caller may not see, `Forbidden` for whom they may not change,
    `EmailTaken`.
    """

    def apply(person: Person) -> Sequence[PersonChanged]:
        if not _may_see(caller, person):
            raise NotFound(kind=deps.persons.collection.name)
        if not _may_change(caller, person, changes):
            raise Forbidden
        return person.change(changes)

    return await deps.persons.update(person_id, apply, cause)


async def erase(deps: People, person_id: str, cause: Cause) -> None:
    """Forget a person for good. Raises `NotFound`."""
    await deps.persons.update(person_id, Person.erase, cause)


def _may_see(caller: Caller, person: Person) -> bool:
    return _owns(caller, person) or person.belongs_to(caller.scopes(STAFF))


def _may_change(caller: Caller, person: Person, changes: PersonalChanges) -> bool:
    return _owns(caller, person) or person.may_be_edited_from(caller.scopes(STAFF_WHO_ACT), changes)


def _owns(caller: Caller, person: Person) -> bool:
    """Whether it is the person, or an administrator."""
    return caller.subject == person.id or caller.has((Role.ADMINISTRATOR,), EVERYWHERE)
