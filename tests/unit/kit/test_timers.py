"""Timers as an aggregate's document keeps them: what is due, what failed, what is dead."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from matka_kit.aggregate import Aggregate, Timer
from matka_kit.timers import StoredTimer, TimerSet
from tests.support.workshop import NOON, later


def a_timer(id_: str = "one", due: datetime = NOON, kind: str = "alarm") -> Timer:
    return Timer(id_, due, kind)


def a_set(*timers: Timer) -> TimerSet:
    return TimerSet().merged(timers)


def test_a_timer_equals_the_one_that_comes_back_from_the_store() -> None:
    due = later(microseconds=123_456).astimezone(timezone(timedelta(hours=2)))
    assert a_timer(due=due) == a_timer(due=later(milliseconds=123))


def test_a_timer_in_a_doubled_hour_equals_its_instant() -> None:
    doubled = datetime(2027, 10, 31, 3, 30, tzinfo=ZoneInfo("Europe/Helsinki"), fold=1)
    assert a_timer(due=doubled).due.isoformat() == "2027-10-31T01:30:00+00:00"
    assert a_timer(due=doubled) == a_timer(due=doubled)


def test_a_timer_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        a_timer(due=NOON.replace(tzinfo=None))


def test_a_timer_that_did_not_move_keeps_its_failures() -> None:
    failed = a_set(a_timer()).with_failure(a_set(a_timer()).timers[0].failed(NOON))
    assert failed.merged([a_timer()]).timers[0].failures == 1


@pytest.mark.parametrize("moved", [a_timer(due=later(hours=1)), a_timer(kind="bell")])
def test_a_timer_that_moved_or_is_of_another_kind_begins_anew(moved: Timer) -> None:
    failed = a_set(a_timer()).with_failure(a_set(a_timer()).timers[0].failed(NOON))
    assert failed.merged([moved]).timers == [StoredTimer(id="one", due=moved.due, kind=moved.kind)]


def test_the_failure_of_a_timer_that_was_moved_meanwhile_is_forgotten() -> None:
    failed = a_set(a_timer()).timers[0].failed(NOON)
    moved = a_set(a_timer(due=later(hours=1)))
    assert moved.with_failure(failed) == moved


def test_failures_are_tried_again_later_each_time_and_the_fifth_is_the_last() -> None:
    timer = a_set(a_timer()).timers[0]
    waits = []
    for _ in range(4):
        timer = timer.failed(NOON)
        assert timer.retry_at is not None
        waits.append((timer.retry_at - NOON).total_seconds())
    assert waits == [1, 2, 4, 8]
    dead = timer.failed(NOON)
    assert (dead.dead, dead.retry_at, dead.failures) == (True, None, 5)
    assert not dead.is_due(later(days=1), later(days=1))


def test_a_failed_timer_waits_for_machine_time_whatever_the_domain_says() -> None:
    failed = a_set(a_timer()).timers[0].failed(NOON)
    assert not failed.is_due(now=later(days=30), machine=NOON)
    assert failed.is_due(now=NOON, machine=later(seconds=1))


def test_due_timers_come_earliest_first() -> None:
    timers = a_set(a_timer("late", later(hours=2)), a_timer("b", later(hours=1)), a_timer("a"))
    assert [timer.id for timer in timers.due(later(hours=1), NOON)] == ["a", "b"]


def test_a_document_is_found_by_its_earliest_live_timer_and_its_earliest_retry() -> None:
    timers = a_set(a_timer("one"), a_timer("two", later(hours=1)), a_timer("three", later(hours=2)))
    assert (timers.next_due, timers.retry_due) == (NOON, None)
    timers = timers.with_failure(timers.timers[0].failed(NOON))
    assert (timers.next_due, timers.retry_due) == (later(hours=1), later(seconds=1))
    assert (TimerSet().next_due, TimerSet().retry_due) == (None, None)


def test_a_dead_timer_is_neither_due_nor_tried_again() -> None:
    timer = a_set(a_timer()).timers[0]
    for _ in range(5):
        timer = timer.failed(NOON)
    dead = a_set(a_timer()).with_failure(timer)
    assert (dead.next_due, dead.retry_due, dead.due(later(days=1), later(days=1))) == (None, None, [])


def test_what_is_left_of_a_dead_timer_says_where_it_was_and_what_failed() -> None:
    epitaph = a_set(a_timer()).timers[0].epitaph("tallies", "tally", "ZeroDivisionError")
    assert epitaph == {
        "_id": "tallies:tally:one:2027-01-18T10:00:00+00:00",
        "collection": "tallies",
        "aggregate": "tally",
        "kind": "alarm",
        "due": NOON,
        "failures": 0,
        "error": "ZeroDivisionError",
    }


def test_an_aggregate_has_no_timers_unless_it_says_so() -> None:
    plain = Aggregate(id="plain")
    assert plain.timers() == ()
    with pytest.raises(NotImplementedError, match="Aggregate has no timer alarm"):
        plain.fire(a_timer(), NOON)
