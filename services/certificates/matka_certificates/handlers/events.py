"""What other services tell: programs, sealed participation, and what becomes of persons."""

from collections.abc import Mapping

from matka_certificates.handlers.issuing import Whose, bring_up_to_date
from matka_certificates.handlers.parts import Certificates
from matka_certificates.handlers.releasing import start_release
from matka_contracts.event import Envelope
from matka_contracts.pairing import ProgramClosed, ProgramEvent, ProgramOpened, ProgramStarted
from matka_contracts.people import PersonChanged, PersonErased
from matka_contracts.scheduling import ParticipationSealed
from matka_kit.cause import Cause
from matka_kit.store import Query


async def on_program_opened(deps: Certificates, event: ProgramOpened, envelope: Envelope) -> None:
    """Know the program's title and dates."""
    await deps.programs.put(event.program_id, envelope, _program(event, closed=False))


async def on_program_started(deps: Certificates, event: ProgramStarted, envelope: Envelope) -> None:
    """Know the program's title and dates as they are now frozen."""
    await deps.programs.put(event.program_id, envelope, _program(event, closed=False))


async def on_program_closed(deps: Certificates, event: ProgramClosed, envelope: Envelope) -> None:
    """Let every holder have their certificate; whoever's is made from now on gets it at once."""
    await deps.programs.put(event.program_id, envelope, _program(event, closed=True))
    await start_release(deps, event.program_id, Cause.of_event(envelope))


async def on_participation_sealed(deps: Certificates, event: ParticipationSealed, envelope: Envelope) -> None:
    """Make the certificate of a seal; a newer one that states something else replaces it.

    Raises `Transient` while the program or the person is not known, `NameNotPrintable`.
    """
    whose = Whose(event.program_id, event.person_id)
    await bring_up_to_date(deps, whose, event, Cause.of_event(envelope))


async def on_person_changed(deps: Certificates, event: PersonChanged, envelope: Envelope) -> None:
    """Replace certificates that bear a former name."""
    if "name" in event.changed:
        await _bring_all_up_to_date(deps, event.person_id, envelope, {"changes": envelope.sequence})


async def on_person_erased(deps: Certificates, event: PersonErased, envelope: Envelope) -> None:
    """Forget the person; the register keeps numbers, standing and hashes."""
    await _bring_all_up_to_date(deps, event.person_id, envelope, {"erased": True})


async def _bring_all_up_to_date(
    deps: Certificates, person_id: str, envelope: Envelope, news: Mapping[str, int | bool]
) -> None:
    """Take note first: whoever is making a certificate at this moment looks again before being done."""
    await deps.holders.put(person_id, envelope, news)
    cause = Cause.of_event(envelope)
    for certificate in await deps.certificates.every(Query({"person_id": person_id})):
        whose = Whose(certificate.program_id, person_id)
        await bring_up_to_date(deps, whose, None, cause.child(certificate.id))


def _program(event: ProgramEvent, *, closed: bool) -> dict[str, object]:
    return {
        "title": event.title,
        "languages": event.languages,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "timezone": event.timezone,
        "closed": closed,
    }
