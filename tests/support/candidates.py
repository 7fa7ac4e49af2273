"""Mothers of matching: a mentor and a mentee who fit, with whatever a test wants otherwise."""

from matka_pairing.domain.matching_inputs import Candidate, MatchingInputs, MatchingRules, Pair

KNOWN = {
    "languages": {"fi": "C1"},
    "field": ("2221",),
    "municipality": "Tampere",
    "forms": {"in-person"},
    "availability": {"weekends"},
}


def a_mentor(person_id: str = "mentor", **otherwise: object) -> Candidate:
    """A ready mentor of whom everything is known, in Tampere, in Finnish."""
    facts = {**KNOWN, "offers": {"cv", "network"}} | otherwise
    return Candidate.model_validate({"person_id": person_id, "role": "mentor", **facts})


def a_mentee(person_id: str = "mentee", **otherwise: object) -> Candidate:
    """A mentee whom `a_mentor` suits in everything."""
    facts = {**KNOWN, "needs": {"cv", "network"}} | otherwise
    return Candidate.model_validate({"person_id": person_id, "role": "mentee", **facts})


def a_cohort(
    *candidates: Candidate,
    rules: MatchingRules | None = None,
    vetoes: frozenset[Pair] = frozenset(),
    locks: frozenset[Pair] = frozenset(),
    taken: dict[str, int] | None = None,
) -> MatchingInputs:
    """The inputs of one matching run."""
    return MatchingInputs(
        candidates=candidates, rules=rules or MatchingRules(), vetoes=vetoes, locks=locks, taken=taken or {}
    )
