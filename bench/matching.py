"""How long whole-cohort matching takes and what memory it needs, for cohorts of four sizes.

Run: python -m bench.matching
"""

import random
import resource
import time
from dataclasses import replace

from bench.support.report import Report, Row, told
from matka_pairing.domain.matching import propose
from matka_pairing.domain.matching_cohort import Cohort
from matka_pairing.domain.matching_inputs import Candidate, MatchingInputs, Role

SIZES = (44, 500, 2_000, 10_000)
NEEDS = ["cv", "application", "culture", "labour-market", "network", "language", "recognition"]
LANGUAGES = ["ar", "ru", "uk", "vi", "so", "ti", "zh", "fa", "es", "tr", "fr", "ku"]
PLACES = ["Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu", "Lahti", "Kuopio", "Vaasa", ""]


def a_person(chance: random.Random, number: int, role: Role) -> Candidate:
    """Somebody believable: mentors speak Finnish and English, mentees one of their own and some of ours."""
    own = "fi" if role == "mentor" else chance.choice(LANGUAGES)
    languages = {own: "C2", "en": chance.choice(["A2", "B1", "B2", "C1"])}
    if role == "mentee":
        languages["fi"] = chance.choice(["A1", "A2", "B1", "B2"])
    some = chance.sample(NEEDS, chance.randint(0, 4))
    return Candidate.model_validate(
        {
            "person_id": f"{role}-{number}",
            "role": role,
            "languages": languages,
            "field": [
                f"{chance.randint(1, 9)}{chance.randint(1, 4)}{chance.randint(1, 5)}{chance.randint(1, 5)}"
            ],
            "municipality": chance.choice(PLACES),
            "forms": chance.sample(["in-person", "video", "phone"], chance.randint(0, 3)),
            "availability": chance.sample(
                ["weekday-days", "weekday-evenings", "weekends"], chance.randint(0, 2)
            ),
            "needs": some if role == "mentee" else [],
            "offers": some if role == "mentor" else [],
            "capacity": chance.choice([1, 1, 1, 2]) if role == "mentor" else 1,
        }
    )


def a_cohort(people: int, seed: int = 1) -> MatchingInputs:
    """Half mentors, half mentees."""
    chance = random.Random(seed)
    roles: list[Role] = ["mentor", "mentee"]
    return MatchingInputs(candidates=tuple(a_person(chance, n, roles[n % 2]) for n in range(people)))


def pruning_gap(inputs: MatchingInputs) -> str:
    """How much the pruned solver leaves on the table, against the exact one."""
    cohort = Cohort(inputs)
    exact, pruned = (sum(cohort.best_pairs(side).values()) for side in (10**9, 0))
    return f"pruned {pruned} of {exact} points ({100 * pruned / exact:.3f} %)"


def one(people: int) -> Row:
    """A cohort of so many."""
    inputs = a_cohort(people)
    began = time.perf_counter()
    proposal = propose(inputs)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pairs = max(1, len(proposal.lines))
    what = f"whole-cohort matching of {people:,} people"
    return Row(
        what, f"{took:.2f} s, {pairs:,} pairs, {proposal.total / pairs:.1f} points each, peak {peak:.0f} MB"
    )


def report(quick: bool) -> Report:
    rows = [one(people) for people in (SIZES[:2] if quick else SIZES)]
    if not quick:
        rows[-1] = replace(rows[-1], note=f"2,000 people: {pruning_gap(a_cohort(2_000))}.")
    return Report(rows)


if __name__ == "__main__":
    told("bench.matching", report)
