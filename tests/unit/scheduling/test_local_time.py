"""Local plans and the instants that they mean, on ordinary days and when the clocks change."""

from datetime import UTC, datetime, time

import pytest

from matka_scheduling.domain.local_time import LocalTime, NoSuchLocalTime
from tests.support.mothers_scheduling import HELSINKI, local


def test_a_local_time_means_another_instant_in_summer_than_in_winter() -> None:
    assert local(2027, 2, 10, 17, 30).instant() == datetime(2027, 2, 10, 15, 30, tzinfo=UTC)
    assert local(2027, 6, 10, 17, 30).instant() == datetime(2027, 6, 10, 14, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_no_local_time() -> None:
    with pytest.raises(NoSuchLocalTime) as broken:
        local(2027, 3, 28, 3, 30)
    assert broken.value.params == {"at": "2027-03-28T03:30", "zone": HELSINKI}


def test_of_an_hour_that_comes_twice_the_first_one_is_meant() -> None:
    assert local(2027, 10, 31, 3, 30).instant() == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_seconds_are_left_out() -> None:
    assert LocalTime.of(datetime(2027, 2, 10, 17, 30, 59, 7), HELSINKI) == local(2027, 2, 10, 17, 30)


def test_an_instant_has_its_local_time() -> None:
    assert LocalTime.at_instant(datetime(2027, 6, 10, 14, 30, 12, tzinfo=UTC), HELSINKI) == local(
        2027, 6, 10, 17, 30
    )


def test_a_leap_day_comes_after_the_day_before_it() -> None:
    assert local(2028, 3, 1, 10).day_before(time(9)) == local(2028, 2, 29, 9)


def test_the_day_before_a_change_of_clocks_keeps_its_own_offset() -> None:
    assert local(2027, 3, 28, 12).day_before(time(9)).instant() == datetime(2027, 3, 27, 7, tzinfo=UTC)
    assert local(2027, 10, 31, 12).day_before(time(9)).instant() == datetime(2027, 10, 30, 6, tzinfo=UTC)


def test_a_day_begins_at_local_midnight() -> None:
    assert local(2027, 6, 10, 17).begin_of_day().instant() == datetime(2027, 6, 9, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "ten"),
    [
        (datetime(2027, 2, 10, 8, 0, tzinfo=UTC), datetime(2027, 2, 10, 8, tzinfo=UTC)),
        (datetime(2027, 2, 10, 8, 0, 1, tzinfo=UTC), datetime(2027, 2, 11, 8, tzinfo=UTC)),
        (datetime(2027, 2, 9, 22, 30, tzinfo=UTC), datetime(2027, 2, 10, 8, tzinfo=UTC)),
        (datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)),
        (datetime(2027, 10, 30, 12, tzinfo=UTC), datetime(2027, 10, 31, 8, tzinfo=UTC)),
    ],
)
def test_ten_in_the_morning_comes_once_a_day_whatever_the_clocks_do(moment: datetime, ten: datetime) -> None:
    assert LocalTime.first(time(10), moment, HELSINKI).instant() == ten


def test_a_week_later_is_the_same_time_of_day() -> None:
    assert local(2027, 3, 25, 10).days_later(7) == local(2027, 4, 1, 10)
