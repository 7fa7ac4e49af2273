"""Events become letters; what letters speak of is kept, so that none speaks of what has changed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from matka_contracts.certificates import CertificateReleased, CertificateReplaced
from matka_contracts.event import Envelope, Event
from matka_contracts.pairing import ProgramOpened
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingEvent,
    MeetingHeld,
    MeetingMissed,
    MeetingMoved,
    MeetingPlanned,
    SignUpConfirmed,
    SignUpWithdrawn,
)
from matka_kit.cause import Cause
from matka_kit.shape import AlreadyExists
from matka_kit.store import RowOutcome
from matka_notifications.deps import Notifications
from matka_notifications.domain import Letter
from matka_notifications.store import seat_id
from matka_notifications.writing import LETTERS_OF, NEXT_CERTIFICATE, URGENT, Draft

_STATUSES: dict[type[Event], str] = {
    MeetingCancelled: "cancelled",
    MeetingHeld: "held",
    MeetingMissed: "missed",
}


async def on_event(deps: Notifications, event: Event, envelope: Envelope) -> None:
    """Write the letters that an event calls for; the same event again finds them written."""
    await _write(deps, LETTERS_OF[type(event)](event), event, envelope)


async def on_program_opened(deps: Notifications, event: ProgramOpened, envelope: Envelope) -> None:
    """Keep what letters call the program, and the zone of its times of day."""
    facts = {"title": event.title, "timezone": event.timezone}
    await deps.programs.put(event.program_id, envelope, facts)


async def on_meeting_changed(deps: Notifications, event: MeetingEvent, envelope: Envelope) -> None:
    """Keep the newest plan, then write the letters; what came late writes none."""
    status = _STATUSES.get(type(event), "planned")
    plan: dict[str, Any] = {"pair_id": event.pair_id, "status": status, "revision": event.revision}
    if isinstance(event, MeetingPlanned | MeetingMoved | MeetingHeld):
        plan["told_at"] = envelope.time
    outcome = await deps.meetings.put(event.meeting_id, envelope, plan)
    if outcome is not RowOutcome.LATE and type(event) in LETTERS_OF:
        await on_event(deps, event, envelope)


async def on_seat_changed(
    deps: Notifications, event: SignUpConfirmed | SignUpWithdrawn, envelope: Envelope
) -> None:
    """Keep whether the seat is taken, then confirm it; what came late confirms nothing."""
    seat = seat_id(event.gathering_id, event.person_id)
    taken = isinstance(event, SignUpConfirmed)
    outcome = await deps.seats.put(seat, envelope, {"taken": taken})
    if taken and outcome is not RowOutcome.LATE:
        await on_event(deps, event, envelope)


async def on_certificate_replaced(
    deps: Notifications, event: CertificateReplaced, envelope: Envelope
) -> None:
    """Keep the number that is in force: a letter with the former edition that still waits is not sent."""
    await deps.certificates.put(event.certificate_id, envelope, {"number": event.number})


async def on_certificate_released(
    deps: Notifications, event: CertificateReleased, envelope: Envelope
) -> None:
    """Write the letter with the first edition, and another kind of letter with each that replaces it."""
    known = await deps.certificates.get(event.certificate_id)
    first = (known.first if known else "") or event.number
    facts = {"number": event.number, "first": first}
    if await deps.certificates.put(event.certificate_id, envelope, facts) is RowOutcome.LATE:
        return
    drafts = LETTERS_OF[CertificateReleased](event)
    if event.number != first:
        drafts = [replace(draft, template=NEXT_CERTIFICATE) for draft in drafts]
    await _write(deps, drafts, event, envelope)


async def _write(deps: Notifications, drafts: Sequence[Draft], event: Event, envelope: Envelope) -> None:
    machine = deps.clock.machine()
    for draft in drafts:
        letter = Letter(
            id=f"{envelope.id}:{draft.person_id}:{draft.template}",
            template=draft.template,
            person_id=draft.person_id,
            mentions=draft.mentions,
            facts=envelope.data,
            meeting_id=str(envelope.data.get("meeting_id", "")),
            revision=int(envelope.data.get("revision", 0)),
            told_at=envelope.time,
            urgent=type(event) in URGENT,
            created_at=machine,
            ready_at=machine,
        )
        try:
            await deps.letters.add(letter, (), Cause.of_event(envelope).child(letter.id))
        except AlreadyExists:
            continue
    if type(event) in URGENT:
        deps.sender.hurry.set()
    deps.wake.set()
