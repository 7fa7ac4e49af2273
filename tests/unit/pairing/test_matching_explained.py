"""One pair explained: what each wish brought, in codes, and what unknown facts do."""

import pytest

from matka_pairing.domain.matching import propose, why_not
from matka_pairing.domain.matching_inputs import Candidate
from matka_pairing.domain.matching_results import Explanation
from tests.support.candidates import a_cohort, a_mentee, a_mentor


def explained(mentor: Candidate, mentee: Candidate) -> Explanation:
    return why_not(a_cohort(mentor, mentee), mentor.person_id, mentee.person_id)


def points(explanation: Explanation, wish: str) -> int:
    return next(part.points for part in explanation.parts if part.wish == wish)


def doubts(explanation: Explanation) -> list[str]:
    return [doubt.code for doubt in explanation.doubts]


def test_the_parts_add_up_to_the_score_of_the_proposal() -> None:
    people = a_mentor(field=("2511",), forms=set()), a_mentee(municipality="Turku")
    explanation = explained(*people)
    assert explanation.possible
    assert sum(part.points for part in explanation.parts) == explanation.score
    assert propose(a_cohort(*people)).lines[0].score == explanation.score
    assert sum(part.most for part in explanation.parts) == 100


@pytest.mark.parametrize(
    ("field", "expected", "code"),
    [
        ("2221", 30, "same-field"),
        ("2222", 24, "near-field"),
        ("2211", 16, "near-field"),
        ("2511", 7, "near-field"),
    ],
)
def test_a_longer_common_prefix_of_the_field_is_nearer(field: str, expected: int, code: str) -> None:
    explanation = explained(a_mentor(field=(field, "9")), a_mentee())
    assert points(explanation, "field") == expected
    assert code in [r.code for r in explanation.reasons]


def test_needs_count_by_the_share_that_the_mentor_offers() -> None:
    explanation = explained(a_mentor(offers={"cv", "culture"}), a_mentee(needs={"cv", "network", "language"}))
    assert points(explanation, "needs") == 9
    assert {r.code: r.params for r in explanation.reasons}["needs-met"] == {"needs": ["cv"]}
    assert {r.code: r.params for r in explanation.doubts} == {
        "needs-not-met": {"needs": ["language", "network"]}
    }


def test_no_need_met_is_a_doubt_alone() -> None:
    explanation = explained(a_mentor(offers={"culture"}), a_mentee(needs={"cv"}))
    assert points(explanation, "needs") == 0
    assert "needs-met" not in [r.code for r in explanation.reasons]


@pytest.mark.parametrize("wish", ["field", "forms", "availability", "municipality", "needs"])
def test_what_is_unknown_neither_rewards_nor_punishes_much_and_is_a_doubt(wish: str) -> None:
    unknown: dict[str, object] = {wish: "" if wish == "municipality" else ()}
    explanation = explained(a_mentor(), a_mentee("mentee", **unknown))
    part = next(p for p in explanation.parts if p.wish == {"municipality": "place"}.get(wish, wish))
    assert 0.3 * part.most < part.points < 0.5 * part.most
    assert {d.code: d.params for d in explanation.doubts} == {f"unknown-{wish}": {"who": ["mentee"]}}


def test_two_places_matter_less_when_the_two_can_meet_remotely() -> None:
    far = explained(a_mentor(municipality="Turku"), a_mentee())
    remote = {"video", "in-person"}
    meet = explained(a_mentor(municipality="Turku", forms=remote), a_mentee(forms=remote))
    assert points(far, "place") == 0
    assert doubts(far) == ["different-municipality"]
    assert points(meet, "place") == 4
    assert doubts(meet) == []


def test_no_shared_form_and_no_shared_time_are_doubts_but_no_bar() -> None:
    explanation = explained(a_mentor(forms={"phone"}, availability={"weekday-days"}), a_mentee())
    assert explanation.possible
    assert doubts(explanation) == ["no-shared-form", "no-shared-availability"]


def test_a_better_common_language_brings_more_points() -> None:
    levels = ["B1", "B2", "C1", "C2"]
    scores = [
        points(explained(a_mentor(languages={"fi": "C2"}), a_mentee(languages={"fi": x})), "language")
        for x in levels
    ]
    assert scores == sorted(set(scores))
    assert (scores[0], scores[-1]) == (5, 10)


def test_every_broken_rule_of_a_pair_is_told() -> None:
    inputs = a_cohort(
        a_mentor(ready=False), a_mentee(languages={"fi": "A1"}), vetoes=frozenset({("mentor", "mentee")})
    )
    codes = [rule.code for rule in why_not(inputs, "mentor", "mentee").broken]
    assert codes == ["not-ready", "vetoed", "language-too-weak"]


def test_a_pair_without_any_language_is_explained_too() -> None:
    explanation = explained(a_mentor(languages={"fi": "C2"}), a_mentee(languages={"ar": "C2"}))
    assert not explanation.possible
    assert points(explanation, "language") == 0
