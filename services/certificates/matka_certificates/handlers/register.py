"""What the public register answers, what staff and holders see, and revocation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matka_certificates.archive import FiledEdition
from matka_certificates.domain.certificate import Certificate, Standing
from matka_certificates.domain.number import read_number
from matka_certificates.handlers.parts import Certificates
from matka_contracts.certificates import CertificateRevoked
from matka_contracts.terms import STAFF, Role
from matka_kit.auth import Caller
from matka_kit.cause import Cause
from matka_kit.errors import DomainError, Forbidden, NotFound
from matka_kit.store import Query

_KIND = "certificates"
_WHO_REVOKE = (Role.ADMINISTRATOR, Role.COORDINATOR)


class CertificateIsRevoked(DomainError):
    """A revoked certificate is not handed out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What anyone may know who holds a certificate's number or file; only a valid one names its holder."""

    status: Standing
    number: str
    holder_name: str
    program_title: dict[str, str]
    issued_on: date
    replaced_by: str | None


async def look_up(deps: Certificates, number: str) -> Entry:
    """What the register says of a number, however it was typed. Raises `NumberMistyped`, `NotFound`."""
    return await _entry(deps, await deps.archive.by_number(read_number(number)))


async def check_file(deps: Certificates, sha256: str) -> Entry:
    """What the register says of a file of this hash; an edited file is unknown. Raises `NotFound`."""
    return await _entry(deps, await deps.archive.by_file(sha256))


async def _entry(deps: Certificates, edition: FiledEdition | None) -> Entry:
    certificate = await deps.certificates.peek(edition.certificate_id) if edition else None
    if edition is None or certificate is None:
        raise NotFound(kind=_KIND)
    status, issued_on = certificate.standing_of(edition.number), certificate.day_of_issue(edition.number)
    if status is None or issued_on is None:
        raise NotFound(kind=_KIND)
    content = certificate.edition.content
    program = await deps.programs.get(certificate.program_id)
    return Entry(
        status=status,
        number=edition.number,
        holder_name=content.holder_name if content and status == "valid" else "",
        program_title=program.title if program else {},
        issued_on=issued_on,
        replaced_by=certificate.edition.number if status == "replaced" else None,
    )


async def of_program(deps: Certificates, caller: Caller, program_id: str) -> list[Certificate]:
    """All certificates of a program, for its staff. Raises `Forbidden`."""
    caller.require(STAFF, program_id)
    return await deps.certificates.every(Query({"program_id": program_id}, ("person_id",), limit=500))


async def of_holder(deps: Certificates, caller: Caller) -> list[Certificate]:
    """The caller's own certificates that have been released to them."""
    found = await deps.certificates.every(Query({"person_id": caller.subject}))
    return [each for each in found if each.released and not each.erased and not caller.service]


async def file_of(deps: Certificates, caller: Caller, certificate_id: str) -> tuple[str, bytes]:
    """Number and file of a certificate, for its holder once released, for staff, and for who mails it.

    Raises `NotFound`, `CertificateIsRevoked`.
    """
    certificate = await deps.certificates.get(certificate_id)
    if certificate.erased or not _may_have(caller, certificate):
        raise NotFound(kind=_KIND)
    if certificate.revoked:
        raise CertificateIsRevoked
    edition = certificate.edition
    return edition.number, await deps.archive.read(edition.sha256, edition.pieces)


async def revoke(
    deps: Certificates, caller: Caller, certificate_id: str, reason: str, cause: Cause
) -> Certificate:
    """Take a certificate off. Raises `NotFound`, `Forbidden`."""

    def apply(certificate: Certificate) -> Sequence[CertificateRevoked]:
        if not caller.has(STAFF, certificate.program_id):
            raise NotFound(kind=_KIND)
        if not caller.has(_WHO_REVOKE, certificate.program_id):
            raise Forbidden
        return certificate.revoke(reason)

    return await deps.certificates.update(certificate_id, apply, cause)


def _may_have(caller: Caller, certificate: Certificate) -> bool:
    if caller.service:
        return caller.subject == "notifications"
    if caller.has(STAFF, certificate.program_id):
        return True
    return caller.subject == certificate.person_id and bool(certificate.released)
