"""Mothers of certificates: the facts of one holder, with whatever a test wants otherwise."""

from datetime import date

from matka_certificates.facts import CertificateFacts, GatheringAttended

TITLE = {"fi": "Matkalla työelämään", "sv": "På väg till arbetslivet", "en": "On the way to working life"}


def a_gathering(title: str = "Theme evening", day: date = date(2027, 2, 3)) -> GatheringAttended:
    return GatheringAttended(title={"en": title}, day=day)


def some_facts(**otherwise: object) -> CertificateFacts:
    """A mentee who was there from January to July."""
    facts: dict[str, object] = {
        "number": "MK-2027-0042",
        "holder_name": "Aino Järvinen",
        "languages": ("fi", "en"),
        "program_title": TITLE,
        "organisation": "Esimerkkilän monikulttuurikeskus ry",
        "role": "mentee",
        "starts": date(2027, 1, 18),
        "ends": date(2027, 7, 16),
        "meetings": 14,
        "training_hours": 13.5,
        "gatherings": (a_gathering(),),
        "signatory": "Outi Esimerkki",
        "issued_on": date(2027, 7, 14),
        "verify_url": "https://matka.example.org/certificates/MK-2027-0042",
    }
    return CertificateFacts.model_validate(facts | otherwise)
