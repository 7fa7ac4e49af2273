"""What holds for every cohort: invented cohorts against the hard constraints and against brute force."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from matka_pairing.domain.matching import propose, why_not
from matka_pairing.domain.matching_cohort import Cohort
from matka_pairing.domain.matching_inputs import Candidate, MatchingInputs, MatchingRules, Role

FEW = settings(max_examples=50, deadline=None)
LEVELS = st.sampled_from(["A2", "B1", "B2", "C2"])


def codes(*of: str) -> st.SearchStrategy[set[str]]:
    return st.sets(st.sampled_from(of), max_size=2)


def people(role: Role, most: int) -> st.SearchStrategy[list[Candidate]]:
    facts = st.fixed_dictionaries(
        {
            "languages": st.dictionaries(st.sampled_from(["fi", "en", "ar"]), LEVELS, max_size=3),
            "field": st.lists(st.sampled_from(["2221", "2222", "2511", "51"]), max_size=2).map(tuple),
            "municipality": st.sampled_from(["", "Turku", "Espoo"]),
            "forms": codes("in-person", "video"),
            "availability": codes("weekends", "weekday-days"),
            "needs" if role == "mentee" else "offers": codes("cv", "network", "culture"),
            "capacity": st.integers(0, 3),
            "ready": st.sampled_from([True, True, True, False]),
        }
    )
    return st.lists(facts, max_size=most).map(
        lambda many: [Candidate(person_id=f"{role}-{n}", role=role, **fact) for n, fact in enumerate(many)]
    )


@st.composite
def cohorts(draw: st.DrawFn, most: int = 8) -> MatchingInputs:
    mentors, mentees = draw(people("mentor", most)), draw(people("mentee", most))
    thinkable = [(m.person_id, e.person_id) for m, e in product(mentors, mentees)]
    vetoes = draw(st.sets(st.sampled_from(thinkable), max_size=3)) if thinkable else set()
    return MatchingInputs(
        candidates=(*mentors, *mentees),
        rules=MatchingRules(field_is_hard=draw(st.booleans())),
        vetoes=frozenset(vetoes),
        taken={c.person_id: 1 for c in (*mentors, *mentees) if draw(st.integers(0, 5)) == 0},
    )


@FEW
@given(cohorts())
def test_no_proposal_breaks_a_hard_constraint(inputs: MatchingInputs) -> None:
    proposal = propose(inputs)
    by_id = {c.person_id: c for c in inputs.candidates}
    used = Counter(person for line in proposal.lines for person in (line.mentor, line.mentee))
    assert all(used[person] <= inputs.seats_left(by_id[person]) for person in used)
    for line in proposal.lines:
        mentor, mentee = by_id[line.mentor], by_id[line.mentee]
        assert mentor.ready
        assert mentee.ready
        assert any(min(mentor.languages[x], mentee.languages.get(x, "A1")) >= "B1" for x in mentor.languages)
        assert (line.mentor, line.mentee) not in inputs.vetoes
        assert 0 <= line.score <= 100


@FEW
@given(cohorts(), st.integers())
def test_no_order_of_the_candidates_changes_the_proposal(inputs: MatchingInputs, seed: int) -> None:
    shuffled = list(inputs.candidates)
    random.Random(seed).shuffle(shuffled)
    assert propose(inputs.model_copy(update={"candidates": tuple(shuffled)})) == propose(inputs)


@FEW
@given(cohorts())
def test_everybody_with_a_free_seat_is_in_a_pair_or_hears_why_not(inputs: MatchingInputs) -> None:
    proposal = propose(inputs)
    told = {u.person for u in proposal.unmatched}
    paired = {person for line in proposal.lines for person in (line.mentor, line.mentee)}
    assert not told & paired
    assert told | paired | set(inputs.taken) == {c.person_id for c in inputs.candidates}


@FEW
@given(cohorts(most=4))
def test_a_pair_is_explained_as_it_was_scored(inputs: MatchingInputs) -> None:
    cohort = Cohort(inputs)
    for (row, mentee), (column, mentor) in product(enumerate(cohort.mentees), enumerate(cohort.mentors)):
        explained = why_not(inputs, mentor.person_id, mentee.person_id)
        assert cohort.scores[row, column] == (explained.score if explained.possible else -1)


def every_matching(
    inputs: MatchingInputs, mentees: list[str], used: Counter[str]
) -> Iterator[tuple[int, int]]:
    """(pairs, points less the cost of spreading) of every way to pair these mentees."""
    if not mentees:
        yield 0, 0
        return
    yield from every_matching(inputs, mentees[1:], used)
    for mentor in (c for c in inputs.candidates if c.role == "mentor"):
        explained = why_not(inputs, mentor.person_id, mentees[0])
        if explained.possible and used[mentor.person_id] < inputs.seats_left(mentor):
            nth = used[mentor.person_id] + inputs.taken.get(mentor.person_id, 0)
            here = explained.score - nth * inputs.rules.spreading_cost
            for pairs, points in every_matching(inputs, mentees[1:], used + Counter([mentor.person_id])):
                yield pairs + 1, points + here


def worth(inputs: MatchingInputs, found: dict[tuple[str, str], int]) -> tuple[int, int]:
    used = Counter(mentor for mentor, _ in found)
    first = {mentor: inputs.taken.get(mentor, 0) for mentor in used}
    cost = sum(nth for mentor, n in used.items() for nth in range(first[mentor], first[mentor] + n))
    return len(found), sum(found.values()) - cost * inputs.rules.spreading_cost


@settings(max_examples=40, deadline=None)
@given(cohorts(most=3))
def test_no_other_matching_is_better(inputs: MatchingInputs) -> None:
    mentees = [c.person_id for c in inputs.candidates if c.role == "mentee"]
    best = max(every_matching(inputs, mentees, Counter()))
    cohort = Cohort(inputs)
    assert worth(inputs, cohort.best_pairs()) == best
    assert worth(inputs, cohort.best_pairs(dense_side=0)) == best
