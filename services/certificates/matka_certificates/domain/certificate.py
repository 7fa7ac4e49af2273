"""The certificate of one person in one program, through all its editions."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from matka_certificates.domain.content import Content
from matka_contracts.certificates import (
    CertificateIssued,
    CertificateReleased,
    CertificateReplaced,
    CertificateRevoked,
)
from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError, Transient

NO_PARTICIPATION = "no-participation"
MOST_EDITIONS = 100

Standing = Literal["valid", "replaced", "revoked"]


class EditionOvertaken(Transient):
    """The certificate is no longer what a new edition was made from; the edition must be made again."""


class TooManyEditions(DomainError):
    """A certificate is replaced at most `most` times."""


class FormerEdition(BaseModel):
    """An edition that was replaced: it stays on the register by number and by its file's hash."""

    model_config = ConfigDict(frozen=True)

    number: str
    sha256: str
    issued_on: date


class Edition(BaseModel):
    """One issue of a certificate. Its file lies apart in `pieces`; `content` is gone after erasure."""

    model_config = ConfigDict(frozen=True)

    number: str
    sha256: str
    pieces: int
    seal: int
    issued_at: AwareDatetime
    issued_on: date
    content: Content | None


class Certificate(Aggregate):
    """What the register knows of one person in one program.

    `revoked` is the reason, empty while the certificate holds. `released` is the number of the edition that
    its holder may have. An erased certificate keeps numbers, standing and hashes, and no word about anybody.
    """

    program_id: str
    person_id: str
    edition: Edition
    former: tuple[FormerEdition, ...] = ()
    revoked: str = ""
    released: str = ""
    erased: bool = False

    @property
    def status(self) -> str:
        """`issued` or `revoked`."""
        return "revoked" if self.revoked else "issued"

    @property
    def is_final(self) -> bool:
        """Whether nothing new is issued: staff revoked it, or its holder was erased.

        What a seal withdrew, a later seal may bring back.
        """
        return self.erased or self.revoked not in {"", NO_PARTICIPATION}

    @property
    def is_released(self) -> bool:
        """Whether its holder may have the current edition."""
        return self.released == self.edition.number

    def issue(self) -> Sequence[CertificateIssued]:
        """Say that the first edition is on the register."""
        return [
            CertificateIssued(
                **self._identity(), sha256=self.edition.sha256, issued_at=self.edition.issued_at
            )
        ]

    def replace(self, edition: Edition, expected: str) -> Sequence[CertificateReplaced]:
        """Put a new edition in place of the one numbered `expected`, which it was made from.

        Raises `EditionOvertaken` when another has come in between, `TooManyEditions`.
        """
        if self.is_final or self.edition.number != expected:
            raise EditionOvertaken
        if len(self.former) >= MOST_EDITIONS:
            raise TooManyEditions(most=MOST_EDITIONS)
        last = FormerEdition(
            number=self.edition.number, sha256=self.edition.sha256, issued_on=self.edition.issued_on
        )
        self.former, self.edition, self.revoked = (*self.former, last), edition, ""
        return [
            CertificateReplaced(
                **self._identity(),
                replaced_number=last.number,
                sha256=edition.sha256,
                issued_at=edition.issued_at,
            )
        ]

    def note(self, seal: int) -> Sequence[Event]:
        """Remember a newer seal that states the same."""
        if seal > self.edition.seal:
            self.edition = self.edition.model_copy(update={"seal": seal})
        return []

    def withdraw(self, seal: int) -> Sequence[CertificateRevoked]:
        """Revoke because a newer seal holds no participation any more; an older one changes nothing."""
        if seal <= self.edition.seal:
            return []
        self.note(seal)
        return self.revoke(NO_PARTICIPATION)

    def revoke(self, reason: str) -> Sequence[CertificateRevoked]:
        """Take the certificate off for a reason, a code; what is revoked already stays so."""
        if self.is_final or self.revoked == reason:
            return []
        self.revoked = reason
        return [CertificateRevoked(**self._identity(), reason=reason)]

    def release(self) -> Sequence[CertificateReleased]:
        """Let the holder have the current edition, once."""
        if self.revoked or self.erased or self.is_released:
            return []
        self.released = self.edition.number
        return [CertificateReleased(**self._identity())]

    def erase(self) -> Sequence[Event]:
        """Forget the holder; the register goes on."""
        self.edition = self.edition.model_copy(update={"content": None})
        self.erased = True
        return []

    def content_naming(self, name: str) -> Content:
        """What the current edition states, under this name. Raises `EditionOvertaken` after erasure."""
        if self.edition.content is None:
            raise EditionOvertaken
        return self.edition.content.naming(name)

    def standing_of(self, number: str) -> Standing | None:
        """How the edition of this number stands; None for one that never came into force."""
        if number == self.edition.number:
            return "revoked" if self.revoked else "valid"
        return "replaced" if any(number == each.number for each in self.former) else None

    def day_of_issue(self, number: str) -> date | None:
        """When the edition of this number was issued."""
        days = {each.number: each.issued_on for each in self.former}
        return (days | {self.edition.number: self.edition.issued_on}).get(number)

    def _identity(self) -> dict[str, str]:
        return {
            "certificate_id": self.id,
            "program_id": self.program_id,
            "person_id": self.person_id,
            "number": self.edition.number,
        }
