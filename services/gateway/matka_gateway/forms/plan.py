"""A meeting as somebody typed it into a form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from matka_contracts.terms import MeetingForm
from matka_gateway.forms.moments import read_day, read_hour
from matka_gateway.readings import Meeting

_LEAST_MINUTES, _MOST_MINUTES = 5, 1440
_LONGEST_PLACE = 300


@dataclass(frozen=True)
class TypedPlan:
    """The fields of the form, as they were typed."""

    date: str = ""
    time: str = ""
    minutes: str = "60"
    form: str = ""
    place: str = ""

    @classmethod
    def of(cls, meeting: Meeting) -> "TypedPlan":
        """A meeting as it is planned now, to be changed."""
        local = meeting.starts_at.astimezone(ZoneInfo(meeting.timezone))
        return cls(
            date=local.date().isoformat(),
            time=local.strftime("%H:%M"),
            minutes=str(meeting.minutes),
            form=meeting.form,
            place=meeting.place,
        )

    def problems(self) -> dict[str, str]:
        """What is not right yet: fields and codes, in the form's order."""
        found = {
            "date": "" if read_day(self.date) else "day-unreadable",
            "time": "time-unreadable" if read_hour(self.time) is None else "",
            "minutes": "" if _LEAST_MINUTES <= self._length() <= _MOST_MINUTES else "length-unclear",
            "form": "" if self.form in set(MeetingForm) else "form-missing",
            "place": "too-long" if len(self.place.strip()) > _LONGEST_PLACE else "",
        }
        return {name: code for name, code in found.items() if code}

    def read(self) -> dict[str, Any]:
        """What scheduling is asked for, the time local to the program; only once there are no problems."""
        day, hour = read_day(self.date), read_hour(self.time)
        if day is None or hour is None:
            raise ValueError("a meeting without a time")
        return {
            "at": datetime.combine(day, hour).isoformat(timespec="minutes"),
            "minutes": self._length(),
            "form": self.form,
            "place": self.place.strip(),
        }

    def _length(self) -> int:
        typed = self.minutes.strip()
        return int(typed) if typed.isdecimal() and len(typed) <= len(str(_MOST_MINUTES)) else 0
