"""Routes about persons and their roles."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from matka_contracts.terms import STAFF_WHO_ACT, Role
from matka_kit.errors import Forbidden, NotFound
from matka_kit.http import CallerOf, CommandOf
from matka_people.api.models import (
    Changes,
    Deps,
    GrantsOut,
    IdsByEmail,
    Lookup,
    Me,
    NamesOut,
    NewAdministrator,
    NewGrant,
    NewPerson,
    NewPersons,
    PathId,
    PersonId,
    PersonOut,
    PersonsOut,
)
from matka_people.domain.person import EVERYWHERE, PersonalChanges, PersonFacts, RoleGrant
from matka_people.handlers import persons, roles

router = APIRouter()
PathScope = Annotated[str, Path(pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9_-]{0,99})$")]


@router.post(
    "/persons",
    status_code=status.HTTP_201_CREATED,
    responses={status.HTTP_200_OK: {"model": PersonId, "description": "The address is known."}},
)
async def register(
    body: NewPerson, caller: CallerOf, cause: CommandOf, deps: Deps, response: Response
) -> PersonId:
    """201 for somebody new, 200 for an address that is known."""
    if not caller.scopes(STAFF_WHO_ACT):
        raise Forbidden
    person, new = await persons.register(deps, PersonFacts(**body.model_dump()), cause)
    if not new:
        response.status_code = status.HTTP_200_OK
    return PersonId(id=person.id)


@router.post("/persons/batch")
async def register_many(body: NewPersons, caller: CallerOf, cause: CommandOf, deps: Deps) -> IdsByEmail:
    caller.require_service("pairing")
    facts = [PersonFacts(**each.model_dump()) for each in body.persons]
    ids = await persons.register_many(deps, facts, cause)
    return IdsByEmail(ids={each.email: id for each, id in zip(body.persons, ids, strict=True)})


@router.post("/persons/lookup")
async def look_up(body: Lookup, caller: CallerOf, deps: Deps) -> PersonsOut:
    found = await persons.look_up(deps, caller, body.ids)
    return PersonsOut(persons=[PersonOut.of(person) for person in found])


@router.post("/persons/names")
async def names(body: Lookup, caller: CallerOf, deps: Deps) -> NamesOut:
    """No more than a list shows: for pages that name thousands."""
    caller.require_service("gateway")
    return NamesOut(names=await persons.names(deps, body.ids))


@router.get("/me")
async def me(caller: CallerOf, deps: Deps) -> Me:
    if caller.service:
        raise NotFound(kind="persons")
    return Me.of(await persons.read(deps, caller, caller.subject))


@router.get("/persons/{person_id}")
async def read(person_id: PathId, caller: CallerOf, deps: Deps) -> PersonOut:
    return PersonOut.of(await persons.read(deps, caller, person_id))


@router.patch("/persons/{person_id}")
async def change(
    person_id: PathId, body: Changes, caller: CallerOf, cause: CommandOf, deps: Deps
) -> PersonOut:
    changes = PersonalChanges(**body.model_dump())
    return PersonOut.of(await persons.change(deps, caller, person_id, changes, cause))


@router.post("/persons/{person_id}/erase", status_code=status.HTTP_204_NO_CONTENT)
async def erase(person_id: PathId, caller: CallerOf, cause: CommandOf, deps: Deps) -> None:
    caller.require((Role.ADMINISTRATOR,), EVERYWHERE)
    await persons.erase(deps, person_id, cause)


@router.get("/persons/{person_id}/grants")
async def grants(person_id: PathId, caller: CallerOf, deps: Deps) -> GrantsOut:
    caller.require_service("gateway")
    return GrantsOut(grants=await roles.grants_of(deps, person_id))


@router.post("/persons/{person_id}/roles")
async def grant_role(
    person_id: PathId, body: NewGrant, caller: CallerOf, cause: CommandOf, deps: Deps
) -> GrantsOut:
    grant = RoleGrant(role=body.role, scope=body.scope)
    person = await roles.grant_role(deps, caller, person_id, grant, cause)
    return GrantsOut(grants=person.grants)


@router.delete("/persons/{person_id}/roles/{role}/{scope}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_role(
    person_id: PathId, role: Role, scope: PathScope, caller: CallerOf, cause: CommandOf, deps: Deps
) -> None:
    await roles.revoke_role(deps, caller, person_id, RoleGrant(role=role, scope=scope), cause)


@router.post("/administrators")
async def make_administrator(
    body: NewAdministrator, caller: CallerOf, cause: CommandOf, deps: Deps
) -> PersonId:
    caller.require_service("cli")
    person = await persons.make_administrator(deps, PersonFacts(**body.model_dump()), cause)
    return PersonId(id=person.id)
