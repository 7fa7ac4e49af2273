"""Working days, by which staff promise an answer: Monday to Friday, whatever the calendar of feasts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5
_END_OF_DAY = time(16)


def end_of_working_day(moment: datetime, days: int, zone: str) -> datetime:
    """Four in the afternoon, local time, of the `days`-th working day after the local day of a moment."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    for _ in range(days):
        day = _next_working_day(day)
    return datetime.combine(day, _END_OF_DAY, ZoneInfo(zone)).astimezone(UTC)


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day
