"""Support cases: opened by people and by a pair's silence, handed over, covered, resolved."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from matka_contracts.event import Envelope
from matka_contracts.pairing import CaseResolved
from matka_contracts.scheduling import RhythmSlipped
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import NotFound
from matka_kit.shape import AggregatePage, AlreadyExists
from matka_kit.store import Query
from matka_pairing.deps import Pairing
from matka_pairing.domain.case import BY_RHYTHM, Case, Kind, Outcome, RhythmCaseOpen
from matka_pairing.domain.pair import Pair, PairNotFormed
from matka_pairing.domain.program import Program
from matka_pairing.domain.staffing import owner_and_cover
from matka_pairing.handlers.staffing import acting_staff


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody turns to staff about; `pair` is None where it is about no pair."""

    kind: Kind
    opened_by: str
    text: str = ""
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a case; `end_reason` is a code for a pair that ends by it."""

    outcome: Outcome
    note: str
    end_reason: str


async def open_case(deps: Pairing, program_id: str, matter: Matter, cause: Cause) -> Case:
    """Ask staff: one of them gets the case, with a deadline. Raises `NotFound`, `ProgramIsClosed`."""
    program = await deps.programs.get(program_id)
    program.require_running()
    case = await _new_case(deps, program, matter, cause)
    return await deps.cases.add(case, case.open(), cause)


async def on_rhythm_slipped(deps: Pairing, event: RhythmSlipped, envelope: Envelope) -> None:
    """A pair stayed silent after it was asked, together and each alone: staff take over, once at a time."""
    pair = await deps.pairs.peek(event.pair_id)
    if event.step != "staff" or pair is None or pair.status != "formed":
        return
    program = await deps.programs.get(pair.program_id)
    cause = Cause.of_event(envelope)
    case = await _new_case(deps, program, Matter("rhythm", BY_RHYTHM, pair=pair), cause)
    with suppress(RhythmCaseOpen, AlreadyExists):
        await deps.cases.add(case, case.open(), cause)


async def hand_over(deps: Pairing, case_id: str, owner_id: str, cause: Cause) -> Case:
    """Let somebody else answer. Raises `NotFound`, `CaseIsResolved`, `NotAmongStaff`."""
    acting = await _who_may_answer(deps, case_id)
    return await deps.cases.update(case_id, lambda each: each.hand_over(owner_id, acting), cause)


async def cover(deps: Pairing, case_id: str, cover_id: str, cause: Cause) -> Case:
    """Say who answers in the owner's absence. Raises as `hand_over` does, and `CoverIsOwner`."""
    acting = await _who_may_answer(deps, case_id)
    return await deps.cases.update(case_id, lambda each: each.cover(cover_id, acting), cause)


async def resolve(deps: Pairing, case_id: str, how: Resolution, cause: Cause) -> Case:
    """Be done with a case, and with its pair where that is the outcome.

    Raises `NotFound`, `CaseIsResolved`, `CaseWithoutPair`.
    """
    now = deps.clock.now()
    case = await deps.cases.update(
        case_id, lambda each: each.resolve(how.outcome, how.note, how.end_reason, now), cause
    )
    await _end_pair_of(deps, case, cause.child("pair"))
    return case


async def on_case_resolved(deps: Pairing, event: CaseResolved, envelope: Envelope) -> None:
    """End the pair of a case that ends one, where a crash kept the command from it."""
    await _end_pair_of(deps, await deps.cases.get(event.case_id), Cause.of_event(envelope))


async def cases_of(
    deps: Pairing, program_id: str, status: str, limit: int, after: str
) -> AggregatePage[Case]:
    """A page of a program's cases: open ones the most urgent first, resolved ones the latest first.

    Raises `NotFound` for a page that begins nowhere.
    """
    last = await deps.cases.get(after) if after else None
    if last and last.program_id != program_id:
        raise NotFound(kind="cases")
    query = Query(
        {"program_id": program_id, "status": status},
        order=("due_at",),
        descending=status == "resolved",
        limit=limit,
        after=(last.due_at, last.id) if last else None,
    )
    return await deps.cases.find(query)


async def cases_opened_by(deps: Pairing, person_id: str, limit: int, after: str) -> AggregatePage[Case]:
    """A page of what one person turned to staff about, the latest first. Raises as `cases_of` does."""
    last = await deps.cases.get(after) if after else None
    if last and last.opened_by != person_id:
        raise NotFound(kind="cases")
    query = Query(
        {"opened_by": person_id},
        order=("opened_at",),
        descending=True,
        limit=limit,
        after=(last.opened_at, last.id) if last else None,
    )
    return await deps.cases.find(query)


async def _new_case(deps: Pairing, program: Program, matter: Matter, cause: Cause) -> Case:
    """A case with whoever's turn it is, and nobody of the pair itself."""
    members: Collection[str] = (matter.pair.mentor_id, matter.pair.mentee_id) if matter.pair else ()
    turn = await deps.cases.count({"program_id": program.id})
    staff = await acting_staff(deps, program.id)
    owner_id, cover_id = owner_and_cover(staff, turn, without=members)
    now = deps.clock.now()
    return Case(
        id=derived_id("case", cause.command_id),
        program_id=program.id,
        pair_id=matter.pair.id if matter.pair else "",
        members=tuple(members),
        kind=matter.kind,
        text=matter.text,
        opened_by=matter.opened_by,
        opened_at=now,
        owner_id=owner_id,
        cover_id=cover_id,
        due_at=Case.deadline(now, program.timezone),
    )


async def _who_may_answer(deps: Pairing, case_id: str) -> set[str]:
    case = await deps.cases.get(case_id)
    staff = await acting_staff(deps, case.program_id)
    return {each.person_id for each in staff} - set(case.members)


async def _end_pair_of(deps: Pairing, case: Case, cause: Cause) -> None:
    """End a case's pair if that is its outcome; one that was over before stays as it is."""
    ended_at = case.resolved_at
    if case.outcome != "pair-ended" or ended_at is None:
        return
    with suppress(PairNotFormed):
        await deps.pairs.update(case.pair_id, lambda each: each.end(case.end_reason, ended_at), cause)
