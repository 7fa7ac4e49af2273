"""A staff import: a job that registers persons at `people` and takes in applications, batch by batch."""

from matka_kit.cause import Cause
from matka_kit.errors import DomainError
from matka_kit.jobs import Job, Step
from matka_pairing.chunks import drop_chunks, read_chunk, write_chunks
from matka_pairing.deps import Pairing
from matka_pairing.handlers.applications import take_in
from matka_pairing.handlers.registering import register
from matka_pairing.importing import ImportRow, read_people

IMPORT = "import"


async def start_import(deps: Pairing, program_id: str, csv: str, cause: Cause) -> Job:
    """Check a whole CSV and begin to take it in. Raises `ProgramNotOpen` and what `read_people` raises."""
    job = Job(id=cause.command_id, kind=IMPORT, scope=program_id, touched=deps.clock.machine())
    if await deps.jobs.peek(job.id) is None:  # else the rows are taken in already, and must not come back
        rows = await check_import(deps, program_id, csv)
        chunks = await write_chunks(deps.store, job.id, [row.model_dump(mode="json") for row in rows])
        job = job.model_copy(update={"params": {"chunks": chunks}, "total": len(rows)})
    return await deps.jobs.start(job, cause)


async def check_import(deps: Pairing, program_id: str, csv: str) -> list[ImportRow]:
    """The rows that an import would take in. Raises as `start_import` does."""
    program = await deps.programs.get(program_id)
    program.require_open()
    return read_people(csv)


async def import_step(deps: Pairing, job: Job, cause: Cause) -> Step:
    """Take in one chunk; a person who is known, or has applied already, is left as they are.

    The rows hold names and addresses: when the last chunk is done, or none will be any more, they go.
    """
    number = int(job.cursor or 0)
    rows = [ImportRow.model_validate(item) for item in await read_chunk(deps.store, job.id, number)]
    try:
        ids = await register(deps, rows, f"{job.id}:{number}") if rows else []
    except DomainError:
        await drop_chunks(deps.store, job.id)
        raise
    for row, person_id in zip(rows, ids, strict=True):
        await take_in(deps, job.scope, person_id, row, cause.child(person_id, row.role))
    finished = number + 1 >= int(job.params["chunks"])
    if finished:
        await drop_chunks(deps.store, job.id)
    return Step(cursor=str(number + 1), done=len(rows), finished=finished)


async def cancel_job(deps: Pairing, job_id: str, cause: Cause) -> Job:
    """Stop a job before its next step; what an import has not taken in by then is forgotten."""
    job = await deps.jobs.cancel(job_id, cause)
    if job.kind == IMPORT and job.status == "cancelled":
        await drop_chunks(deps.store, job.id)
    return job
