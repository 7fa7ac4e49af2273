"""Programs: opened, started, closed with all their pairs."""

from contextlib import suppress

from matka_contracts.event import Envelope
from matka_contracts.pairing import ProgramClosed
from matka_contracts.terms import PROGRAM_CLOSED
from matka_kit.cause import Cause, derived_id
from matka_kit.jobs import Job, Step
from matka_kit.store import Query
from matka_pairing.deps import Pairing
from matka_pairing.domain.pair import PairNotFormed
from matka_pairing.domain.program import Program

END_PAIRS = "end-pairs"
_BATCH = 50


async def open_program(deps: Pairing, program: Program, cause: Cause) -> Program:
    """Open a program for applications. Raises what `Program.open` raises."""
    return await deps.programs.add(program, program.open(), cause)


async def start_program(deps: Pairing, program_id: str, cause: Cause) -> Program:
    """Start a program and freeze its rules. Raises `NotFound`, `ProgramNotOpen`."""
    return await deps.programs.update(program_id, Program.start, cause)


async def close_program(deps: Pairing, program_id: str, cause: Cause) -> Program:
    """Close a program; pairs end when its own event comes back. Raises `NotFound`, `ProgramNotStarted`."""
    now = deps.clock.now()
    return await deps.programs.update(program_id, lambda each: each.close(now), cause)


async def on_program_closed(deps: Pairing, event: ProgramClosed, _: Envelope) -> None:
    """End all pairs of the program, by a job that follows from the event however often it comes."""
    job_id = derived_id(END_PAIRS, event.program_id)
    job = Job(id=job_id, kind=END_PAIRS, scope=event.program_id, touched=deps.clock.machine())
    await deps.jobs.start(job, Cause(job_id))


async def end_pairs_step(deps: Pairing, job: Job, cause: Cause) -> Step:
    """End one batch of a closed program's pairs; ended pairs no longer match the query."""
    now = deps.clock.now()
    done = 0
    for status in ("formed", "proposed"):
        page = await deps.pairs.find(Query({"program_id": job.scope, "status": status}, limit=_BATCH))
        for pair in page.items:
            with suppress(PairNotFormed):  # one of the two has declined in this moment: that is an end too
                await deps.pairs.update(
                    pair.id, lambda each: each.end(PROGRAM_CLOSED, now), cause.child(pair.id)
                )
        done += len(page.items)
    return Step(cursor="", done=done, finished=done == 0)
