"""The HTTP door of `certificates`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from matka_certificates.domain.certificate import Certificate, Standing
from matka_certificates.handlers import register
from matka_certificates.handlers.parts import Certificates
from matka_kit.http import CallerOf, CommandOf, service_of

router = APIRouter()
Deps = Annotated[Certificates, Depends(service_of)]
PathId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class Revocation(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reason: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=50)]


class FileHash(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CertificateOut(BaseModel):
    """`status` is `issued` or `revoked`; `revoked` is the reason; `released`: its holder may have it."""

    id: str
    program_id: str
    person_id: str
    holder_name: str
    program_title: dict[str, str]
    number: str
    status: str
    revoked: str
    released: bool
    issued_on: date

    @classmethod
    def of(cls, certificate: Certificate) -> Self:
        edition = certificate.edition
        return cls(
            id=certificate.id,
            program_id=certificate.program_id,
            person_id=certificate.person_id,
            holder_name=edition.content.holder_name if edition.content else "",
            program_title=edition.content.program_title if edition.content else {},
            number=edition.number,
            status=certificate.status,
            revoked=certificate.revoked,
            released=certificate.is_released,
            issued_on=edition.issued_on,
        )


class CertificatesOut(BaseModel):
    certificates: list[CertificateOut]

    @classmethod
    def of(cls, certificates: Sequence[Certificate]) -> Self:
        return cls(certificates=[CertificateOut.of(each) for each in certificates])


class EntryOut(BaseModel):
    """`holder_name` is empty unless the certificate is valid and its holder not erased."""

    status: Standing
    number: str
    holder_name: str
    program_title: dict[str, str]
    issued_on: date
    replaced_by: str | None

    @classmethod
    def of(cls, entry: register.Entry) -> Self:
        return cls.model_validate(entry, from_attributes=True)


@router.get("/programs/{program_id}/certificates")
async def of_program(program_id: PathId, caller: CallerOf, deps: Deps) -> CertificatesOut:
    return CertificatesOut.of(await register.of_program(deps, caller, program_id))


@router.get("/me/certificates")
async def of_holder(caller: CallerOf, deps: Deps) -> CertificatesOut:
    return CertificatesOut.of(await register.of_holder(deps, caller))


class PdfFile(Response):
    media_type = "application/pdf"


@router.get("/certificates/{certificate_id}/file", response_class=PdfFile)
async def file_of(certificate_id: PathId, caller: CallerOf, deps: Deps) -> PdfFile:
    """The PDF."""
    number, content = await register.file_of(deps, caller, certificate_id)
    headers = {"Content-Disposition": f'attachment; filename="{number}.pdf"'}
    return PdfFile(content, headers=headers)


@router.post("/certificates/{certificate_id}/revoke")
async def revoke(
    certificate_id: PathId, body: Revocation, caller: CallerOf, cause: CommandOf, deps: Deps
) -> CertificateOut:
    return CertificateOut.of(await register.revoke(deps, caller, certificate_id, body.reason, cause))


@router.get("/register/{number}")
async def look_up(number: Annotated[str, Path(max_length=60)], caller: CallerOf, deps: Deps) -> EntryOut:
    caller.require_service("gateway")
    return EntryOut.of(await register.look_up(deps, number))


@router.post("/register/check")
async def check_file(body: FileHash, caller: CallerOf, deps: Deps) -> EntryOut:
    caller.require_service("gateway")
    return EntryOut.of(await register.check_file(deps, body.sha256))
