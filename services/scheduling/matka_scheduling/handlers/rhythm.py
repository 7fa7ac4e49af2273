"""How often pairs meet, as staff see it: one row per pair, told meeting by meeting."""

from dataclasses import dataclass
from datetime import datetime

from matka_contracts.event import Envelope
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingEvent,
    MeetingHeld,
    MeetingMoved,
    MeetingPlanned,
)
from matka_kit.store import Query
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.known import KnownPair
from matka_scheduling.store import Rhythm

_STATUS: dict[type[MeetingEvent], str] = {
    MeetingPlanned: "planned",
    MeetingMoved: "planned",
    MeetingCancelled: "cancelled",
    MeetingHeld: "held",
}


@dataclass(frozen=True, slots=True)
class PairRhythm:
    """A pair and how it meets; `unlogged` counts past meetings that nobody has logged."""

    pair: KnownPair
    held: int = 0
    unlogged: int = 0
    last_held: datetime | None = None
    next_planned: datetime | None = None


async def on_meeting_changed(deps: Scheduling, event: MeetingEvent, envelope: Envelope) -> None:
    """Keep what a meeting now is in its pair's row."""
    fact = {"status": _STATUS[type(event)], "starts_at": event.starts_at}
    await deps.rhythms.put(event.pair_id, envelope, {Rhythm.field_of(event.meeting_id): fact})


async def rhythm_of(
    deps: Scheduling, program_id: str, limit: int, after: str
) -> tuple[list[PairRhythm], str]:
    """One page of a program's pairs with their rhythm, and where the next page begins (empty: nowhere)."""
    query = Query({"program_id": program_id}, limit=limit, after=(after,) if after else None)
    pairs = await deps.pairs.find(query)
    known = {row.id: row for row in await deps.rhythms.get_many([pair.id for pair in pairs.items])}
    now = deps.clock.now()
    found = [_rhythm(pair, known.get(pair.id), now) for pair in pairs.items]
    return found, str(pairs.after[0]) if pairs.after else ""


def _rhythm(pair: KnownPair, row: Rhythm | None, now: datetime) -> PairRhythm:
    if row is None:
        return PairRhythm(pair)
    held = [meeting.starts_at for meeting in row.meetings if meeting.status == "held"]
    planned = [meeting.starts_at for meeting in row.meetings if meeting.status == "planned"]
    return PairRhythm(
        pair=pair,
        held=len(held),
        unlogged=sum(moment <= now for moment in planned),
        last_held=held[-1] if held else None,
        next_planned=next((moment for moment in planned if moment > now), None),
    )
