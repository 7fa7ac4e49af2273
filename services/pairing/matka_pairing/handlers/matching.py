"""Matching: freeze the inputs, compute a draft, keep it with its reasons."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from matka_contracts.terms import Role
from matka_kit.cause import Cause
from matka_kit.errors import NotFound
from matka_kit.shape import AggregatePage
from matka_kit.store import Query
from matka_pairing.chunks import read_chunk, read_chunks, write_chunks
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.matching import propose, why_not
from matka_pairing.domain.matching_inputs import Candidate, MatchingInputs, MatchingRules, Pairs
from matka_pairing.domain.matching_results import Explanation, Line, Proposal, Unmatched
from matka_pairing.domain.pair import StandingOfPair
from matka_pairing.domain.program import Program
from matka_pairing.domain.proposal import Draft
from matka_pairing.handlers.standing import parted, ready_mentors

_IN_PROCESS = 400  # people: more take so long that the event loop must not wait for them


@dataclass(frozen=True, slots=True)
class Wishes:
    """What staff settle beforehand, as (mentor, mentee): who is a pair and who must not be."""

    locks: Pairs = frozenset()
    vetoes: Pairs = frozenset()


async def make_draft(deps: Pairing, program_id: str, wishes: Wishes, made_by: str, cause: Cause) -> Draft:
    """Match the whole cohort as it stands now. Raises `NotFound`, `LockBreaksRule`, `UnknownCandidate`."""
    program = await deps.programs.get(program_id)
    program.require_running()
    inputs = await _inputs(deps, program, wishes)
    proposal = await _computed(inputs)
    draft_id = cause.command_id
    lines = [line.model_dump(mode="json") for line in proposal.lines]
    alone = [each.model_dump(mode="json") for each in proposal.unmatched]
    draft = Draft(
        id=draft_id,
        program_id=program_id,
        made_at=deps.clock.now(),
        made_by=made_by,
        matched=len(lines),
        alone=len(alone),
        total_score=proposal.total,
        line_chunks=await write_chunks(deps.store, f"{draft_id}:lines", lines),
        input_chunks=await _freeze(deps, draft_id, inputs),
    )
    await write_chunks(deps.store, f"{draft_id}:alone", alone)
    await write_chunks(deps.store, f"{draft_id}:vetoes", sorted(wishes.vetoes))
    return await deps.drafts.add(draft, (), cause)


async def draft_result(deps: Pairing, draft_id: str) -> Proposal:
    """A draft's lines with their reasons, and who stays alone and why."""
    lines = [Line.model_validate(item) async for item in read_chunks(deps.store, f"{draft_id}:lines")]
    alone = [Unmatched.model_validate(item) async for item in read_chunks(deps.store, f"{draft_id}:alone")]
    return Proposal(lines=tuple(lines), unmatched=tuple(alone))


async def vetoes_of(deps: Pairing, draft_id: str) -> list[tuple[str, str]]:
    """The pairs that staff ruled out for a draft."""
    return [(str(item[0]), str(item[1])) async for item in read_chunks(deps.store, f"{draft_id}:vetoes")]


async def drafts_of(deps: Pairing, program_id: str, limit: int, after: str) -> AggregatePage[Draft]:
    """A page of a program's drafts, the newest first. Raises `NotFound` for a page that begins nowhere."""
    last = await deps.drafts.get(after) if after else None
    if last and last.program_id != program_id:
        raise NotFound(kind="drafts")
    query = Query(
        {"program_id": program_id},
        order=("made_at",),
        descending=True,
        limit=limit,
        after=(last.made_at, last.id) if last else None,
    )
    return await deps.drafts.find(query)


async def explain(deps: Pairing, draft_id: str, mentor: str, mentee: str) -> Explanation:
    """Why not these two, by the inputs that the draft was made from. Raises `UnknownCandidate`."""
    head = await read_chunk(deps.store, f"{draft_id}:rules", 0)
    candidates = [item async for item in read_chunks(deps.store, f"{draft_id}:candidates")]
    return why_not(MatchingInputs.model_validate(head[0] | {"candidates": candidates}), mentor, mentee)


async def _freeze(deps: Pairing, draft_id: str, inputs: MatchingInputs) -> int:
    """Keep what the draft was computed from, so that it can be explained and computed again."""
    frozen = inputs.model_dump(mode="json")
    candidates = frozen.pop("candidates")
    await write_chunks(deps.store, f"{draft_id}:rules", [frozen])
    return await write_chunks(deps.store, f"{draft_id}:candidates", candidates)


async def _inputs(deps: Pairing, program: Program, wishes: Wishes) -> MatchingInputs:
    admitted = await deps.applications.every(
        Query({"program_id": program.id, "status": "admitted"}, limit=500)
    )
    ready, pairs = await ready_mentors(deps, program.id), await _pairs(deps, program)
    taken: dict[str, int] = {}
    for pair in pairs:
        if pair.is_active:
            taken[pair.mentor_id] = taken.get(pair.mentor_id, 0) + 1
            taken[pair.mentee_id] = 1
    rules = MatchingRules.for_model(program.model, program.rules.common_language_level)
    return MatchingInputs(
        candidates=tuple(_candidate(each, ready) for each in admitted),
        rules=rules,
        vetoes=wishes.vetoes | parted(pairs),
        locks=wishes.locks,
        taken=taken,
    )


async def _pairs(deps: Pairing, program: Program) -> list[StandingOfPair]:
    return await deps.pairs.every_view(StandingOfPair, Query({"program_id": program.id}, limit=500))


def _candidate(application: Application, ready: set[str]) -> Candidate:
    profile = application.profile
    is_mentor = application.role == Role.MENTOR
    return Candidate.model_validate(
        {
            "person_id": application.person_id,
            "role": application.role.value,
            "languages": {code: level.value for code, level in profile.languages.items()},
            "field": profile.field,
            "municipality": profile.municipality,
            "forms": [form.value for form in profile.forms],
            "availability": profile.availability,
            "needs": profile.needs,
            "offers": profile.offers,
            "capacity": profile.capacity,
            "ready": not is_mentor or application.person_id in ready,
        }
    )


async def _computed(inputs: MatchingInputs) -> Proposal:
    if len(inputs.candidates) <= _IN_PROCESS:
        return propose(inputs)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, propose, inputs)
