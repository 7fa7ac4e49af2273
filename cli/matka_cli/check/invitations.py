"""Invariants of invitations to the start meeting."""

from collections.abc import Iterator
from datetime import datetime

from matka_cli.check.evidence import Evidence
from matka_cli.check.violation import Violation

START_INVITATIONS = "one start-meeting invitation per member of a pair formed before it"

_TEMPLATE = "start-invitation"
_PAIRS = "/api/pairing/programs/…/pairs"


def to_the_start(evidence: Evidence) -> Iterator[Violation]:
    """Each member of a pair formed before a start meeting got one, before it; nobody else got any."""
    expected = _expected(evidence)
    for person_id in evidence.people:
        mails, due = evidence.got(person_id, _TEMPLATE), expected.get(person_id, [])
        if len(mails) != len(due):
            told = f"{len(mails)} invitations, {len(due)} expected"
            place = mails[0].file if mails else _PAIRS
            yield Violation(START_INVITATIONS, evidence.who(person_id), told, place)
        elif late := [mail for mail, start in zip(mails, due, strict=True) if mail.sent >= start]:
            yield Violation(START_INVITATIONS, evidence.who(person_id), "invited after it", late[0].file)


def _expected(evidence: Evidence) -> dict[str, list[datetime]]:
    """The start meetings ahead of which each person's first pair was formed."""
    starts = sorted(
        datetime.fromisoformat(row["starts_at"]) for row in evidence.told.gatherings if row["kind"] == "start"
    )
    first: dict[str, datetime] = {}
    for pair in evidence.formed:
        for person_id in (pair.mentor, pair.mentee):
            if pair.formed:
                first.setdefault(person_id, pair.formed)
    return {person_id: [each for each in starts if each > formed] for person_id, formed in first.items()}
