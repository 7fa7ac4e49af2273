"""Proposals for whole cohorts: the hard constraints, what is best, locks, vetoes and who stays alone."""

import pytest
from pydantic import ValidationError

from matka_pairing.domain.matching import LockBreaksRule, UnknownCandidate, propose, why_not
from matka_pairing.domain.matching_inputs import (
    Candidate,
    MatchingInputs,
    MatchingRules,
    Weights,
    stable_hash,
)
from matka_pairing.domain.matching_results import Proposal
from tests.support.candidates import a_cohort, a_mentee, a_mentor


def pairs(proposal: Proposal) -> set[tuple[str, str]]:
    return {(line.mentor, line.mentee) for line in proposal.lines}


def alone(proposal: Proposal) -> dict[str, list[str]]:
    return {u.person: [r.code for r in u.reasons] for u in proposal.unmatched}


def broken(inputs: MatchingInputs) -> list[str]:
    return [rule.code for rule in why_not(inputs, "mentor", "mentee").broken]


def test_a_mentor_and_a_mentee_who_fit_in_everything_are_paired() -> None:
    (line,) = propose(a_cohort(a_mentor(), a_mentee())).lines
    assert (line.mentor, line.mentee, line.score, line.doubts) == ("mentor", "mentee", 98, ())
    assert [r.code for r in line.reasons] == [
        "common-language",
        "same-field",
        "needs-met",
        "shared-forms",
        "same-municipality",
        "shared-availability",
    ]


def test_two_native_speakers_of_one_language_reach_a_hundred_points() -> None:
    native = {"fi": None}
    (line,) = propose(a_cohort(a_mentor(languages=native), a_mentee(languages=native))).lines
    assert line.score == 100
    assert line.reasons[0].params == {"language": "fi", "level": "C2"}


@pytest.mark.parametrize("level", [None, "", "native"])
def test_a_missing_level_means_a_mother_tongue(level: str | None) -> None:
    assert a_mentee(languages={"so": level}).languages == {"so": "C2"}


@pytest.mark.parametrize(
    ("mentor", "mentee", "rule"),
    [
        (a_mentor(languages={"fi": "C2"}), a_mentee(languages={"ar": "C2"}), "no-common-language"),
        (a_mentor(languages={}), a_mentee(), "no-common-language"),
        (a_mentor(languages={"fi": "C2"}), a_mentee(languages={"fi": "A2"}), "language-too-weak"),
        (a_mentor(ready=False), a_mentee(), "not-ready"),
        (a_mentor(), a_mentee(ready=False), "not-ready"),
        (a_mentor(capacity=0), a_mentee(), "mentor-full"),
    ],
)
def test_a_hard_constraint_forbids_a_pair(mentor: Candidate, mentee: Candidate, rule: str) -> None:
    inputs = a_cohort(mentor, mentee)
    assert propose(inputs).lines == ()
    assert broken(inputs) == [rule]


def test_the_working_level_is_the_programs() -> None:
    people = a_mentor(languages={"en": "B1"}), a_mentee(languages={"en": "C1"})
    assert pairs(propose(a_cohort(*people)))
    strict = MatchingRules(common_language_level="B2")
    assert broken(a_cohort(*people, rules=strict)) == ["language-too-weak"]
    assert not pairs(propose(a_cohort(*people, rules=strict)))


def test_the_common_language_may_be_one_that_neither_grew_up_with() -> None:
    inputs = a_cohort(
        a_mentor(languages={"fi": "C2", "en": "B2"}), a_mentee(languages={"ti": "C2", "en": "B1", "fi": "A1"})
    )
    (line,) = propose(inputs).lines
    assert line.reasons[0].params == {"language": "en", "level": "B1"}
    assert line.doubts[0].code == "language-just-enough"


def test_a_veto_forbids_a_pair_and_says_nothing_of_who_made_it() -> None:
    inputs = a_cohort(a_mentor(), a_mentee(), vetoes=frozenset({("mentor", "mentee")}))
    assert broken(inputs) == ["vetoed"]
    assert alone(propose(inputs)) == {"mentee": ["all-vetoed"], "mentor": ["all-vetoed"]}
    assert why_not(inputs, "mentor", "mentee").broken[0].params == {}


def test_a_veto_of_somebody_who_is_no_candidate_changes_nothing() -> None:
    inputs = a_cohort(a_mentor(), a_mentee(), vetoes=frozenset({("gone", "mentee"), ("mentor", "gone")}))
    assert pairs(propose(inputs)) == {("mentor", "mentee")}


def test_seats_already_taken_are_not_given_again() -> None:
    mentees = a_mentee("one"), a_mentee("two"), a_mentee("three")
    inputs = a_cohort(a_mentor(capacity=2), *mentees, taken={"mentor": 1, "one": 1})
    proposal = propose(inputs)
    assert len(proposal.lines) == 1
    assert "one" not in {person for pair in pairs(proposal) for person in pair} | set(alone(proposal))
    assert [r.code for r in why_not(inputs, "mentor", "one").broken] == ["mentee-already-paired"]


def test_career_mentoring_asks_for_the_same_field() -> None:
    rules = MatchingRules.for_model("career-mentoring", "B1")
    near = a_cohort(a_mentor(field=("2211",)), a_mentee(field=("2221",)), rules=rules)
    far = a_cohort(a_mentor(field=("2511",)), a_mentee(field=("2221",)), rules=rules)
    unknown = a_cohort(a_mentor(field=()), a_mentee(), rules=rules)
    assert pairs(propose(near))
    assert alone(propose(far))["mentee"] == ["field-too-far"]
    assert broken(far) == broken(unknown) == ["field-too-far"]


