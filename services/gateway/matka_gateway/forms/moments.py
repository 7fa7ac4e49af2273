"""Days and times as people type them where the browser has no picker: as in Finland, or in ISO 8601."""

import re
from datetime import date, time

_DAY = re.compile(r"(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4})")
_HOUR = re.compile(r"(?:klo\.?\s*|kl\.?\s*)?(\d{1,2})[.:](\d{2})(?::\d{2})?", re.IGNORECASE)


def read_day(typed: str) -> date | None:
    """`31.3.2027`, `31/3/2027` or `2027-03-31`; nothing for what is no day."""
    text = typed.strip()
    try:
        if written := _DAY.fullmatch(text):
            day, month, year = map(int, written.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_hour(typed: str) -> time | None:
    """`17.30`, `klo 17.30` or `17:30`; nothing for what is no time of day."""
    written = _HOUR.fullmatch(typed.strip())
    try:
        return time(int(written[1]), int(written[2])) if written else None
    except ValueError:
        return None
