"""Three working days: weekends do not count, and four o'clock is four o'clock on either side of a change."""

from datetime import UTC, datetime

import pytest

from matka_pairing.domain.working_days import end_of_working_day


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2027, 1, 18, 10, tzinfo=UTC), datetime(2027, 1, 21, 14, tzinfo=UTC)),  # Monday: Thursday
        (datetime(2027, 1, 20, 10, tzinfo=UTC), datetime(2027, 1, 25, 14, tzinfo=UTC)),  # Wednesday: Monday
        (datetime(2027, 1, 22, 10, tzinfo=UTC), datetime(2027, 1, 27, 14, tzinfo=UTC)),  # Friday: Wednesday
        (datetime(2027, 1, 23, 10, tzinfo=UTC), datetime(2027, 1, 27, 14, tzinfo=UTC)),  # Saturday: the same
        (datetime(2027, 1, 24, 21, tzinfo=UTC), datetime(2027, 1, 27, 14, tzinfo=UTC)),  # Sunday, 23 o'clock
        (datetime(2027, 1, 24, 22, tzinfo=UTC), datetime(2027, 1, 28, 14, tzinfo=UTC)),  # Monday by midnight
        (datetime(2027, 3, 26, 10, tzinfo=UTC), datetime(2027, 3, 31, 13, tzinfo=UTC)),  # summer time begins
        (datetime(2027, 10, 29, 10, tzinfo=UTC), datetime(2027, 11, 3, 14, tzinfo=UTC)),  # and ends
    ],
)
def test_three_working_days_end_at_four_local_time(asked: datetime, due: datetime) -> None:
    assert end_of_working_day(asked, 3, "Europe/Helsinki") == due


def test_the_zone_decides_what_day_it_is() -> None:
    late_on_friday = datetime(2027, 1, 22, 23, tzinfo=UTC)
    assert end_of_working_day(late_on_friday, 1, "America/New_York") == datetime(2027, 1, 25, 21, tzinfo=UTC)
