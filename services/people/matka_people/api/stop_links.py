"""Routes about links that stop reminders: notifications asks for one, the gateway shows and follows it."""

from typing import Annotated

from fastapi import APIRouter, Path, status
from pydantic import BaseModel

from matka_kit.http import CallerOf, CommandOf
from matka_people.api.models import Deps, Id, Incoming
from matka_people.handlers import stop_links

router = APIRouter(prefix="/stop-links")
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,500}$")]


class Whose(Incoming):
    person_id: Id


class StopLink(BaseModel):
    token: str


class Reminders(BaseModel):
    """Whether the person of the link wants reminders."""

    reminders: bool


@router.post("", status_code=status.HTTP_201_CREATED)
async def make(body: Whose, caller: CallerOf, deps: Deps) -> StopLink:
    caller.require_service("notifications")
    return StopLink(token=await stop_links.stop_link_for(deps, body.person_id))


@router.get("/{token}")
async def look(token: Token, caller: CallerOf, deps: Deps) -> Reminders:
    caller.require_service("gateway")
    return Reminders(reminders=(await stop_links.holder_of_link(deps, token)).reminders)


@router.post("/{token}")
async def stop(token: Token, caller: CallerOf, cause: CommandOf, deps: Deps) -> Reminders:
    """It may be followed again and again."""
    caller.require_service("gateway")
    return Reminders(reminders=(await stop_links.stop_reminders(deps, token, cause)).reminders)
