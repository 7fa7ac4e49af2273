"""Links by which one of a pair logs a meeting in two taps, without signing in."""

from dataclasses import dataclass

from matka_contracts.terms import MeetingForm
from matka_kit.cause import Cause
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.meeting import Meeting
from matka_scheduling.handlers.meetings import HoldMeeting, hold_meeting, miss_meeting

_PURPOSE = "log"


@dataclass(frozen=True, slots=True)
class Linked:
    """The meeting that a link is about, who holds the link, and the other of the two."""

    meeting: Meeting
    person_id: str
    other_id: str


async def log_link(deps: Scheduling, meeting_id: str, person_id: str) -> str:
    """The token that lets one of the two log a meeting. Raises `NotFound`."""
    meeting = await deps.meetings.get(meeting_id)
    meeting.other_than(person_id)
    return deps.links.token(_PURPOSE, meeting.id, person_id)


async def behind_link(deps: Scheduling, token: str) -> Linked:
    """What a token is about. Raises `NotFound`, `LinkExpired`."""
    meeting_id, person_id = deps.links.facts(_PURPOSE, token)
    meeting = await deps.meetings.get(meeting_id)
    meeting.require_link_good(deps.clock.now())
    return Linked(meeting, person_id, meeting.other_than(person_id))


async def log_by_link(
    deps: Scheduling, token: str, form: MeetingForm | None, cause: Cause, *, held: bool
) -> Linked:
    """Log, as whoever holds the link, that the meeting took place or did not.

    Raises `NotFound`, `LinkExpired` and what logging raises.
    """
    linked = await behind_link(deps, token)
    if held:
        log = HoldMeeting(by=linked.person_id, form=form)
        meeting = await hold_meeting(deps, linked.meeting, log, cause)
    else:
        meeting = await miss_meeting(deps, linked.meeting.id, linked.person_id, cause)
    return Linked(meeting, linked.person_id, linked.other_id)
