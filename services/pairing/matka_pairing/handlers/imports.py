"""A staff import: a job that registers persons at `people` and takes in their applications, batch by batch."""

from matka_kit.cause import Cause
from matka_kit.jobs import Job, Step
from matka_kit.shape import AlreadyExists
from matka_pairing.chunks import CHUNK_SIZE, drop_chunks, read_chunk, write_chunks
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.handlers.applications import application_id
from matka_pairing.importing import ImportRow, read_people

IMPORT = "import"


async def start_import(deps: Pairing, program_id: str, csv: str, cause: Cause) -> Job:
    """Check a whole CSV and begin to take it in. Raises `ProgramNotOpen` and what `read_people` raises."""
    program = await deps.programs.get(program_id)
    program.require_open()
    rows = read_people(csv)
    job_id = cause.command_id
    chunks = await write_chunks(deps.store, job_id, [row.model_dump(mode="json") for row in rows])
    job = Job(
        id=job_id,
        kind=IMPORT,
        scope=program_id,
        params={"chunks": chunks},
        total=len(rows),
        touched=deps.clock.machine(),
    )
    return await deps.jobs.start(job, cause)


async def import_step(deps: Pairing, job: Job, cause: Cause) -> Step:
    """Take in one chunk; a person who is known, or has applied already, is left as they are.

    The rows hold names and addresses: when the last chunk is done they are deleted here.
    """
    number = int(job.cursor or 0)
    rows = [ImportRow.model_validate(item) for item in await read_chunk(deps.store, job.id, number)]
    ids = await _register(deps, rows, f"{job.id}:{number}") if rows else {}
    for row in rows:
        person_id = ids[row.email.casefold()]
        application = Application(
            id=application_id(job.scope, person_id, row.role),
            program_id=job.scope,
            person_id=person_id,
            role=row.role,
            profile=row.profile,
            path=row.path,
        )
        try:
            await deps.applications.add(application, application.receive(), cause.child(application.id))
        except AlreadyExists:
            continue
    finished = (number + 1) * CHUNK_SIZE >= job.total
    if finished:
        await drop_chunks(deps.store, job.id)
    return Step(cursor=str(number + 1), done=len(rows), finished=finished)


async def _register(deps: Pairing, rows: list[ImportRow], key: str) -> dict[str, str]:
    persons = [
        {"name": row.name, "email": row.email, "phone": row.phone, "language": row.language} for row in rows
    ]
    answer = await deps.client.call(
        "people", "POST", "/persons/batch", body={"persons": persons}, key=key
    )
    return {email.casefold(): person_id for email, person_id in answer["ids"].items()}
