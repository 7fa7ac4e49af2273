"""Matching: freeze the inputs, compute a draft, keep it with its reasons, publish it as pairs."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from matka_contracts.terms import Role
from matka_kit.cause import Cause
from matka_kit.jobs import Job, Step
from matka_kit.shape import AlreadyExists
from matka_kit.store import Query
from matka_pairing.chunks import read_chunk, read_chunks, write_chunks
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.matching import propose, why_not
from matka_pairing.domain.matching_inputs import Candidate, MatchingInputs, MatchingRules
from matka_pairing.domain.matching_results import Explanation, Line, Proposal, Unmatched
from matka_pairing.domain.pair import MenteeAlreadyPaired, MentorFull, Pair
from matka_pairing.domain.program import Program
from matka_pairing.domain.proposal import Draft, ProposalPublished
from matka_pairing.handlers.applications import application_id
from matka_pairing.handlers.pairs import propose_pair

PUBLISH = "publish"
_IN_PROCESS = 400  # people: more take so long that the event loop must not wait for them


async def make_draft(
    deps: Pairing, program_id: str, locks: frozenset[tuple[str, str]], made_by: str, cause: Cause
) -> Draft:
    """Match the whole cohort as it stands now. Raises `NotFound`, `LockBreaksRule`, `UnknownCandidate`."""
    program = await deps.programs.get(program_id)
    program.require_running()
    inputs = await _inputs(deps, program, locks)
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
    return await deps.drafts.add(draft, (), cause)


async def draft_result(deps: Pairing, draft_id: str) -> Proposal:
    """A draft's lines with their reasons, and who stays alone and why."""
    lines = [Line.model_validate(item) async for item in read_chunks(deps.store, f"{draft_id}:lines")]
    alone = [Unmatched.model_validate(item) async for item in read_chunks(deps.store, f"{draft_id}:alone")]
    return Proposal(lines=tuple(lines), unmatched=tuple(alone))


async def explain(deps: Pairing, draft_id: str, mentor: str, mentee: str) -> Explanation:
    """Why not these two, by the inputs that the draft was made from. Raises `UnknownCandidate`."""
    head = await read_chunk(deps.store, f"{draft_id}:rules", 0)
    candidates = [item async for item in read_chunks(deps.store, f"{draft_id}:candidates")]
    return why_not(MatchingInputs.model_validate(head[0] | {"candidates": candidates}), mentor, mentee)


async def publish(deps: Pairing, draft_id: str, cause: Cause) -> Job:
    """Decide for a draft: a job asks its pairs. Raises `NotFound`, `ProgramIsClosed`, `ProposalPublished`.

    The job's id follows from the draft's, so that a draft is published once whatever happens in between.
    """
    draft = await deps.drafts.get(draft_id)
    (await deps.programs.get(draft.program_id)).require_running()
    job = Job(
        id=f"{draft_id}:{PUBLISH}",
        kind=PUBLISH,
        scope=draft.program_id,
        params={"draft": draft_id},
        total=draft.matched,
        touched=deps.clock.machine(),
    )
    try:
        return await deps.jobs.start(job, cause)
    except AlreadyExists as error:
        raise ProposalPublished from error


async def publish_step(deps: Pairing, job: Job, step_cause: Cause) -> Step:
    """Ask the pairs of one chunk. A line that was overtaken is left out.

    A seat may be gone by now, a mentor no longer ready, or the two may have been asked before and parted.
    """
    number = int(job.cursor or 0)
    draft_id = str(job.params["draft"])
    program = await deps.programs.get(job.scope)
    program.require_running()
    ready, parted = await _ready(deps, program), _parted(await _pairs(deps, program))
    lines = [Line.model_validate(item) for item in await read_chunk(deps.store, f"{draft_id}:lines", number)]
    for line in lines:
        if line.mentor not in ready or (line.mentor, line.mentee) in parted:
            continue
        mentor = await deps.applications.get(application_id(job.scope, line.mentor, Role.MENTOR))
        cause = Cause(f"{job.id}:{line.mentee}", correlation_id=job.id)
        try:
            await propose_pair(deps, program, mentor, line, cause)
        except (MenteeAlreadyPaired, MentorFull):
            continue
    draft = await deps.drafts.update(draft_id, Draft.publish, step_cause)
    return Step(cursor=str(number + 1), done=len(lines), finished=number + 1 >= draft.line_chunks)


async def _freeze(deps: Pairing, draft_id: str, inputs: MatchingInputs) -> int:
    """Keep what the draft was computed from, so that it can be explained and computed again."""
    frozen = inputs.model_dump(mode="json")
    candidates = frozen.pop("candidates")
    await write_chunks(deps.store, f"{draft_id}:rules", [frozen])
    return await write_chunks(deps.store, f"{draft_id}:candidates", candidates)


async def _inputs(deps: Pairing, program: Program, locks: frozenset[tuple[str, str]]) -> MatchingInputs:
    admitted = await deps.applications.every(
        Query({"program_id": program.id, "status": "admitted"}, limit=500)
    )
    ready, pairs = await _ready(deps, program), await _pairs(deps, program)
    taken: dict[str, int] = {}
    for pair in pairs:
        if pair.is_active:
            taken[pair.mentor_id] = taken.get(pair.mentor_id, 0) + 1
            taken[pair.mentee_id] = 1
    rules = MatchingRules.for_model(program.model, program.rules.common_language_level)
    return MatchingInputs(
        candidates=tuple(_candidate(each, ready) for each in admitted),
        rules=rules,
        vetoes=_parted(pairs),
        locks=locks,
        taken=taken,
    )


async def _ready(deps: Pairing, program: Program) -> set[str]:
    """The mentors who have passed a door."""
    found = await deps.readiness.every(Query({"program_id": program.id}, limit=500))
    return {each.person_id for each in found if each.door}


async def _pairs(deps: Pairing, program: Program) -> list[Pair]:
    return await deps.pairs.every(Query({"program_id": program.id}, limit=500))


def _parted(pairs: list[Pair]) -> frozenset[tuple[str, str]]:
    """Who declined each other or ended: nobody is asked about the same person again."""
    return frozenset((pair.mentor_id, pair.mentee_id) for pair in pairs if not pair.is_active)


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
