"""Applications: found by whose they are, decided once."""

from matka_contracts.terms import Role
from matka_kit.cause import Cause, derived_id
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application, ProgramFull


def application_id(program_id: str, person_id: str, role: Role) -> str:
    """One application per person, role and program: the id that it always has."""
    return derived_id("application", program_id, person_id, role)


async def admit(deps: Pairing, application_id: str, cause: Cause) -> Application:
    """Give an applicant a place. Raises `NotFound`, `ApplicationDecided`, `ProgramFull`."""
    application = await deps.applications.get(application_id)
    program = await deps.programs.get(application.program_id)
    program.require_running()
    if application.role == Role.MENTEE and application.status != "admitted":
        where = {"program_id": program.id, "role": Role.MENTEE.value, "status": "admitted"}
        if await deps.applications.count(where) >= program.rules.seats:
            raise ProgramFull(seats=program.rules.seats)
    return await deps.applications.update(application_id, Application.admit, cause)


async def decline(
    deps: Pairing, application_id: str, reason: str, *, refer: bool, cause: Cause
) -> Application:
    """Offer no place, or refer on. Raises `NotFound`, `ApplicationDecided`."""
    return await deps.applications.update(
        application_id, lambda each: each.decline(reason, refer=refer), cause
    )


async def let_wait(deps: Pairing, application_id: str, reason: str, cause: Cause) -> Application:
    """Keep an application waiting. Raises `NotFound`, `ApplicationDecided`."""
    return await deps.applications.update(application_id, lambda each: each.wait(reason), cause)
