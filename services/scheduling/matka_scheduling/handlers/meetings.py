"""A pair's meetings: planned, logged, moved, cancelled and held."""

from dataclasses import dataclass
from datetime import datetime

from matka_contracts.terms import MeetingForm
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import NotFound, Transient
from matka_kit.store import Query, Range
from matka_kit.store.port import Where
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.known import KnownPair, PairHasEnded
from matka_scheduling.domain.local_time import LocalTime
from matka_scheduling.domain.meeting import MOST_MEETINGS_OF_A_PAIR, Meeting, TooManyMeetings
from matka_scheduling.domain.plan import MeetingPlan


@dataclass(frozen=True, slots=True)
class PlanMeeting:
    """A meeting as one of the pair asks for it; `at` is naive and local.

    `held` logs a meeting that took place without having been planned.
    """

    at: datetime
    minutes: int
    form: MeetingForm
    place: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class MoveMeeting:
    """Another time, naive and local, and whatever else changes; None keeps what was planned."""

    at: datetime
    minutes: int | None = None
    form: MeetingForm | None = None
    place: str | None = None

    def applied_to(self, plan: MeetingPlan) -> MeetingPlan:
        """The plan after the move. Raises `NoSuchLocalTime`."""
        return MeetingPlan(
            at=LocalTime.of(self.at, plan.at.zone),
            minutes=plan.minutes if self.minutes is None else self.minutes,
            form=plan.form if self.form is None else self.form,
            place=plan.place if self.place is None else self.place,
        )


async def plan_meeting(
    deps: Scheduling, pair: KnownPair, wanted: PlanMeeting, by: str, cause: Cause
) -> Meeting:
    """Plan a meeting of a pair, or log one that was not planned.

    Raises `PairHasEnded`, `BeforeThePairFormed`, `MeetingInThePast`, `MeetingTooFarAhead`, `MeetingNotBegun`,
    `PairAlreadyMeetsThen`, `TooManyMeetings`, `NoSuchLocalTime`.
    """
    now = deps.clock.now()
    at = LocalTime.of(wanted.at, await _zone(deps, pair.program_id))
    plan = MeetingPlan(at=at, minutes=wanted.minutes, form=wanted.form, place=wanted.place)
    meeting = Meeting.of(derived_id("meeting", cause.command_id), pair, plan, now)
    if await deps.meetings.peek(meeting.id):
        return await deps.meetings.add(meeting, (), cause)  # the same request again
    if await deps.meetings.count({"pair_id": pair.id}) >= MOST_MEETINGS_OF_A_PAIR:
        raise TooManyMeetings(most=MOST_MEETINGS_OF_A_PAIR)
    if wanted.held:
        return await deps.meetings.add(meeting, meeting.hold(pair, by, None, None, now), cause)
    pair.require_active()
    await _require_free(deps, meeting, plan)
    stored = await deps.meetings.add(meeting, meeting.set_up(by, now), cause)
    await _call_off_if_ended(deps, stored, cause)
    return stored


async def move_meeting(
    deps: Scheduling, meeting: Meeting, wanted: MoveMeeting, by: str, cause: Cause
) -> Meeting:
    """Give a planned meeting another time.

    Raises what planning raises, and `MeetingAlreadyHeld`, `MeetingWasCancelled`, `MeetingWasMissed`.
    """
    (await pair_of(deps, meeting.pair_id)).require_active()
    now = deps.clock.now()
    await _require_free(deps, meeting, wanted.applied_to(meeting.plan))
    moved = await deps.meetings.update(
        meeting.id, lambda each: each.move(wanted.applied_to(each.plan), by, now), cause
    )
    await _call_off_if_ended(deps, moved, cause)
    return moved


async def cancel_meeting(deps: Scheduling, meeting_id: str, by: str, cause: Cause) -> Meeting:
    """Call a planned meeting off. Raises `NotFound`, `MeetingAlreadyHeld`, `MeetingWasMissed`."""
    return await deps.meetings.update(meeting_id, lambda each: each.cancel(by), cause)


@dataclass(frozen=True, slots=True)
class HoldMeeting:
    """Who logs a meeting, and what was otherwise than planned; `held_at` is naive and local."""

    by: str
    form: MeetingForm | None = None
    held_at: datetime | None = None


async def hold_meeting(deps: Scheduling, meeting: Meeting, log: HoldMeeting, cause: Cause) -> Meeting:
    """Log that a meeting took place; the second of the two to log it so changes nothing.

    Raises `MeetingNotBegun`, `MeetingWasCancelled`, `PairHasEnded`, `BeforeThePairFormed`, `NoSuchLocalTime`.
    """
    pair = await pair_of(deps, meeting.pair_id)
    now = deps.clock.now()
    held_at = LocalTime.of(log.held_at, meeting.plan.at.zone) if log.held_at else None
    return await deps.meetings.update(
        meeting.id, lambda each: each.hold(pair, log.by, log.form, held_at, now), cause
    )


async def miss_meeting(deps: Scheduling, meeting_id: str, by: str, cause: Cause) -> Meeting:
    """Log that a meeting did not take place; saying it twice changes nothing.

    Raises `NotFound`, `MeetingNotBegun`, `MeetingAlreadyHeld`, `MeetingWasCancelled`.
    """
    now = deps.clock.now()
    return await deps.meetings.update(meeting_id, lambda each: each.miss(by, now), cause)


async def cancel_meetings_after(deps: Scheduling, pair_id: str, end: datetime, cause: Cause) -> None:
    """Call off what a pair that has ended had planned for later; its few past plans may still be logged."""
    where: Where = {"pair_id": pair_id, "status": "planned", "starts_at": Range(gt=end)}
    for meeting in await deps.meetings.every(Query(where, ("starts_at",))):
        await deps.meetings.update(meeting.id, Meeting.call_off, cause.child("ended", meeting.id))


async def pair_of(deps: Scheduling, pair_id: str) -> KnownPair:
    """The pair of this id. Raises `NotFound`."""
    pair = await deps.pairs.get(pair_id)
    if pair is None:
        raise NotFound(kind="pairs")
    return pair


async def _call_off_if_ended(deps: Scheduling, meeting: Meeting, cause: Cause) -> None:
    """The pair may have ended while the meeting was written: whoever comes second sees both."""
    pair = await pair_of(deps, meeting.pair_id)
    if pair.status == "ended":
        await deps.meetings.update(meeting.id, Meeting.call_off, cause.child("ended", meeting.id))
        raise PairHasEnded


async def _require_free(deps: Scheduling, meeting: Meeting, plan: MeetingPlan) -> None:
    """Raises `PairAlreadyMeetsThen` where another is in the way; the first of a double click is this one."""
    others = [other for other in await _planned(deps, meeting.pair_id) if other.id != meeting.id]
    plan.require_free(other.plan for other in others)


async def _planned(deps: Scheduling, pair_id: str) -> list[Meeting]:
    return await deps.meetings.every(Query({"pair_id": pair_id, "status": "planned"}, ("starts_at",)))


async def _zone(deps: Scheduling, program_id: str) -> str:
    program = await deps.programs.get(program_id)
    if program is None:
        raise Transient("the program of this pair is not known yet")
    return program.timezone
