"""Commands and events about what persons may be."""

from matka_contracts.event import Envelope
from matka_contracts.pairing import ApplicantAdmitted
from matka_contracts.terms import Role
from matka_kit.auth import Caller
from matka_kit.cause import Cause
from matka_kit.errors import NotFound, Transient
from matka_people.domain.person import EVERYWHERE, Person, PersonGone, RoleGrant
from matka_people.handlers.parts import People

_GIVEN_BY_COORDINATORS = (Role.HELPER, Role.READER)


async def grant_role(deps: People, caller: Caller, person_id: str, grant: RoleGrant, cause: Cause) -> Person:
    """Give a role: an administrator any, a coordinator helpers and readers of the own program.

    Raises `Forbidden`, `NotFound`, `ScopeDoesNotFitRole`, `TooManyRoles`.
    """
    _require_right_over(caller, grant)
    return await deps.persons.update(person_id, lambda each: each.grant(grant.role, grant.scope), cause)


async def revoke_role(deps: People, caller: Caller, person_id: str, grant: RoleGrant, cause: Cause) -> Person:
    """Take a role away, by whoever may give it. Raises `Forbidden`, `NotFound`."""
    _require_right_over(caller, grant)
    return await deps.persons.update(person_id, lambda each: each.revoke(grant.role, grant.scope), cause)


async def on_applicant_admitted(deps: People, event: ApplicantAdmitted, envelope: Envelope) -> None:
    """Somebody admitted to a program may act in it; an erased person stays erased.

    Raises `Transient` while the person is not known here.
    """
    try:
        await deps.persons.update(
            event.person_id, lambda each: each.grant(event.role, event.program_id), Cause.of_event(envelope)
        )
    except PersonGone:
        return
    except NotFound as error:
        raise Transient("the admitted person is not known yet") from error


async def grants_of(deps: People, person_id: str) -> tuple[RoleGrant, ...]:
    """A person's roles as they now are. Raises `NotFound`."""
    person = await deps.persons.get(person_id)
    if person.erased:
        raise PersonGone(kind=deps.persons.collection.name)
    return person.grants


def _require_right_over(caller: Caller, grant: RoleGrant) -> None:
    if grant.role in _GIVEN_BY_COORDINATORS and caller.has((Role.COORDINATOR,), grant.scope):
        return
    caller.require((Role.ADMINISTRATOR,), EVERYWHERE)
