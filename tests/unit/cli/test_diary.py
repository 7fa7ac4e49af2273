"""A pair's diary: its own pace, what is put off and called off, and the silence of the pair that slips."""

import random
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from matka_cli.rehearse.diary import BEHIND, EVENING, NOON, Entry, diary, with_silence

FIRST, LAST = date(2027, 1, 22), date(2027, 6, 29)
SEEDS = st.integers(0, 10_000)
PACES = st.sampled_from([(1, 1), (2, 2), (2, 3), (3, 3), (4, 4)])


def a_diary(seed: int, pace: tuple[int, int] = (2, 3), last: date = LAST) -> list[Entry]:
    return diary(random.Random(seed), pace, FIRST, last)


@given(SEEDS, PACES)
def test_everything_happens_between_the_first_and_the_last_day(seed: int, pace: tuple[int, int]) -> None:
    for entry in a_diary(seed, pace):
        assert FIRST <= entry.planned < entry.at.date()
        assert (entry.takes_place or entry.at).date() <= LAST
        assert entry.planner != entry.logger


def test_a_pair_meets_as_often_as_it_agreed() -> None:
    often = [len(a_diary(seed, (3, 3))) for seed in range(40)]
    seldom = [len(a_diary(seed, (2, 2))) for seed in range(40)]
    assert min(often) >= 13
    assert max(seldom) <= 12


def test_one_in_eight_is_put_off_and_one_in_twelve_called_off() -> None:
    entries = [entry for seed in range(300) for entry in a_diary(seed)]
    moved = sum(entry.change is not None and entry.change.to is not None for entry in entries)
    cancelled = sum(entry.takes_place is None for entry in entries)
    assert 0.09 < moved / len(entries) < 0.14
    assert 0.07 < cancelled / len(entries) < 0.10


@given(SEEDS, PACES)
def test_no_two_meetings_in_a_row_are_called_off(seed: int, pace: tuple[int, int]) -> None:
    entries = a_diary(seed, pace)
    assert not any(one.takes_place is None and next_.takes_place is None for one, next_ in pairwise(entries))


@given(SEEDS)
def test_a_meeting_is_called_off_before_anybody_is_reminded(seed: int) -> None:
    for entry in a_diary(seed):
        if entry.change and entry.change.to is None:
            assert entry.planned < entry.change.day == entry.at.date() - timedelta(days=2)
            assert entry.change.hour == EVENING


def test_some_are_put_off_before_the_reminder_and_some_after_it() -> None:
    changes = [entry.change for seed in range(60) for entry in a_diary(seed) if entry.change]
    assert {change.hour for change in changes if change.to} == {EVENING, NOON}
    assert all(change.to is None or change.day < change.to.date() for change in changes)


def test_whoever_is_to_log_by_link_is_asked_when_the_meeting_is_over_and_the_others_log_before() -> None:
    for entry in a_diary(1) + a_diary(2):
        over = entry.at + timedelta(minutes=entry.minutes)
        assert entry.at.hour < EVENING
        assert (over.hour, over.minute) == (EVENING, 0 if entry.by_link else 30)


def test_a_third_is_logged_by_the_link_of_a_mail() -> None:
    entries = [entry for seed in range(100) for entry in a_diary(seed)]
    assert 0.28 < sum(entry.by_link for entry in entries) / len(entries) < 0.38


@given(SEEDS, st.sampled_from([(2, 2), (2, 3), (3, 3)]))
def test_a_pair_that_slips_is_five_weeks_behind_its_own_rhythm_once(seed: int, pace: tuple[int, int]) -> None:
    entries = with_silence(a_diary(seed, pace), pace, LAST)
    gaps = [(b.at - a.at).days for a, b in pairwise(entries)]
    own = 30 // pace[0]
    assert [gap for gap in gaps if gap >= own + BEHIND.days] == [own + BEHIND.days]
    assert not any(entry.change for entry in entries)
    silent = gaps.index(own + BEHIND.days)
    assert entries[silent + 1].planned - entries[silent].at.date() > BEHIND


def test_where_the_time_is_too_short_nobody_slips() -> None:
    short = a_diary(1, (2, 2), FIRST + timedelta(days=40))
    assert with_silence(short, (2, 2), FIRST + timedelta(days=40)) == short
