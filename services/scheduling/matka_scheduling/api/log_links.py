"""Logging a meeting without signing in, over HTTP: notifications asks for links, the gateway serves them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from matka_contracts.terms import MeetingForm
from matka_kit.http import CallerOf, CommandOf
from matka_scheduling.api.access import SchedulingDeps
from matka_scheduling.api.meeting_models import MeetingAnswer
from matka_scheduling.handlers import log_links as commands

router = APIRouter()

Token = Annotated[str, Path(max_length=500)]


class LinkRequest(BaseModel):
    """For whom a link is."""

    model_config = ConfigDict(extra="forbid")

    person_id: Annotated[str, Field(min_length=1, max_length=100)]


class LinkAnswer(BaseModel):
    """What follows the last slash of the link."""

    token: str


class LogRequest(BaseModel):
    """Whether the meeting took place, and how if otherwise than planned."""

    model_config = ConfigDict(extra="forbid")

    held: StrictBool
    form: MeetingForm | None = None


class LinkedMeetingAnswer(MeetingAnswer):
    """A meeting as the holder of a link sees it; `logged` is empty until one of the two has logged it."""

    other_id: str
    logged: Literal["", "held", "missed"]

    @classmethod
    def behind(cls, linked: commands.Linked) -> "LinkedMeetingAnswer":
        meeting = MeetingAnswer.of(linked.meeting)
        logged = meeting.status if meeting.status in {"held", "missed"} else ""
        return cls.model_validate({**meeting.model_dump(), "other_id": linked.other_id, "logged": logged})


@router.post("/meetings/{id}/log-link")
async def make(id: str, body: LinkRequest, caller: CallerOf, deps: SchedulingDeps) -> LinkAnswer:
    caller.require_service("notifications")
    return LinkAnswer(token=await commands.log_link(deps, id, body.person_id))


@router.get("/log-links/{token}")
async def look(token: Token, caller: CallerOf, deps: SchedulingDeps) -> LinkedMeetingAnswer:
    caller.require_service("gateway")
    return LinkedMeetingAnswer.behind(await commands.behind_link(deps, token))


@router.post("/log-links/{token}")
async def log(
    token: Token, body: LogRequest, caller: CallerOf, cause: CommandOf, deps: SchedulingDeps
) -> LinkedMeetingAnswer:
    caller.require_service("gateway")
    linked = await commands.log_by_link(deps, token, body.form, cause, held=body.held)
    return LinkedMeetingAnswer.behind(linked)
