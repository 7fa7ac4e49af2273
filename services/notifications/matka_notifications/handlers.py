"""Events become letters; plans of meetings are kept so that no letter speaks of one that has changed."""

from matka_contracts.event import Envelope, Event
from matka_contracts.pairing import ProgramOpened
from matka_contracts.scheduling import MeetingCancelled, MeetingEvent, MeetingHeld
from matka_kit.cause import Cause
from matka_kit.shape import AlreadyExists
from matka_kit.store import RowOutcome
from matka_notifications.deps import Notifications
from matka_notifications.domain import Letter
from matka_notifications.writing import LETTERS_OF, URGENT


async def on_event(deps: Notifications, event: Event, envelope: Envelope) -> None:
    """Write the letters that an event calls for; the same event again finds them written."""
    machine = deps.clock.machine()
    for draft in LETTERS_OF[type(event)](event):
        letter = Letter(
            id=f"{envelope.id}:{draft.person_id}:{draft.template}",
            template=draft.template,
            person_id=draft.person_id,
            mentions=draft.mentions,
            facts=envelope.data,
            meeting_id=str(envelope.data.get("meeting_id", "")),
            revision=int(envelope.data.get("revision", 0)),
            urgent=type(event) in URGENT,
            created_at=machine,
            ready_at=machine,
        )
        try:
            await deps.letters.add(letter, (), Cause.of_event(envelope).child(letter.id))
        except AlreadyExists:
            continue
    deps.wake.set()


async def on_program_opened(deps: Notifications, event: ProgramOpened, envelope: Envelope) -> None:
    """Keep what letters call the program."""
    await deps.programs.put(event.program_id, envelope, {"title": event.title})


async def on_meeting_changed(deps: Notifications, event: MeetingEvent, envelope: Envelope) -> None:
    """Keep the newest plan, then write the letters; what came late writes none."""
    statuses: dict[type[Event], str] = {MeetingCancelled: "cancelled", MeetingHeld: "held"}
    plan = {"status": statuses.get(type(event), "planned"), "revision": event.revision}
    outcome = await deps.meetings.put(event.meeting_id, envelope, plan)
    if outcome is not RowOutcome.LATE and type(event) in LETTERS_OF:
        await on_event(deps, event, envelope)
