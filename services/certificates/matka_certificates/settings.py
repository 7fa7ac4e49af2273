"""What certificates is told by its environment beyond what every service is told."""

from pathlib import Path

from pydantic import Field

from matka_certificates.fonts import DEBIAN_FONTS
from matka_kit.settings import ServiceSettings


class CertificatesSettings(ServiceSettings):
    """`public_url` is where people reach Matka: a QR code leads to `<public_url>/verify/<number>`.

    `organisation` certifies and `signatory` signs (nobody if empty). `font_folders` is a JSON list.
    `pdf_processes` is how many certificates are set at once.
    """

    public_url: str = Field(pattern=r"^https?://[!-~]*[^/\s]$", max_length=80)
    organisation: str = Field(default="Matka", min_length=1, max_length=200)
    signatory: str = Field(default="", max_length=200)
    font_folders: tuple[Path, ...] = DEBIAN_FONTS
    pdf_processes: int = Field(default=1, ge=1, le=16)
