"""Events of `certificates`: what is on the public register."""

from typing import ClassVar

from pydantic import AwareDatetime

from matka_contracts.event import Event


class CertificatesEvent(Event):
    """A fact published by `certificates`; `number` is what the public register is asked by."""

    producer: ClassVar[str] = "certificates"

    certificate_id: str
    program_id: str
    person_id: str
    number: str


class CertificateIssued(CertificatesEvent):
    """A certificate was made; `sha256` is its file's hash."""

    sha256: str
    issued_at: AwareDatetime


class CertificateReplaced(CertificatesEvent):
    """A new seal or name changed a certificate: the old number stays on the register as replaced."""

    replaced_number: str
    sha256: str
    issued_at: AwareDatetime


class CertificateReleased(CertificatesEvent):
    """The program is closed and the certificate may be mailed to its holder."""


class CertificateRevoked(CertificatesEvent):
    """Staff revoked a certificate; `reason` is a code."""

    reason: str
