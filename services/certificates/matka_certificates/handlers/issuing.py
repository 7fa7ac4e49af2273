"""Bringing one person's certificate up to date with everything that is known, whatever arrived first."""

from dataclasses import dataclass

from matka_certificates.domain.certificate import Certificate, Edition, EditionOvertaken
from matka_certificates.domain.content import Content, KnownProgram, stated, took_part
from matka_certificates.handlers.editions import Draft, make_edition
from matka_certificates.handlers.parts import Certificates
from matka_certificates.store import KnownHolder
from matka_certificates.upstream import holder_of
from matka_contracts.scheduling import ParticipationSealed
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import Transient
from matka_kit.shape import AlreadyExists


@dataclass(frozen=True, slots=True)
class Whose:
    """One person in one program: there is one certificate of these two."""

    program_id: str
    person_id: str

    @property
    def certificate_id(self) -> str:
        """Always the same for the same two."""
        return derived_id("certificate", self.program_id, self.person_id)


@dataclass(frozen=True, slots=True)
class _Case:
    """One look at a certificate: whose, what others have told by now, and why it is looked at."""

    whose: Whose
    seal: ParticipationSealed | None
    cause: Cause
    program: KnownProgram | None
    holder: KnownHolder | None

    @property
    def known_program(self) -> KnownProgram:
        if self.program is None:
            raise Transient("the program is not known yet")
        return self.program


async def bring_up_to_date(
    deps: Certificates, whose: Whose, seal: ParticipationSealed | None, cause: Cause
) -> None:
    """Issue, replace, withdraw, release or forget one certificate, as everything known demands.

    Looks again at the end: a name that changed, a program that closed or a person who was erased while the
    page was being set is not missed. Raises `Transient` while the program or the holder is unknown.
    """
    while True:
        case = await _case_of(deps, whose, seal, cause)
        try:
            await _settle(deps, case)
        except EditionOvertaken:
            continue
        if await _case_of(deps, whose, seal, cause) == case:
            return


async def _case_of(deps: Certificates, whose: Whose, seal: ParticipationSealed | None, cause: Cause) -> _Case:
    program, holder = await deps.programs.get(whose.program_id), await deps.holders.get(whose.person_id)
    return _Case(whose, seal, cause, program, holder)


async def _settle(deps: Certificates, case: _Case) -> None:
    certificate = await deps.certificates.peek(case.whose.certificate_id)
    if case.holder is not None and case.holder.erased:
        await _forget(deps, case, certificate)
        return
    if certificate is None:
        certificate = await _issued(deps, case)
    elif not certificate.is_final:
        certificate = await _renewed(deps, case, certificate)
    if certificate is not None:
        await _finish(deps, case, certificate)


async def _forget(deps: Certificates, case: _Case, certificate: Certificate | None) -> None:
    """Erase what names the holder, files included that no certificate ever named."""
    if certificate is not None:
        await deps.certificates.update(certificate.id, Certificate.erase, case.cause.child("erase"))
    await deps.archive.drop_files(case.whose.certificate_id)


async def _issued(deps: Certificates, case: _Case) -> Certificate | None:
    """The first certificate, if the seal holds any participation."""
    if case.seal is None or not took_part(case.seal):
        return None
    holder = await holder_of(deps.client, case.whose.person_id)
    content = stated(case.seal, case.known_program, holder, deps.issuer)
    edition = await make_edition(deps, _draft(deps, case, content, case.seal.seal))
    certificate = Certificate(
        id=case.whose.certificate_id,
        program_id=case.whose.program_id,
        person_id=case.whose.person_id,
        edition=edition,
    )
    try:
        cause = case.cause.child(edition.number)
        return await deps.certificates.add(certificate, certificate.issue(), cause)
    except AlreadyExists as error:
        await deps.archive.drop_edition(certificate.id, edition.sha256)
        raise EditionOvertaken from error


async def _renewed(deps: Certificates, case: _Case, certificate: Certificate) -> Certificate:
    """The certificate as the newest seal and the holder's present name want it."""
    seal = case.seal if case.seal and case.seal.seal > certificate.edition.seal else None
    if seal is not None and not took_part(seal):
        return await deps.certificates.update(
            certificate.id, lambda each: each.withdraw(seal.seal), case.cause.child("withdraw")
        )
    if certificate.revoked and seal is None:
        return certificate
    holder = await holder_of(deps.client, certificate.person_id)
    content = certificate.content_naming(holder.name)
    if seal is not None:
        content = stated(seal, case.known_program, holder, deps.issuer)
    newest = seal.seal if seal else certificate.edition.seal
    if content == certificate.edition.content and not certificate.revoked:
        return await deps.certificates.update(
            certificate.id, lambda each: each.note(newest), case.cause.child("note", str(newest))
        )
    seen = certificate.edition.number if certificate.is_released else ""
    edition = await make_edition(deps, _draft(deps, case, content, newest, seen))
    return await _replaced(deps, case, certificate, edition)


async def _replaced(
    deps: Certificates, case: _Case, certificate: Certificate, edition: Edition
) -> Certificate:
    try:
        return await deps.certificates.update(
            certificate.id,
            lambda each: each.replace(edition, certificate.edition.number),
            case.cause.child(edition.number),
        )
    except EditionOvertaken:
        await deps.archive.drop_edition(certificate.id, edition.sha256)
        raise


def _draft(deps: Certificates, case: _Case, content: Content, seal: int, replaces: str = "") -> Draft:
    today = case.known_program.day_of(deps.clock.now())
    return Draft(case.whose.certificate_id, content, seal, content.issued_on(today), replaces)


async def _finish(deps: Certificates, case: _Case, certificate: Certificate) -> None:
    """Release what may go out, and drop the files of editions that were replaced: both safe to repeat."""
    if case.program is not None and case.program.closed:
        cause = case.cause.child("release", certificate.edition.number)
        await deps.certificates.update(certificate.id, Certificate.release, cause)
    for former in certificate.former:
        await deps.archive.drop_file(certificate.id, former.sha256)
