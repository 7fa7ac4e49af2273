"""What pairing tells: people admitted to programs, and pairs."""

from matka_contracts.event import Envelope
from matka_contracts.pairing import ApplicantAdmitted, PairEnded, PairFormed
from matka_learning.deps import Learning
from matka_learning.store import member_id

_PAIR_ROW = {"program_id", "mentor_id", "mentee_id"}


async def on_applicant_admitted(deps: Learning, event: ApplicantAdmitted, envelope: Envelope) -> None:
    """Keep who takes part and in which role."""
    row = event.model_dump(include={"program_id", "person_id", "role"})
    await deps.members.put(member_id(event.program_id, event.person_id, event.role), envelope, row)


async def on_pair_formed(deps: Learning, event: PairFormed, envelope: Envelope) -> None:
    """Keep the pair; an end that came first stays."""
    await deps.pairs.put(event.pair_id, envelope, {**event.model_dump(include=_PAIR_ROW), "status": "active"})


async def on_pair_ended(deps: Learning, event: PairEnded, envelope: Envelope) -> None:
    """Keep the end of the pair."""
    await deps.pairs.put(event.pair_id, envelope, {**event.model_dump(include=_PAIR_ROW), "status": "ended"})
