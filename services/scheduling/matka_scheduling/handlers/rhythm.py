"""The rhythm of pairs: told by their meetings and by pairing, and as staff see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from matka_contracts.event import Envelope, Event
from matka_contracts.pairing import PairEvent
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingEvent,
    MeetingHeld,
    MeetingMissed,
    MeetingMoved,
    MeetingPlanned,
)
from matka_kit.cause import Cause
from matka_kit.errors import Transient
from matka_kit.store import OneOf, Query
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.known import KnownPair
from matka_scheduling.domain.local_time import LocalTime
from matka_scheduling.domain.participation import sealing_id
from matka_scheduling.domain.rhythm import STEPS, MeetingInRhythm, PairInRhythm, Rhythm, Signal, Step
from matka_scheduling.handlers.meetings import pair_of

_STATUS: dict[type[MeetingEvent], str] = {
    MeetingPlanned: "planned",
    MeetingMoved: "planned",
    MeetingCancelled: "cancelled",
    MeetingHeld: "held",
    MeetingMissed: "missed",
}


@dataclass(frozen=True, slots=True)
class PairRhythm:
    """A pair and how it meets; `unlogged` counts past meetings that nobody has logged."""

    pair: KnownPair
    held: int = 0
    unlogged: int = 0
    last_held: datetime | None = None
    next_planned: datetime | None = None
    quiet_since: datetime | None = None
    step: Step = ""
    signal: Signal = "green"


async def on_meeting_changed(deps: Scheduling, event: MeetingEvent, envelope: Envelope) -> None:
    """Keep what a meeting now is in its pair's rhythm."""
    status = _STATUS[type(event)]
    fact = MeetingInRhythm.model_validate(
        {"sequence": envelope.sequence, "status": status, "starts_at": event.starts_at}
    )
    now = deps.clock.now()
    await _note(deps, event, lambda each: each.note_meeting(event.meeting_id, fact, now), envelope)


async def note_pair_in_rhythm(
    deps: Scheduling, event: PairEvent, since: datetime | None, envelope: Envelope
) -> None:
    """Keep what a pair agreed on, from its program's start on at the earliest; without `since` it has ended.

    A pair of a program that is sealed already is not waited for. Raises `Transient` while its program is not
    known.
    """
    program = await deps.programs.get(event.program_id)
    if program is None:
        raise Transient("the program of this pair is not known yet")
    start = LocalTime(date=program.starts_on, time=time(0), zone=program.timezone).instant()
    fact = PairInRhythm(
        sequence=envelope.sequence,
        pace=event.pace,
        zone=program.timezone,
        since=max(since, start) if since else None,
        ended=since is None,
    )
    now = deps.clock.now()
    await _note(deps, event, lambda each: each.note_pair(fact, now), envelope)
    if await deps.sealings.peek(sealing_id(event.program_id)) is not None:
        await rest(deps, event.pair_id, Cause.of_event(envelope))


async def rest(deps: Scheduling, pair_id: str, cause: Cause) -> None:
    """Wait for a pair no longer, if anything has been told of it; whoever tells later sees the seal."""
    if await deps.rhythms.peek(pair_id) is not None:
        await deps.rhythms.update(pair_id, Rhythm.rest, cause.child("rest", pair_id))


async def rhythm_of(
    deps: Scheduling, program_id: str, limit: int, after: str
) -> tuple[list[PairRhythm], str]:
    """One page of a program's pairs with their rhythm, and where the next page begins (empty: nowhere)."""
    query = Query({"program_id": program_id}, limit=limit, after=(after,) if after else None)
    pairs = await deps.pairs.find(query)
    known = {each.id: each for each in await deps.rhythms.get_many([pair.id for pair in pairs.items])}
    now = deps.clock.now()
    found = [_seen(pair, known.get(pair.id), now) for pair in pairs.items]
    return found, str(pairs.after[0]) if pairs.after else ""


async def quiet_pairs(
    deps: Scheduling, program_id: str, limit: int, after: str
) -> tuple[list[PairRhythm], str]:
    """One page of those pairs that are asked about their silence, or about whom staff are.

    They are found among all about whom a step was ever taken, so a page may hold fewer than it could.
    """
    query = Query(
        {"program_id": program_id, "taken": OneOf(STEPS)}, limit=limit, after=(after,) if after else None
    )
    page = await deps.rhythms.find(query)
    quiet = {each.id: each for each in page.items if each.signal != "green"}
    now = deps.clock.now()
    found = [_seen(pair, quiet[pair.id], now) for pair in await deps.pairs.get_many([*quiet])]
    return found, str(page.after[0]) if page.after else ""


async def rhythm_of_these(deps: Scheduling, program_id: str, pairs: Sequence[str]) -> list[PairRhythm]:
    """Those of at most 1,000 pairs that belong to the program."""
    mine = [each for each in await deps.pairs.get_many(pairs) if each.program_id == program_id]
    known = {each.id: each for each in await deps.rhythms.get_many([pair.id for pair in mine])}
    now = deps.clock.now()
    return [_seen(pair, known.get(pair.id), now) for pair in mine]


async def rhythm_of_pair(deps: Scheduling, pair_id: str) -> PairRhythm:
    """One pair with its rhythm. Raises `NotFound`."""
    pair = await pair_of(deps, pair_id)
    return _seen(pair, await deps.rhythms.peek(pair_id), deps.clock.now())


async def _note(
    deps: Scheduling,
    event: PairEvent | MeetingEvent,
    change: Callable[[Rhythm], Sequence[Event]],
    envelope: Envelope,
) -> None:
    whose: dict[str, Any] = event.model_dump(include={"program_id", "mentor_id", "mentee_id"})
    await deps.rhythms.ensure(Rhythm(id=event.pair_id, **whose), change, Cause.of_event(envelope))


def _seen(pair: KnownPair, rhythm: Rhythm | None, now: datetime) -> PairRhythm:
    if rhythm is None:
        return PairRhythm(pair)
    held, planned = rhythm.held, rhythm.planned
    return PairRhythm(
        pair=pair,
        held=len(held),
        unlogged=sum(moment <= now for moment in planned),
        last_held=held[-1] if held else None,
        next_planned=next((moment for moment in planned if moment > now), None),
        quiet_since=rhythm.quiet_since,
        step=rhythm.step,
        signal=rhythm.signal,
    )
