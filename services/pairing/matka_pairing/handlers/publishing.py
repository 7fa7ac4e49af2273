"""Publishing a draft: its pairs are asked, then everybody whom it leaves alone is told so."""

from matka_contracts.terms import Role
from matka_kit.cause import Cause
from matka_kit.jobs import Job, Step
from matka_kit.shape import AlreadyExists
from matka_pairing.chunks import read_chunk
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.matching_inputs import Candidate
from matka_pairing.domain.matching_results import Line
from matka_pairing.domain.pair import MenteeAlreadyPaired, MentorFull
from matka_pairing.domain.program import Program
from matka_pairing.domain.proposal import Draft, ProposalPublished
from matka_pairing.handlers.applications import application_id
from matka_pairing.handlers.pairs import propose_pair
from matka_pairing.handlers.standing import pairs_of, parted, readiness_of

PUBLISH = "publish"


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
    """One chunk: first the lines are asked, then, of all who were matched, those without a pair are told."""
    number = int(job.cursor or 0)
    draft = await deps.drafts.get(str(job.params["draft"]))
    program = await deps.programs.get(job.scope)
    program.require_running()
    if number < draft.line_chunks:
        done = await _ask_pairs(deps, program, job, await read_chunk(deps.store, f"{draft.id}:lines", number))
    else:
        chunk = await read_chunk(deps.store, f"{draft.id}:candidates", number - draft.line_chunks)
        done = await _tell_alone(deps, job, [Candidate.model_validate(item) for item in chunk])
    await deps.drafts.update(draft.id, Draft.publish, step_cause)
    finished = number + 1 >= draft.line_chunks + draft.input_chunks
    return Step(cursor=str(number + 1), done=done, finished=finished)


async def _ask_pairs(deps: Pairing, program: Program, job: Job, items: list[object]) -> int:
    """Ask the pairs of one chunk. A line that was overtaken is left out.

    A seat may be gone by now, a mentor no longer ready, or the two may have been asked before and parted.
    """
    lines = [Line.model_validate(item) for item in items]
    ready = await readiness_of(deps, program.id, [line.mentor for line in lines])
    before = await pairs_of(deps, program.id, [line.mentee for line in lines])
    for line in lines:
        is_ready = line.mentor in ready and ready[line.mentor].door
        if not is_ready or (line.mentor, line.mentee) in parted(before[line.mentee]):
            continue
        mentor = await deps.applications.get(application_id(program.id, line.mentor, Role.MENTOR))
        try:
            await propose_pair(deps, program, mentor, line, _cause(job, line.mentee))
        except (MenteeAlreadyPaired, MentorFull):
            continue
    return len(lines)


async def _tell_alone(deps: Pairing, job: Job, candidates: list[Candidate]) -> int:
    """Tell mentees and ready mentors who have neither a pair nor a proposal; these are no lines done."""
    ids = [each.person_id for each in candidates]
    ready, pairs = await readiness_of(deps, job.scope, ids), await pairs_of(deps, job.scope, ids)
    for each in candidates:
        role = Role(each.role)
        expects = role is Role.MENTEE or (each.person_id in ready and ready[each.person_id].door)
        if not expects or any(pair.is_active for pair in pairs[each.person_id]):
            continue
        id_ = application_id(job.scope, each.person_id, role)
        await deps.applications.update(id_, Application.stay_alone, _cause(job, f"alone:{each.person_id}"))
    return 0


def _cause(job: Job, what: str) -> Cause:
    """The same part of the same publication is the same command."""
    return Cause(f"{job.id}:{what}", correlation_id=job.id)