def test_pair_mentoring_only_prefers_the_same_field() -> None:
    rules = MatchingRules.for_model("pair-mentoring", "B1")
    far = a_cohort(a_mentor(field=("2511",)), a_mentee(field=("5120",)), rules=rules)
    (line,) = propose(far).lines
    assert [d.code for d in line.doubts] == ["different-field"]


def test_more_matched_mentees_go_before_more_points() -> None:
    inputs = a_cohort(
        a_mentor("speaks-all", languages={"fi": "C1", "ar": "C1"}),
        a_mentor("speaks-finnish", field=("9112",), offers={"culture"}, municipality="Turku"),
        a_mentee("fits-best"),
        a_mentee("arabic-only", languages={"ar": "C2"}, field=("7411",), needs={"recognition"}),
    )
    assert pairs(propose(inputs)) == {("speaks-finnish", "fits-best"), ("speaks-all", "arabic-only")}


def test_points_decide_among_equally_many_pairs() -> None:
    inputs = a_cohort(
        a_mentor("nurse"),
        a_mentor("cook", field=("5120",)),
        a_mentee("a-cook", field=("5120",)),
        a_mentee("a-nurse"),
    )
    assert pairs(propose(inputs)) == {("nurse", "a-nurse"), ("cook", "a-cook")}


def test_a_second_mentee_goes_to_a_mentor_without_one_if_that_costs_little() -> None:
    inputs = a_cohort(
        a_mentor("two-seats", capacity=2),
        a_mentor("one-seat", availability={"weekends", "weekday-days"}, languages={"fi": "B2"}),
        a_mentee("one"),
        a_mentee("two"),
    )
    assert {mentor for mentor, _ in pairs(propose(inputs))} == {"two-seats", "one-seat"}


def test_a_second_mentee_stays_where_the_fit_is_much_better() -> None:
    inputs = a_cohort(
        a_mentor("two-seats", capacity=2), a_mentor("far", field=("9112",)), a_mentee("one"), a_mentee("two")
    )
    proposal = propose(inputs)
    assert {mentor for mentor, _ in pairs(proposal)} == {"two-seats"}
    assert all(line.doubts[-1].code == "shared-mentor" for line in proposal.lines)
    assert alone(proposal) == {"far": ["all-taken"]}


def test_a_lock_holds_even_where_points_speak_against_it() -> None:
    people = a_mentor("nurse"), a_mentor("cook", field=("5120",)), a_mentee("mentee")
    assert pairs(propose(a_cohort(*people))) == {("nurse", "mentee")}
    (line,) = propose(a_cohort(*people, locks=frozenset({("cook", "mentee")}))).lines
    assert (line.mentor, line.locked) == ("cook", True)


@pytest.mark.parametrize(
    ("people", "locks", "reason"),
    [
        ([a_mentor("m", ready=False), a_mentee("one")], {("m", "one")}, "not-ready"),
        ([a_mentor("m"), a_mentee("one", languages={})], {("m", "one")}, "no-common-language"),
        ([a_mentor("m"), a_mentee("one"), a_mentee("two")], {("m", "one"), ("m", "two")}, "mentor-full"),
        (
            [a_mentor("m"), a_mentor("n"), a_mentee("one")],
            {("m", "one"), ("n", "one")},
            "mentee-already-paired",
        ),
    ],
)
def test_a_lock_never_breaks_a_hard_constraint(
    people: list[Candidate], locks: set[tuple[str, str]], reason: str
) -> None:
    with pytest.raises(LockBreaksRule) as refused:
        propose(a_cohort(*people, locks=frozenset(locks)))
    assert refused.value.params["reasons"] == [reason]


def test_a_lock_of_an_unknown_person_is_refused() -> None:
    with pytest.raises(UnknownCandidate):
        propose(a_cohort(a_mentor(), a_mentee(), locks=frozenset({("mentor", "nobody")})))


def test_everybody_who_stays_alone_hears_why() -> None:
    inputs = a_cohort(
        a_mentor("unready", ready=False),
        a_mentor("no-room", capacity=0),
        a_mentor("paired"),
        a_mentee("lucky"),
        a_mentee("late", field=("9112",)),
        a_mentee("scarce", languages={"ti": "C2"}),
    )
    assert alone(propose(inputs)) == {
        "late": ["all-taken"],
        "scarce": ["no-common-language"],
        "unready": ["not-ready"],
        "no-room": ["no-capacity"],
    }


@pytest.mark.parametrize("people", [[], [a_mentor()], [a_mentee()]])
def test_a_cohort_without_one_side_gives_an_empty_proposal(people: list[Candidate]) -> None:
    proposal = propose(a_cohort(*people))
    assert (proposal.lines, proposal.total) == ((), 0)
    assert all(codes == ["nobody-free"] for codes in alone(proposal).values())


def test_inputs_survive_storage_and_give_the_same_proposal() -> None:
    inputs = a_cohort(a_mentor(), a_mentee(), vetoes=frozenset({("mentor", "other")}), taken={"other": 1})
    again = MatchingInputs.model_validate_json(inputs.model_dump_json())
    assert again == inputs
    assert (
        propose(again) == propose(inputs) == Proposal.model_validate_json(propose(inputs).model_dump_json())
    )


def test_a_protected_trait_can_not_enter() -> None:
    with pytest.raises(ValidationError):
        a_mentee(origin="elsewhere")


def test_one_person_is_not_a_candidate_twice() -> None:
    with pytest.raises(ValidationError, match="twice"):
        a_cohort(a_mentor("same"), a_mentee("same"))


def test_weights_make_a_hundred() -> None:
    with pytest.raises(ValidationError, match="100"):
        Weights(field=90)


def test_the_hash_of_an_id_is_the_same_in_every_process() -> None:
    assert stable_hash("mentor") == 0xD9D771DF57E86D11
