"""Routes about signing in; only the gateway and, for the letter, notifications come here."""

from typing import Annotated, Self

from fastapi import APIRouter, status
from pydantic import BaseModel, Field, model_validator

from matka_kit.http import CallerOf, CommandOf
from matka_people.api.models import Deps, Incoming, PathId
from matka_people.domain.person import RoleGrant
from matka_people.domain.values import EmailAddress
from matka_people.handlers import sign_ins

router = APIRouter(prefix="/sign-ins")


class Ask(Incoming):
    email: EmailAddress


class Asked(BaseModel):
    request_id: str


class Minted(BaseModel):
    token: str
    code: str
    person_id: str


class Redeem(Incoming):
    token: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.token is None) == (self.code is None):
            raise ValueError("either a token or a code")
        return self


class SignedIn(BaseModel):
    person_id: str
    name: str
    language: str
    grants: tuple[RoleGrant, ...]


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def ask(body: Ask, caller: CallerOf, cause: CommandOf, deps: Deps) -> Asked:
    """The same answer whether the address is known or not."""
    caller.require_service("gateway")
    return Asked(request_id=await sign_ins.ask(deps, body.email, cause))


@router.post("/{request_id}/mint")
async def mint(request_id: PathId, caller: CallerOf, cause: CommandOf, deps: Deps) -> Minted:
    caller.require_service("notifications")
    token, code, person_id = await sign_ins.mint(deps, request_id, cause)
    return Minted(token=token, code=code, person_id=person_id)


@router.post("/{request_id}/redeem")
async def redeem(
    request_id: PathId, body: Redeem, caller: CallerOf, cause: CommandOf, deps: Deps
) -> SignedIn:
    caller.require_service("gateway")
    if body.token is not None:
        person = await sign_ins.redeem_token(deps, request_id, body.token, cause)
    else:
        person = await sign_ins.redeem_code(deps, request_id, body.code or "", cause)
    return SignedIn(person_id=person.id, name=person.name, language=person.language, grants=person.grants)
