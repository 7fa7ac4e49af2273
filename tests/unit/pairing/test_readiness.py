"""Two doors to readiness, in any order of what is told: events or the broken rule."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations

import pytest

from matka_contracts.event import Event
from matka_contracts.pairing import MentorReady
from matka_contracts.terms import Door
from matka_pairing.domain.readiness import CourseBeforeContact, Readiness
from tests.support.mothers_pairing import NOON, a_note, a_readiness, a_training


def ready(door: Door) -> tuple[MentorReady]:
    return (MentorReady(program_id="spring", person_id="maija", door=door),)


def test_a_mentor_of_whom_nothing_is_known_is_not_ready() -> None:
    assert a_readiness().door is None
    assert a_readiness().missing() == ["training-not-attended", "course-not-completed"]


def test_door_a_is_the_training() -> None:
    readiness = a_readiness()
    assert readiness.record_training("training", a_training()) == ready(Door.TRAINING)
    assert (readiness.door, readiness.missing()) == (Door.TRAINING, [])


def test_a_mentor_who_did_not_come_to_the_training_is_not_ready() -> None:
    readiness = a_readiness()
    assert readiness.record_training("training", a_training(attended=False)) == ()
    assert readiness.door is None


def test_door_b_is_the_course_and_then_the_talk() -> None:
    readiness = a_readiness()
    assert readiness.record_course(NOON) == ()
    assert readiness.missing() == ["staff-contact-missing"]
    assert readiness.record_contact(a_note()) == ready(Door.SELF_STUDY)
    assert readiness.missing() == []


def test_the_talk_comes_after_the_course() -> None:
    with pytest.raises(CourseBeforeContact):
        a_readiness().record_contact(a_note())


def test_staff_may_waive_the_talk_before_or_after_the_course() -> None:
    before, after = a_readiness(), a_readiness()
    assert before.waive_contact(a_note()) == ()
    assert before.missing() == ["training-not-attended", "course-not-completed"]
    assert before.record_course(NOON) == ready(Door.WAIVED)
    after.record_course(NOON)
    assert after.waive_contact(a_note()) == ready(Door.WAIVED)


def test_where_the_program_wants_no_talk_the_course_is_enough() -> None:
    assert a_readiness(contact_needed=False).record_course(NOON) == ready(Door.SELF_STUDY)


def test_a_mentor_becomes_ready_once_by_whatever_doors() -> None:
    readiness = a_readiness()
    readiness.record_course(NOON)
    assert readiness.waive_contact(a_note()) == ready(Door.WAIVED)
    doors: list[Door | None] = []
    assert readiness.record_contact(a_note()) == ()
    doors.append(readiness.door)
    assert readiness.record_training("training", a_training()) == ()
    doors.append(readiness.door)
    assert doors == [Door.SELF_STUDY, Door.TRAINING], "the talk counts before the waiver, the training first"


def test_the_first_record_of_a_talk_or_a_course_stays() -> None:
    readiness = a_readiness()
    readiness.record_course(NOON)
    readiness.record_course(NOON + timedelta(days=1))
    for reason in ("first", "second"):
        readiness.record_contact(a_note(reason))
        readiness.waive_contact(a_note(reason))
    assert readiness.studied_at == NOON
    assert readiness.contact == readiness.waiver == a_note("first")


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_the_newest_record_of_a_training_stays_whatever_the_order(order: tuple[int, ...]) -> None:
    readiness = a_readiness()
    for sequence in (*order, *order):
        readiness.record_training("training", a_training(sequence=sequence, attended=sequence != 3))
    assert readiness.door is None


def test_one_training_is_enough() -> None:
    readiness = a_readiness()
    readiness.record_training("january", a_training())
    readiness.record_training("february", a_training(attended=False))
    assert readiness.door is Door.TRAINING
    readiness.record_training("february", a_training(sequence=2, at=NOON - timedelta(days=1)))
    assert readiness.trained_at == NOON - timedelta(days=1)


def test_a_door_that_was_closed_by_a_correction_opens_again_in_silence() -> None:
    readiness = a_readiness()
    readiness.record_training("training", a_training(sequence=1))
    assert readiness.record_training("training", a_training(sequence=2, attended=False)) == ()
    assert readiness.missing() == ["training-not-attended", "course-not-completed"]
    assert readiness.record_training("training", a_training(sequence=3)) == ()
    assert readiness.door is Door.TRAINING


def test_a_mentor_whose_training_is_taken_back_becomes_ready_anew_by_the_other_door() -> None:
    readiness = a_readiness()
    readiness.record_training("training", a_training(sequence=1))
    assert readiness.record_training("training", a_training(sequence=2, attended=False)) == ()
    assert readiness.record_course(NOON) == ()
    assert readiness.record_contact(a_note()) == ready(Door.SELF_STUDY)


def test_the_door_that_still_stands_is_told_when_the_one_that_was_told_of_closes() -> None:
    readiness = a_readiness(contact_needed=False)
    readiness.record_training("training", a_training(sequence=1))
    assert readiness.record_course(NOON) == ()
    assert readiness.record_training("training", a_training(sequence=2, attended=False)) == ready(
        Door.SELF_STUDY
    )
    assert readiness.record_training("training", a_training(sequence=3)) == ()


STEPS: dict[str, Callable[[Readiness], Sequence[Event]]] = {
    "training": lambda each: each.record_training("training", a_training()),
    "course": lambda each: each.record_course(NOON),
    "waiver": lambda each: each.waive_contact(a_note()),
}


@pytest.mark.parametrize("order", list(permutations(STEPS)))
def test_in_any_order_a_mentor_becomes_ready_once(order: tuple[str, ...]) -> None:
    readiness = a_readiness()
    events = [event for step in order for event in STEPS[step](readiness)]
    assert len(events) == 1
    assert readiness.door is Door.TRAINING
