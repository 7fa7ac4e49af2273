"""Days and times are read as Finland writes them and in ISO 8601; anything else is none."""

from datetime import date, time

import pytest

from matka_gateway.forms.details import may_be_a_phone
from matka_gateway.forms.moments import read_day, read_hour


@pytest.mark.parametrize("typed", ["31.3.2027", " 31.03.2027 ", "31/3/2027", "31. 3. 2027", "2027-03-31"])
def test_a_day_is_read_however_it_is_written_here(typed: str) -> None:
    assert read_day(typed) == date(2027, 3, 31)


@pytest.mark.parametrize("typed", ["", "31.2.2027", "3/31/2027", "31.3.27", "31.3.", "tomorrow", "0.1.2027"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_day(typed) is None


@pytest.mark.parametrize("typed", ["17.30", "17:30", "17:30:00", " klo 17.30", "kl. 17.30", "Klo 17:30"])
def test_a_time_is_read_however_it_is_written_here(typed: str) -> None:
    assert read_hour(typed) == time(17, 30)


@pytest.mark.parametrize("typed", ["", "25.00", "17.60", "17", "five", "17,30"])
def test_what_is_no_time_is_none(typed: str) -> None:
    assert read_hour(typed) is None


@pytest.mark.parametrize("typed", ["", "+358 40 123 4567", "(09) 123-456", "040/1234567", "12345"])
def test_a_phone_number_may_be_written_in_many_ways_or_left_out(typed: str) -> None:
    assert may_be_a_phone(typed)


@pytest.mark.parametrize("typed", ["call me", "1234", "+358 forty", "-----"])
def test_what_nobody_can_call_is_no_phone_number(typed: str) -> None:
    assert not may_be_a_phone(typed)
