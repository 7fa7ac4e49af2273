"""Whole-cohort matching: the best proposal under the hard constraints, with its reasons and doubts."""

from collections import Counter
from collections.abc import Mapping

from matka_kit.errors import DomainError
from matka_pairing.domain.matching_cohort import Cohort
from matka_pairing.domain.matching_inputs import (
    Candidate,
    MatchingInputs,
    MatchingRules,
    Pair,
    Role,
    stable_hash,
)
from matka_pairing.domain.matching_remarks import broken_rules, reasons_and_doubts, remark
from matka_pairing.domain.matching_results import Explanation, Line, Proposal, ScorePart, Unmatched
from matka_pairing.domain.matching_scores import Scoring


class LockBreaksRule(DomainError):
    """Staff locked a pair that a hard constraint forbids."""


class UnknownCandidate(DomainError):
    """A lock or a question names somebody who is no candidate of that role."""


def propose(inputs: MatchingInputs) -> Proposal:
    """The best whole: as many mentees as possible, then the most points, then the ids' hashes.

    Locked pairs come first and use their seats. Raises `LockBreaksRule` and `UnknownCandidate`.
    The same inputs give the same proposal in any order of the candidates. Takes seconds from about
    5,000 people on: call it in a process pool.
    """
    locked = _checked_locks(inputs)
    partners = Counter(inputs.taken)
    partners.update(person for pair in locked for person in pair)
    cohort = Cohort(inputs.model_copy(update={"taken": partners}))
    found = cohort.best_pairs()
    partners = partners + Counter(person for pair in found for person in pair)
    people = {c.person_id: c for c in inputs.candidates}
    lines = [_line(inputs.rules, people, pair, points, partners) for pair, points in (locked | found).items()]
    lines = [line.model_copy(update={"locked": (line.mentor, line.mentee) in locked}) for line in lines]
    lines.sort(key=lambda line: (-line.score, stable_hash(line.mentor), stable_hash(line.mentee)))
    alone = [
        Unmatched(person=c.person_id, role=c.role, reasons=(why,)) for c, why in cohort.alone(set(partners))
    ]
    return Proposal(lines=tuple(lines), unmatched=tuple(alone))


def why_not(inputs: MatchingInputs, mentor: str, mentee: str) -> Explanation:
    """What forbids this pair, or else what it would score and why. Raises `UnknownCandidate`.

    What a possible pair would cost the whole shows when it is locked and proposed anew.
    """
    one, other = _person(inputs, mentor, "mentor"), _person(inputs, mentee, "mentee")
    block = Scoring(inputs, [one], [other]).block()
    weights = inputs.rules.weights.model_dump()
    parts = tuple(
        ScorePart(wish=wish, points=int(points[0, 0]), most=weights[wish])
        for wish, points in block.parts.items()
    )
    reasons, doubts = reasons_and_doubts(inputs.rules, one, other)
    return Explanation(
        mentor=mentor,
        mentee=mentee,
        broken=tuple(broken_rules(inputs, one, other)),
        score=int(block.score[0, 0]),
        parts=parts,
        reasons=tuple(reasons),
        doubts=tuple(doubts),
    )


def _person(inputs: MatchingInputs, person_id: str, role: Role) -> Candidate:
    for candidate in inputs.candidates:
        if candidate.person_id == person_id and candidate.role == role:
            return candidate
    raise UnknownCandidate(person=person_id, role=role)


def _checked_locks(inputs: MatchingInputs) -> dict[Pair, int]:
    """The locked pairs with their points, each within the rules and all within the seats."""
    points: dict[Pair, int] = {}
    taken = Counter(inputs.taken)
    for mentor, mentee in sorted(inputs.locks):
        explained = why_not(inputs.model_copy(update={"taken": taken}), mentor, mentee)
        if explained.broken:
            raise LockBreaksRule(mentor=mentor, mentee=mentee, reasons=[r.code for r in explained.broken])
        points[mentor, mentee] = explained.score
        taken.update((mentor, mentee))
    return points


def _line(
    rules: MatchingRules,
    people: Mapping[str, Candidate],
    pair: Pair,
    points: int,
    partners: Mapping[str, int],
) -> Line:
    mentor, mentee = people[pair[0]], people[pair[1]]
    reasons, doubts = reasons_and_doubts(rules, mentor, mentee)
    if partners[mentor.person_id] > 1:
        doubts.append(remark("shared-mentor", mentees=partners[mentor.person_id]))
    return Line(
        mentor=mentor.person_id,
        mentee=mentee.person_id,
        score=points,
        reasons=tuple(reasons),
        doubts=tuple(doubts),
    )
