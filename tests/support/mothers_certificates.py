"""Mothers of sealed participation, programs and certificates, with whatever a test wants otherwise."""

from datetime import UTC, date, datetime
from typing import Any

from matka_certificates.domain.certificate import Certificate, Edition
from matka_certificates.domain.content import Content, Holder, Issuer, KnownProgram, stated
from matka_contracts.pairing import ProgramClosed, ProgramOpened
from matka_contracts.scheduling import GatheringFact, ParticipationSealed
from matka_contracts.terms import GatheringKind, Role

JULY = datetime(2027, 7, 5, 9, 0, tzinfo=UTC)
CLOSING_EVENT = datetime(2027, 7, 9, 14, 0, tzinfo=UTC)
TITLE = {"fi": "Matkalla työelämään, kevät 2027", "en": "On the way to working life, spring 2027"}
ISSUER = Issuer("Matka", "Outi Ohjaaja", frozenset({"fi", "sv", "en"}))
AMAL = Holder("Amal Haddad", "en")
PROGRAM = {
    "title": TITLE,
    "languages": ("fi", "sv", "en"),
    "starts_on": date(2027, 1, 18),
    "ends_on": date(2027, 7, 18),
    "timezone": "Europe/Helsinki",
}


def a_program(**otherwise: Any) -> KnownProgram:
    """A program from January to July."""
    return KnownProgram.model_validate({"id": "spring", "closed": False} | PROGRAM | otherwise)


def opened(program_id: str = "spring", **otherwise: Any) -> ProgramOpened:
    """The same program as its owner tells of it."""
    facts = {"program_id": program_id, "model": "pair-mentoring", "pace": {}, "training_hours": 6}
    return ProgramOpened.model_validate(PROGRAM | facts | otherwise)


def closed(program_id: str = "spring") -> ProgramClosed:
    """The end of the same program."""
    return ProgramClosed.model_validate(opened(program_id).model_dump() | {"closed_at": JULY})


def a_gathering(
    kind: GatheringKind = GatheringKind.THEME, at: datetime = datetime(2027, 3, 10, 15, 0, tzinfo=UTC)
) -> GatheringFact:
    """A gathering of two hours."""
    return GatheringFact(
        gathering_id=f"{kind}-{at:%m%d}", kind=kind, title={"fi": kind.value}, held_at=at, hours=2
    )


def a_seal(seal: int = 1, **otherwise: Any) -> ParticipationSealed:
    """Amal's participation as a mentee: twelve meetings and one theme evening; sealed before the closing."""
    facts: dict[str, Any] = {
        "program_id": "spring",
        "person_id": "amal",
        "role": Role.MENTEE,
        "seal": seal,
        "meetings_held": 12,
        "gatherings": (a_gathering(),),
        "outcome": "completed",
        "sealed_at": JULY,
        "handed_out_at": CLOSING_EVENT,
    }
    return ParticipationSealed.model_validate(facts | otherwise)


def nothing_sealed(seal: int = 2) -> ParticipationSealed:
    """A seal after a correction took the last participation away."""
    return a_seal(seal, meetings_held=0, gatherings=(), outcome="without-pair")


def some_content(**otherwise: Any) -> Content:
    """What Amal's certificate states."""
    return stated(a_seal(**otherwise), a_program(), AMAL, ISSUER)


def an_edition(number: str = "MTK-1", seal: int = 1, **otherwise: Any) -> Edition:
    """An edition of Amal's certificate."""
    facts = {
        "number": number,
        "sha256": f"hash of {number}",
        "pieces": 1,
        "seal": seal,
        "issued_at": JULY,
        "issued_on": JULY.date(),
        "content": some_content(),
    }
    return Edition.model_validate(facts | otherwise)


def a_certificate(**otherwise: Any) -> Certificate:
    """Amal's certificate, just issued."""
    facts = {
        "id": "certificate",
        "program_id": "spring",
        "person_id": "amal",
        "edition": an_edition(),
    }
    return Certificate.model_validate(facts | otherwise)
