"""A pair from the proposal to its end without blame: events or the broken rule."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from matka_contracts.pairing import AgreementSigned, PairDeclined, PairEnded, PairFormed, PairProposed
from matka_contracts.terms import Cefr, MeetingForm, Pace
from matka_kit.errors import Forbidden
from matka_pairing.domain.pace import PaceOutOfOrder
from matka_pairing.domain.pair import Pair, PairAnswered, PairNotFormed
from matka_pairing.pair_models import PairView
from tests.support.mothers_pairing import NOON, a_draft, a_formed_pair, a_pair, an_agreement

ROW: dict[str, Any] = {
    "pair_id": "pair",
    "program_id": "spring",
    "mentor_id": "maija",
    "mentee_id": "amal",
    "pace": Pace(least=2, most=3),
}


def a_declined_pair() -> Pair:
    pair = a_pair()
    pair.decline("amal")
    return pair


def an_ended_pair() -> Pair:
    pair = a_formed_pair()
    pair.end("by-agreement", NOON)
    return pair


def test_both_are_asked() -> None:
    assert a_pair().propose() == (PairProposed(**ROW, common_language="fi"),)


def test_two_who_accept_are_a_pair() -> None:
    pair = a_pair()
    assert pair.accept("amal", NOON) == ()
    assert pair.accept("amal", NOON) == ()
    later = NOON + timedelta(days=1)
    assert pair.accept("maija", later) == (PairFormed(**ROW, formed_at=later, common_language="fi"),)
    assert pair.accept("maija", NOON) == ()
    assert (pair.status, pair.formed_at, pair.is_active) == ("formed", later, True)


def test_one_who_declines_ends_the_proposal_in_private() -> None:
    pair = a_pair()
    pair.accept("maija", NOON)
    assert pair.decline("amal") == (PairDeclined(**ROW),)
    assert pair.decline("amal") == ()
    assert not pair.is_active
    assert "declined_by" not in PairView.of(pair, for_staff=False).model_dump(exclude_none=True)
    assert PairView.of(pair, for_staff=True).declined_by == "amal"


def test_who_has_accepted_may_still_decline_until_both_have() -> None:
    pair = a_pair()
    pair.accept("amal", NOON)
    assert pair.decline("amal")
    with pytest.raises(PairAnswered):
        pair.accept("amal", NOON)


@pytest.mark.parametrize("pair", [a_declined_pair(), an_ended_pair()])
def test_what_is_over_cannot_be_accepted(pair: Pair) -> None:
    for person in ("amal", "maija"):
        with pytest.raises(PairAnswered):
            pair.accept(person, NOON)


@pytest.mark.parametrize("pair", [a_formed_pair(), an_ended_pair()])
def test_what_was_formed_cannot_be_declined(pair: Pair) -> None:
    with pytest.raises(PairAnswered):
        pair.decline("amal")


def test_the_other_cannot_decline_what_is_declined() -> None:
    with pytest.raises(PairAnswered):
        a_declined_pair().decline("maija")


def test_only_the_two_themselves_answer_and_sign() -> None:
    with pytest.raises(Forbidden):
        a_pair().accept("somebody", NOON)
    with pytest.raises(Forbidden):
        a_pair().decline("somebody")
    with pytest.raises(Forbidden):
        a_formed_pair().sign("somebody", an_agreement(), NOON)


def test_an_agreement_sets_the_pairs_own_pace() -> None:
    pair = a_formed_pair()
    agreement = an_agreement(language_level=Cefr.B1, goals="Ein Netzwerk")
    signed = AgreementSigned(
        **ROW | {"pace": Pace(least=2, most=2)},
        form=MeetingForm.VIDEO,
        language="fi",
        language_level=Cefr.B1,
        signed_at=NOON,
    )
    assert pair.sign("amal", agreement, NOON) == (signed,)
    assert pair.sign("maija", agreement, NOON) == ()
    assert pair.sign("maija", an_agreement(), NOON), "what changes is signed anew"


@pytest.mark.parametrize("pace", [Pace(least=0, most=1), Pace(least=3, most=2), Pace(least=1, most=99)])
def test_an_agreement_has_a_pace_that_can_be_kept(pace: Pace) -> None:
    with pytest.raises(PaceOutOfOrder):
        a_formed_pair().sign("amal", an_agreement(pace=pace), NOON)


@pytest.mark.parametrize("pair", [a_pair(), a_declined_pair(), an_ended_pair()])
def test_only_a_formed_pair_agrees(pair: Pair) -> None:
    with pytest.raises(PairNotFormed):
        pair.sign("amal", an_agreement(), NOON)


@pytest.mark.parametrize("otherwise", [{"language": "Finnish"}, {"goals": "x" * 5001}, {"colour": "red"}])
def test_an_agreement_says_what_is_asked(otherwise: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        an_agreement(**otherwise)


def test_a_pair_ends_once() -> None:
    pair = a_formed_pair()
    assert pair.end("by-agreement", NOON) == (PairEnded(**ROW, reason="by-agreement", ended_at=NOON),)
    assert pair.end("again", NOON) == ()
    assert (pair.end_reason, pair.ended_at, pair.is_active) == ("by-agreement", NOON, False)


def test_a_proposal_that_staff_end_comes_to_nothing_and_says_why() -> None:
    pair = a_pair()
    assert pair.end("program-closed", NOON) == (PairDeclined(**ROW, reason="program-closed"),)
    with pytest.raises(PairNotFormed):
        pair.end("program-closed", NOON)


def test_a_draft_is_published_once() -> None:
    draft = a_draft()
    assert draft.publish() == draft.publish() == ()
    assert draft.status == "published"
