"""Cohorts beyond the dense solver: pruned candidates lose nobody and next to no points."""

import random

from matka_pairing.domain.matching_assign import DENSE_SIDE
from matka_pairing.domain.matching_cohort import Cohort
from matka_pairing.domain.matching_inputs import Candidate, MatchingInputs
from tests.support.candidates import a_cohort, a_mentee, a_mentor

FIELDS = ["2221", "2222", "2511", "2512", "5120", "5321", "7411", "9112"]


def somebody(chance: random.Random, number: int) -> Candidate:
    languages = {chance.choice(["fi", "en", "ar", "ru"]): chance.choice(["A2", "B1", "C2"]) for _ in range(2)}
    facts = {
        "languages": languages,
        "field": (chance.choice(FIELDS),),
        "municipality": chance.choice("ABCDE"),
    }
    if number % 2:
        return a_mentee(f"mentee-{number}", **facts)
    return a_mentor(f"mentor-{number}", capacity=chance.choice([1, 1, 2]), **facts)


def test_pruning_loses_nobody_and_no_points_that_matter() -> None:
    chance = random.Random(4)
    cohort = Cohort(a_cohort(*(somebody(chance, number) for number in range(800))))
    exact, pruned = cohort.best_pairs(), cohort.best_pairs(dense_side=0)
    assert len(pruned) == len(exact) > 300
    assert sum(pruned.values()) >= 0.999 * sum(exact.values())


def test_pruning_does_not_leave_people_alone_whose_own_field_is_full() -> None:
    nurse, electrician = ("2221",), ("7411",)
    mentors = [a_mentor(f"nurse-{n}", field=nurse) for n in range(60)]
    mentors += [a_mentor(f"electrician-{n}", field=electrician) for n in range(150)]
    mentees = [a_mentee(f"a-nurse-{n}", field=nurse) for n in range(150)]
    mentees += [a_mentee(f"an-electrician-{n}", field=electrician) for n in range(60)]
    found = Cohort(a_cohort(*mentors, *mentees)).best_pairs(dense_side=0)
    assert len(found) == 210


def test_thousands_of_people_are_matched_at_once_and_a_veto_holds_among_them() -> None:
    mentors = tuple(a_mentor(f"mentor-{n}") for n in range(DENSE_SIDE + 1))
    mentees = tuple(a_mentee(f"mentee-{n}") for n in range(700))
    vetoes = frozenset(("mentor-7", mentee.person_id) for mentee in mentees)
    found = Cohort(MatchingInputs(candidates=(*mentors, *mentees), vetoes=vetoes)).best_pairs()
    assert len(found) == 700
    assert "mentor-7" not in {mentor for mentor, _ in found}
