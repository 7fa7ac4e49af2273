"""Where certificates, their editions and files are kept, and what is known of programs and holders."""

from pydantic import BaseModel

from matka_certificates.domain.certificate import Certificate
from matka_kit.shape import Shape
from matka_kit.store import Collection

CERTIFICATES = Collection(
    "certificates",
    {"program_id": str, "person_id": str},
    indexes=(("program_id", "person_id"), ("program_id",), ("person_id",)),
)
CERTIFICATE_SHAPE = Shape(CERTIFICATES, Certificate)

# An edition's `_id` is its number. It is written before the certificate that puts it into force.
EDITIONS = Collection("editions", {"sha256": str}, indexes=(("sha256",),))

# Pieces of files, at most 1 MB each: a store takes no larger documents.
FILES = Collection(
    "files",
    {"certificate_id": str, "sha256": str},
    indexes=(("certificate_id", "sha256"), ("certificate_id",)),
)

PROGRAMS = Collection("programs")
HOLDERS = Collection("holders")

COLLECTIONS = (CERTIFICATES, EDITIONS, FILES, PROGRAMS, HOLDERS)


class KnownHolder(BaseModel):
    """What has become of a person: how many of their events there were when they changed last, and whether
    they were erased, so that nothing brings them back.
    """

    id: str
    changes: int = 0
    erased: bool = False
