"""The job that lets all holders of a closed program have their certificates."""

from matka_certificates.domain.certificate import Certificate
from matka_certificates.handlers.parts import Certificates
from matka_kit.cause import Cause, derived_id
from matka_kit.jobs import Job, Step
from matka_kit.shape import AlreadyExists
from matka_kit.store import Query, Range
from matka_kit.store.port import Where

RELEASE = "release"
_AT_ONCE = 50


async def start_release(deps: Certificates, program_id: str, cause: Cause) -> None:
    """Begin the one release of a program; it was begun already if its closing is told again."""
    job = Job(
        id=derived_id("release", program_id),
        kind=RELEASE,
        scope=program_id,
        total=await deps.certificates.count({"program_id": program_id}),
        touched=deps.clock.machine(),
    )
    try:
        await deps.jobs.start(job, cause)
    except AlreadyExists:
        return


async def release_some(deps: Certificates, job: Job, cause: Cause) -> Step:
    """Release the next fifty certificates, in the order of their holders' ids."""
    where: Where = {"program_id": job.scope, "person_id": Range(gt=job.cursor)}
    page = await deps.certificates.find(Query(where, ("person_id",), limit=_AT_ONCE))
    for certificate in page.items:
        await deps.certificates.update(certificate.id, Certificate.release, cause.child(certificate.id))
    cursor = page.items[-1].person_id if page.items else job.cursor
    return Step(cursor, len(page.items), finished=page.after is None)
