"""Invariants of pairs: who may be in one, with whom, and how many at a time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from matka_cli.check.evidence import Evidence
from matka_cli.check.told import Pair
from matka_cli.check.violation import Violation

TWO_PAIRS = "no mentee in two active pairs"
OVER_CAPACITY = "no mentor over capacity"
NO_LANGUAGE = "no pair without a common language"
UNREADY = "no unready mentor matched"

_PAIRS = "/api/pairing/programs/…/pairs"
_READINESS = "/api/pairing/programs/…/readiness"


def mentees(evidence: Evidence) -> Iterator[Violation]:
    """At no moment is a mentee in two pairs."""
    for mentee, pairs in _by(evidence, "mentee").items():
        if (most := most_at_once(pairs)) > 1:
            yield Violation(TWO_PAIRS, evidence.who(mentee), f"{most} pairs at once", _PAIRS)


def mentors(evidence: Evidence) -> Iterator[Violation]:
    """At no moment has a mentor more pairs than places."""
    for mentor, pairs in _by(evidence, "mentor").items():
        reader = evidence.people.get(mentor)
        capacity = reader.applicant.capacity if reader and reader.applicant else 0
        if (most := most_at_once(pairs)) > capacity:
            told = f"{most} pairs at once, capacity {capacity}"
            yield Violation(OVER_CAPACITY, evidence.who(mentor), told, _PAIRS)


def languages(evidence: Evidence) -> Iterator[Violation]:
    """The two of every pair, proposed ones included, speak a language at the program's level."""
    level = evidence.cohort.level
    for pair in evidence.told.pairs:
        spoken = [_speaks(evidence, each, level) for each in (pair.mentor, pair.mentee)]
        if not spoken[0] & spoken[1]:
            told = f"no language in common with {evidence.who(pair.mentee)} at {level}"
            yield Violation(NO_LANGUAGE, evidence.who(pair.mentor), told, f"{_PAIRS} {pair.id}")


def readiness(evidence: Evidence) -> Iterator[Violation]:
    """Whoever was proposed to a mentee had passed a door, and had been told so, before."""
    doors = {row["person_id"]: row["door"] for row in evidence.told.readiness}
    for mentor in {pair.mentor for pair in evidence.told.pairs}:
        who = evidence.who(mentor)
        if not doors.get(mentor):
            yield Violation(UNREADY, who, "has passed no door", _READINESS)
        proposed = [mail.sent for mail in evidence.got(mentor, "pair-proposed")]
        ready = [mail.sent for mail in evidence.got(mentor, "mentor-ready")]
        if proposed and (not ready or min(ready) > min(proposed)):
            told = f"proposed on {min(proposed):%Y-%m-%d}, not told before that they are ready"
            yield Violation(UNREADY, who, told, evidence.got(mentor, "pair-proposed")[0].file)


def most_at_once(pairs: list[Pair]) -> int:
    """How many of these pairs there were at the fullest moment; one that ends makes room for another."""
    steps: list[tuple[datetime, int]] = []
    for pair in pairs:
        if pair.formed:
            steps.append((pair.formed, 1))
            if pair.ended:
                steps.append((pair.ended, -1))
    most = now = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most


def _by(evidence: Evidence, side: str) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in evidence.formed:
        found[getattr(pair, side)].append(pair)
    return found


def _speaks(evidence: Evidence, person_id: str, level: str) -> set[str]:
    reader = evidence.people.get(person_id)
    return reader.applicant.speaks(level) if reader and reader.applicant else set()
