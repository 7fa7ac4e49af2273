"""Routes about links that stop reminders: notifications asks for them, the gateway shows and follows one."""

from typing import Annotated

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, Field

from matka_kit.http import CallerOf, CommandOf
from matka_people.api.models import Deps, Id, Incoming
from matka_people.handlers import stop_links

router = APIRouter(prefix="/stop-links")
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,500}$")]


class Whose(Incoming):
    person_ids: Annotated[list[Id], Field(max_length=500)]


class StopLinks(BaseModel):
    """What each one's link says, by the person's id; nothing for who is not there."""

    tokens: dict[str, str]


class Reminders(BaseModel):
    """Whether the person of the link wants reminders."""

    reminders: bool


@router.post("", status_code=status.HTTP_201_CREATED)
async def make(body: Whose, caller: CallerOf, deps: Deps) -> StopLinks:
    caller.require_service("notifications")
    return StopLinks(tokens=await stop_links.stop_links_for(deps, body.person_ids))


@router.get("/{token}")
async def look(token: Token, caller: CallerOf, deps: Deps) -> Reminders:
    caller.require_service("gateway")
    return Reminders(reminders=(await stop_links.holder_of_link(deps, token)).reminders)


@router.post("/{token}")
async def stop(token: Token, caller: CallerOf, cause: CommandOf, deps: Deps) -> Reminders:
    """It may be followed again and again."""
    caller.require_service("gateway")
    return Reminders(reminders=(await stop_links.stop_reminders(deps, token, cause)).reminders)
