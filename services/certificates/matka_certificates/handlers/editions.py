"""Making one edition of a certificate: a number, the page, its place in the archive."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matka_certificates.archive import FiledEdition
from matka_certificates.domain.certificate import Edition
from matka_certificates.domain.content import Content
from matka_certificates.domain.number import RANDOM_BITS, number_of
from matka_certificates.facts import CertificateFacts, GatheringAttended
from matka_certificates.handlers.parts import Certificates
from matka_contracts.terms import Role

_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new edition is made from. `replaces` is a number that its holder may have seen, or empty."""

    certificate_id: str
    content: Content
    seal: int
    issued_on: date
    replaces: str = ""


async def make_edition(deps: Certificates, draft: Draft) -> Edition:
    """A new edition, set and in the archive, not yet in force. Raises what setting the page raises."""
    number = number_of(draft.issued_on.year, secrets.randbits(RANDOM_BITS))
    page = await deps.press.set(_facts(draft, number, deps.verify_url + number))
    sha256 = hashlib.sha256(page).hexdigest()
    pieces = await deps.archive.file(FiledEdition(number, draft.certificate_id), sha256, page)
    return Edition(
        number=number,
        sha256=sha256,
        pieces=pieces,
        seal=draft.seal,
        issued_at=deps.clock.now(),
        issued_on=draft.issued_on,
        content=draft.content,
    )


def _facts(draft: Draft, number: str, verify_url: str) -> CertificateFacts:
    content = draft.content
    return CertificateFacts(
        number=number,
        holder_name=content.holder_name,
        languages=content.languages,
        program_title=_short(content.program_title),
        organisation=content.organisation,
        role="mentor" if content.role is Role.MENTOR else "mentee",
        starts=content.starts,
        ends=content.ends,
        ended_early=content.ended_early,
        meetings=content.meetings,
        training_hours=content.training_hours,
        preparation=content.preparation,
        gatherings=tuple(GatheringAttended(title=_short(g.title), day=g.day) for g in content.gatherings),
        signatory=content.signatory,
        issued_on=draft.issued_on,
        verify_url=verify_url,
        replaces=draft.replaces,
    )


def _short(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles as long as a page bears them."""
    return {
        language: title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
        for language, title in titles.items()
    }
