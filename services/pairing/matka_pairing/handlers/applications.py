"""Applications: handed in, found by whose they are, decided once."""

from contextlib import suppress

from matka_contracts.terms import Role
from matka_kit.cause import Cause, derived_id
from matka_kit.repository import KeyReused
from matka_kit.shape import AlreadyExists
from matka_kit.store import Query
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application, NotEligible, ProgramFull
from matka_pairing.handlers.registering import register
from matka_pairing.importing import ImportRow


def application_id(program_id: str, person_id: str, role: Role) -> str:
    """One application per person, role and program: the id that it always has."""
    return derived_id("application", program_id, person_id, role)


async def apply(deps: Pairing, program_id: str, row: ImportRow, *, eligible: bool, cause: Cause) -> None:
    """Somebody applies who may be new; who has applied before stays as they are and hears so by mail alone.

    Raises `NotFound`, `ProgramNotOpen`, `NotEligible`.
    """
    program = await deps.programs.get(program_id)
    program.require_open()
    if not eligible:
        raise NotEligible
    [person_id] = await register(deps, [row], cause.command_id)
    is_new = await take_in(deps, program_id, person_id, row, cause, by_themselves=True)
    # Python 3.11 traces no line here when an exception went through the frame above.
    if not is_new:  # pragma: no branch
        await _tell_again(deps, program_id, person_id, cause.child("repeated"))


async def _tell_again(deps: Pairing, program_id: str, person_id: str, cause: Cause) -> None:
    now = deps.clock.now()
    for known in await deps.applications.every(Query({"program_id": program_id, "person_id": person_id})):
        with suppress(KeyReused):  # the same key for other words: one letter is enough
            await deps.applications.update(known.id, lambda each: each.repeat(now), cause)


async def take_in(
    deps: Pairing,
    program_id: str,
    person_id: str,
    row: ImportRow,
    cause: Cause,
    *,
    by_themselves: bool = False,
) -> bool:
    """Note an application; whether it is new: one that there is already is left as it is."""
    now = deps.clock.now()
    application = Application(
        id=application_id(program_id, person_id, row.role),
        program_id=program_id,
        person_id=person_id,
        role=row.role,
        profile=row.profile,
        path=row.path,
        received_at=now,
        consented_at=now if by_themselves else None,
    )
    try:
        await deps.applications.add(application, application.receive(), cause)
    except (AlreadyExists, KeyReused):
        return False
    return True


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
