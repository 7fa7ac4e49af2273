"""What the handlers of `certificates` are given."""

from dataclasses import dataclass

from matka_certificates.archive import Archive
from matka_certificates.domain.certificate import Certificate
from matka_certificates.domain.content import Issuer, KnownProgram
from matka_certificates.press import Press
from matka_certificates.settings import CertificatesSettings
from matka_certificates.store import CERTIFICATE_SHAPE, HOLDERS, PROGRAMS, KnownHolder
from matka_certificates.texts import languages
from matka_kit.client import ServiceClient
from matka_kit.clock import Clock
from matka_kit.jobs import JobRunner
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.runtime import Runtime


@dataclass(frozen=True)
class Certificates:
    """The service's certificates, what it knows of others, and what it prints with."""

    certificates: Repository[Certificate]
    programs: Rows[KnownProgram]
    holders: Rows[KnownHolder]
    archive: Archive
    press: Press
    issuer: Issuer
    verify_url: str
    client: ServiceClient
    jobs: JobRunner
    clock: Clock


def build(runtime: Runtime) -> Certificates:
    """Put the parts together."""
    settings = runtime.settings
    assert isinstance(settings, CertificatesSettings)  # noqa: S101 - `main` names this class
    return Certificates(
        certificates=runtime.repository(CERTIFICATE_SHAPE),
        programs=runtime.rows(PROGRAMS, KnownProgram),
        holders=runtime.rows(HOLDERS, KnownHolder),
        archive=Archive(runtime.store),
        press=Press(settings.pdf_processes, settings.font_folders),
        issuer=Issuer(settings.organisation, settings.signatory, languages()),
        verify_url=f"{settings.public_url}/verify/",
        client=runtime.client,
        jobs=runtime.jobs,
        clock=runtime.clock,
    )


async def close(deps: Certificates) -> None:
    """Let go of the printing processes."""
    await deps.press.close()
