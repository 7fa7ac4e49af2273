"""What pairing tells: programs, people admitted to them, pairs."""

from typing import Any

from matka_contracts.event import Envelope
from matka_contracts.pairing import (
    AgreementSigned,
    ApplicantAdmitted,
    PairEnded,
    PairEvent,
    PairFormed,
    ProgramClosed,
    ProgramEvent,
    ProgramOpened,
    ProgramStarted,
)
from matka_contracts.terms import GatheringKind, Role
from matka_kit.cause import Cause
from matka_kit.errors import Transient
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.gathering import FOR_PAIRS
from matka_scheduling.domain.participation import PairState, state_at_the_end
from matka_scheduling.handlers.inviting import invite_to
from matka_scheduling.handlers.meetings import cancel_meetings_after
from matka_scheduling.handlers.participation import note_pair, seal_at_closing
from matka_scheduling.handlers.rhythm import note_pair_in_rhythm
from matka_scheduling.store import member_id

_STATUS: dict[type[ProgramEvent], str] = {
    ProgramOpened: "open",
    ProgramStarted: "started",
    ProgramClosed: "closed",
}


async def on_program_changed(deps: Scheduling, event: ProgramEvent, envelope: Envelope) -> None:
    """Keep what a program now is; when it closes and nobody has sealed its participation, do."""
    row = {
        "title": event.title,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "timezone": event.timezone,
        "status": _STATUS[type(event)],
    }
    await deps.programs.put(event.program_id, envelope, row)
    if isinstance(event, ProgramClosed):
        await seal_at_closing(deps, event.program_id, Cause.of_event(envelope))


async def on_applicant_admitted(deps: Scheduling, event: ApplicantAdmitted, envelope: Envelope) -> None:
    """Keep who takes part; a mentor who goes by door A is invited to the mentor trainings ahead."""
    row = event.model_dump(include={"program_id", "person_id", "role", "self_study"})
    await deps.members.put(member_id(event.program_id, event.person_id, event.role), envelope, row)
    if event.role is Role.MENTOR and not event.self_study:
        kinds = (GatheringKind.MENTOR_TRAINING,)
        await invite_to(deps, event.program_id, kinds, (event.person_id,), Cause.of_event(envelope))


async def on_pair_formed(deps: Scheduling, event: PairFormed, envelope: Envelope) -> None:
    """Keep the pair; both are invited to what lies ahead for pairs, unless their end is known already."""
    row = {**_pair_row(event), "status": "active", "formed_at": event.formed_at}
    await deps.pairs.put(event.pair_id, envelope, row)
    await note_pair(deps, event, PairState(sequence=envelope.sequence, state="active"), envelope)
    await note_pair_in_rhythm(deps, event, event.formed_at, envelope)
    pair = await deps.pairs.get(event.pair_id)
    if pair is not None and pair.status == "active":
        people = (event.mentor_id, event.mentee_id)
        await invite_to(deps, event.program_id, FOR_PAIRS, people, Cause.of_event(envelope))


async def on_agreement_signed(deps: Scheduling, event: AgreementSigned, envelope: Envelope) -> None:
    """Keep the rhythm and the form that the pair agreed on."""
    await deps.pairs.put(
        event.pair_id, envelope, {**_pair_row(event), "status": "active", "form": event.form}
    )
    await note_pair_in_rhythm(deps, event, event.signed_at, envelope)


async def on_pair_ended(deps: Scheduling, event: PairEnded, envelope: Envelope) -> None:
    """Keep the end, call off what was planned for after it, and note it for both and in their rhythm.

    Raises `Transient` while the program is not known.
    """
    row = {**_pair_row(event), "status": "ended", "ended_at": event.ended_at}
    await deps.pairs.put(event.pair_id, envelope, row)
    await cancel_meetings_after(deps, event.pair_id, event.ended_at, Cause.of_event(envelope))
    program = await deps.programs.get(event.program_id)
    if program is None:
        raise Transient("the program of this pair is not known yet")
    await note_pair_in_rhythm(deps, event, None, envelope)
    state = state_at_the_end(program, event.reason, event.ended_at)
    await note_pair(deps, event, PairState(sequence=envelope.sequence, state=state), envelope)


def _pair_row(event: PairEvent) -> dict[str, Any]:
    return {
        "program_id": event.program_id,
        "mentor_id": event.mentor_id,
        "mentee_id": event.mentee_id,
        "pace": event.pace,
    }
