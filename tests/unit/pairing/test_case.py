"""A support case from its opening to its end: events or the broken rule."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from matka_contracts.pairing import CaseHandedOver, CaseOpened, CaseOverdue, CaseResolved
from matka_kit.aggregate import Timer
from matka_pairing.domain.case import (
    Case,
    CaseIsResolved,
    CaseWithoutPair,
    CoverIsOwner,
    NotAmongStaff,
)
from tests.support.mothers_pairing import NOON, a_case

THURSDAY_AT_FOUR = datetime(2027, 1, 21, 14, tzinfo=UTC)
ACTING = {"sari", "heli", "root"}
ROW: dict[str, Any] = {
    "case_id": "case",
    "program_id": "spring",
    "pair_id": "pair",
    "kind": "question",
    "opened_by": "amal",
    "owner_id": "sari",
    "cover_id": "heli",
    "due_at": THURSDAY_AT_FOUR,
}


def a_resolved_case() -> Case:
    case = a_case()
    case.resolve("answered", "", "", NOON)
    return case


def test_who_turns_to_staff_is_answered_within_three_working_days() -> None:
    case = a_case()
    assert case.open() == (CaseOpened(**ROW),)
    assert case.timers() == (Timer(id="overdue", due=THURSDAY_AT_FOUR, kind="overdue"),)


def test_no_event_says_what_it_is_about() -> None:
    case = a_case()
    told = [*case.open(), *case.hand_over("root", ACTING), *case.fire(case.timers()[0], THURSDAY_AT_FOUR)]
    told += case.resolve("answered", "She was sad", "", NOON)
    words = " ".join(event.model_dump_json() for event in told)
    assert "time" not in words
    assert "sad" not in words


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("", ""),
        ("  One line. ", "One line."),
        ("One line.\r\nAnother.", "One line. …"),
        ("x" * 141, "x" * 140 + " …"),
    ],
)
def test_a_list_shows_how_a_case_begins(text: str, beginning: str) -> None:
    case = a_case()
    case.text = text
    assert case.beginning == beginning


def test_a_case_is_handed_over_once() -> None:
    case = a_case()
    assert case.hand_over("root", ACTING) == (CaseHandedOver(**ROW | {"owner_id": "root"}),)
    assert case.hand_over("root", ACTING) == ()


def test_who_covered_and_now_answers_is_covered_by_who_answered() -> None:
    case = a_case()
    swapped = {"owner_id": "heli", "cover_id": "sari"}
    assert case.hand_over("heli", ACTING) == (CaseHandedOver(**ROW | swapped),)


def test_only_staff_who_act_answer() -> None:
    with pytest.raises(NotAmongStaff):
        a_case().hand_over("maija", ACTING)


def test_a_cover_is_named_changed_and_taken_away() -> None:
    case = a_case()
    assert case.cover("root", ACTING) == case.cover("root", ACTING) == ()
    assert case.cover_id == "root"
    assert case.cover("", ACTING) == ()
    assert case.cover_id == ""


@pytest.mark.parametrize(("cover", "broken"), [("sari", CoverIsOwner), ("maija", NotAmongStaff)])
def test_a_cover_is_somebody_else_of_the_acting_staff(cover: str, broken: type[Exception]) -> None:
    with pytest.raises(broken):
        a_case().cover(cover, ACTING)


def test_a_deadline_that_passes_is_told_once() -> None:
    case = a_case()
    [timer] = case.timers()
    assert case.fire(timer, THURSDAY_AT_FOUR) == (CaseOverdue(**ROW),)
    assert (case.overdue, case.status, case.timers()) == (True, "open", ())


@pytest.mark.parametrize("outcome", ["answered", "continues", "pair-ended"])
def test_a_case_is_resolved_once(outcome: Any) -> None:
    case = a_case()
    resolved = CaseResolved(**ROW, outcome=outcome, resolved_at=NOON)
    assert case.resolve(outcome, "A good talk", "other-plans", NOON) == (resolved,)
    assert case.resolve(outcome, "", "", NOON + timedelta(days=1)) == ()
    assert (case.note, case.timers()) == ("A good talk", ())
    assert case.end_reason == ("other-plans" if outcome == "pair-ended" else "")


def test_a_case_about_no_pair_ends_none() -> None:
    with pytest.raises(CaseWithoutPair):
        a_case(pair_id="", members=()).resolve("pair-ended", "", "by-agreement", NOON)


@pytest.mark.parametrize(
    "act",
    [
        lambda case: case.hand_over("root", ACTING),
        lambda case: case.cover("root", ACTING),
        lambda case: case.resolve("continues", "", "", NOON),
    ],
)
def test_what_is_resolved_stays_so(act: Callable[[Case], object]) -> None:
    with pytest.raises(CaseIsResolved):
        act(a_resolved_case())


def test_words_are_forgotten_and_the_case_stays() -> None:
    case = a_case(note="She was sad")
    assert case.forget_words() == ()
    assert (case.text, case.note, case.status) == ("", "", "open")
