"""Who plays which part: by seed and email alone, in any order, and nobody in a program that is too small."""

from dataclasses import asdict, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matka_cli.rehearse.parts import (
    SMALLEST,
    Applicant,
    ApplicantParts,
    Pair,
    PairParts,
    absent,
    cast_applicants,
    cast_pairs,
    keen,
)

SEEDS = st.integers(0, 10_000)


def applicants(mentors: int, mentees: int, path: str = "training") -> list[Applicant]:
    found = [Applicant(f"mentor{n}@example.org", is_mentor=True, path=path) for n in range(mentors)]
    return found + [Applicant(f"mentee{n}@example.org", is_mentor=False) for n in range(mentees)]


def pairs(number: int) -> list[Pair]:
    return [(f"mentor{n}@example.org", f"mentee{n}@example.org") for n in range(number)]


def people(number: int) -> list[str]:
    return [f"person{n}@example.org" for n in range(number)]


def test_so_few_applicants_that_there_are_not_six_pairs_are_all_taken_in() -> None:
    assert cast_applicants(1, applicants(SMALLEST - 1, 40)) == ApplicantParts()
    assert cast_applicants(1, applicants(40, SMALLEST - 1)) == ApplicantParts()
    assert cast_applicants(1, applicants(40, 40, path="none")) == ApplicantParts()


def test_two_mentees_are_not_taken_in_where_six_are_left() -> None:
    parts = cast_applicants(1, applicants(6, 8))
    assert parts.declined != parts.referred
    assert {each.partition("@")[0][:6] for each in (parts.declined, parts.referred)} == {"mentee"}
    assert cast_applicants(1, applicants(6, 7)) == ApplicantParts()


def test_a_mentor_who_studies_waits_for_the_talk() -> None:
    known = applicants(6, 6)
    known[3] = replace(known[3], path="self-study")
    assert cast_applicants(1, known) == ApplicantParts(late_contact=known[3].email)


def test_seats_of_one_mentor_count_as_so_many_pairs() -> None:
    one = Applicant("mentor@example.org", is_mentor=True, path="self-study", capacity=6)
    assert cast_applicants(1, [one, *applicants(0, 8)]).late_contact == one.email


@given(SEEDS, st.randoms())
def test_no_order_of_a_list_decides_who_plays(seed: int, order: Random) -> None:
    candidates, proposed = applicants(9, 11), pairs(13)
    shuffled, turned = list(candidates), list(proposed)
    order.shuffle(shuffled)
    order.shuffle(turned)
    assert cast_applicants(seed, shuffled) == cast_applicants(seed, candidates)
    assert cast_pairs(seed, turned) == cast_pairs(seed, proposed)


def test_in_five_pairs_nothing_special_happens() -> None:
    assert cast_pairs(1, pairs(SMALLEST - 1)) == PairParts()


@given(SEEDS)
def test_every_part_has_somebody_of_their_own(seed: int) -> None:
    parts = cast_pairs(seed, pairs(SMALLEST))
    special = {parts.declines, parts.ends, parts.slips}
    singles = {parts.new_name, parts.new_address, parts.no_reminders}
    assert len(special) == len(singles) == 3
    assert None not in special
    assert "" not in singles
    assert not singles & {email for pair in special if pair for email in pair}
    assert parts.corrected_before_seal != parts.corrected_after_seal


def test_from_twelve_pairs_on_attendance_is_corrected_before_and_after_the_seal() -> None:
    parts = cast_pairs(1, pairs(12))
    assert (parts.corrected_before_seal, parts.corrected_after_seal) == (True, True)


def test_another_seed_casts_others() -> None:
    cast = {tuple(map(str, asdict(cast_pairs(seed, pairs(40))).values())) for seed in range(20)}
    assert len(cast) == 20


def test_a_mentor_of_a_special_pair_plays_no_part_of_their_own() -> None:
    """One mentor of six mentees is in all pairs: then only the mentees of the other three are left."""
    parts = cast_pairs(3, [("mentor@example.org", mentee) for _, mentee in pairs(6)])
    assert "mentor@example.org" not in {parts.new_name, parts.new_address, parts.no_reminders}
    assert "" not in {parts.new_name, parts.new_address, parts.no_reminders}


@given(SEEDS, st.integers(0, 120))
def test_seven_of_ten_come_at_least(seed: int, number: int) -> None:
    away = absent(seed, "theme 2027-02-10T17:00", people(number))
    assert away <= set(people(number))
    assert len(away) <= 0.3 * number


def test_some_stay_away_from_most_gatherings_and_not_always_the_same() -> None:
    away = [absent(1, f"theme {day}", people(60)) for day in range(20)]
    assert all(away)
    assert len({frozenset(each) for each in away}) == 20
    rates = [1 - len(each) / 60 for each in away]
    assert 0.75 < sum(rates) / len(rates) < 0.95


@pytest.mark.parametrize(("seats", "most"), [(40, 40), (100, 100), (1, 1)])
def test_no_more_sign_up_than_there_are_seats(seats: int, most: int) -> None:
    coming = keen(1, "theme", people(100), seats)
    assert len(coming) == len(set(coming)) <= most
    assert keen(1, "theme", reversed(people(100)), seats) == coming
    assert keen(2, "theme", people(100), 100) != keen(1, "theme", people(100), 100)
