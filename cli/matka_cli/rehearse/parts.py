"""Who plays which special part: decided by the seed and the people's emails, in whatever order they come."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

SMALLEST = 6  # pairs; below that everybody plays the plain program
_BOTH_CORRECTIONS = 12  # pairs from which on attendance is corrected before the seal and after it
_INTEREST = 0.85  # of those who may sign up for a gathering
_MOST_ABSENT = 0.3  # of those expected at one

Pair = tuple[str, str]
"""The emails of a mentor and a mentee, always in this order."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Applicant:
    """What casting knows of somebody who applied."""

    email: str
    is_mentor: bool
    path: str = "none"
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class ApplicantParts:
    """Who is not taken in, and whom staff talk with late; an empty email is a part that nobody plays."""

    declined: str = ""
    referred: str = ""
    late_contact: str = ""

    def as_facts(self) -> dict[str, Any]:
        """The parts as the summary has them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PairParts:
    """What happens to pairs of the first round and to their people; None and empty: to nobody."""

    declines: Pair | None = None
    ends: Pair | None = None
    slips: Pair | None = None
    new_name: str = ""
    new_address: str = ""
    no_reminders: str = ""
    corrected_before_seal: bool = False
    corrected_after_seal: bool = False

    def as_facts(self) -> dict[str, Any]:
        """The parts as the summary has them."""
        return asdict(self)


def rank(seed: int, part: str, *emails: str) -> bytes:
    """How near somebody is to a part: whoever ranks lowest plays it."""
    return hashlib.sha256("\n".join((str(seed), part, *emails)).encode()).digest()


def cast_applicants(seed: int, applicants: Iterable[Applicant]) -> ApplicantParts:
    """The parts before matching, where six pairs are left without the two who are not taken in."""
    known = list(applicants)
    seats = sum(each.capacity for each in known if each.is_mentor and each.path != "none")
    mentees = [each.email for each in known if not each.is_mentor]
    students = [each.email for each in known if each.is_mentor and each.path == "self-study"]
    if min(seats, len(mentees)) < SMALLEST:
        return ApplicantParts()
    late = _first(seed, "late-contact", students)
    if min(seats, len(mentees) - 2) < SMALLEST:
        return ApplicantParts(late_contact=late)
    declined = _first(seed, "declined", mentees)
    referred = _first(seed, "referred", [email for email in mentees if email != declined])
    return ApplicantParts(declined, referred, late)


def cast_pairs(seed: int, pairs: Iterable[Pair]) -> PairParts:
    """The parts of the months, once staff have proposed at least six pairs."""
    known = sorted(pairs)
    if len(known) < SMALLEST:
        return PairParts()
    left = iter(_ranked(seed, "pair", known, lambda pair: pair))
    declines, ends, slips = next(left), next(left), next(left)
    people = _people_of(left, {*declines, *ends, *slips})
    quiet = iter(_ranked(seed, "person", people, lambda email: (email,)))
    both = len(known) >= _BOTH_CORRECTIONS
    after = rank(seed, "correction")[0] % 2 == 1
    return PairParts(
        declines=declines,
        ends=ends,
        slips=slips,
        new_name=next(quiet, ""),
        new_address=next(quiet, ""),
        no_reminders=next(quiet, ""),
        corrected_before_seal=both or not after,
        corrected_after_seal=both or after,
    )


def absent(seed: int, gathering: str, expected: Iterable[str]) -> set[str]:
    """Who of those expected stays away: everybody keeps their own rate, and at least seven of ten come."""
    people = sorted(set(expected))
    missing = {
        email: luck - rate
        for email in people
        if (luck := _share(seed, gathering, email)) > (rate := 1 - _MOST_ABSENT * _share(seed, "rate", email))
    }
    most = int(len(people) * _MOST_ABSENT)
    return set(sorted(missing, key=lambda email: (-missing[email], email))[:most])


def keen(seed: int, gathering: str, people: Iterable[str], seats: int) -> list[str]:
    """Who signs up for an open gathering, as far as there are seats."""
    wanting = [email for email in people if _share(seed, f"sign-up:{gathering}", email) < _INTEREST]
    return _ranked(seed, f"seat:{gathering}", wanting, lambda email: (email,))[:seats]


def _share(seed: int, part: str, email: str) -> float:
    """A number from 0 to 1, as even as dice."""
    return int.from_bytes(rank(seed, part, email)[:6]) / 2**48


def _people_of(pairs: Iterator[Pair], busy: set[str]) -> list[str]:
    return sorted({email for pair in pairs for email in pair} - busy)


def _first(seed: int, part: str, emails: list[str]) -> str:
    return min(emails, key=lambda email: rank(seed, part, email), default="")


def _ranked(seed: int, part: str, things: Iterable[T], emails: Callable[[T], tuple[str, ...]]) -> list[T]:
    return sorted(things, key=lambda thing: rank(seed, part, *emails(thing)))
