"""A meeting as somebody typed it into a form."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from matka_contracts.terms import MeetingForm
from matka_gateway.readings import Meeting
from matka_kit.errors import InvalidInput

_LEAST_MINUTES, _MOST_MINUTES = 5, 1440
_LONGEST_PLACE = 300


class PlanWithoutTime(InvalidInput):
    """A meeting needs a day and a time that can be read."""


class PlanWithoutLength(InvalidInput):
    """A meeting lasts from five minutes to a day."""


class PlanWithoutForm(InvalidInput):
    """A meeting has one of the forms that there are."""


class PlaceTooLong(InvalidInput):
    """What is written of a meeting's place fits a line or two."""


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

    def read(self) -> dict[str, Any]:
        """What scheduling is asked for; the time is local to the program.

        Raises `PlanWithoutTime`, `PlanWithoutLength`, `PlanWithoutForm`, `PlaceTooLong`.
        """
        if self.form not in set(MeetingForm):
            raise PlanWithoutForm
        place = self.place.strip()
        if len(place) > _LONGEST_PLACE:
            raise PlaceTooLong(most=_LONGEST_PLACE)
        return {"at": self._at(), "minutes": self._length(), "form": self.form, "place": place}

    def _at(self) -> str:
        try:
            day, hour = date.fromisoformat(self.date.strip()), time.fromisoformat(self.time.strip())
        except ValueError as error:
            raise PlanWithoutTime from error
        return datetime.combine(day, hour.replace(tzinfo=None)).isoformat(timespec="minutes")

    def _length(self) -> int:
        typed = self.minutes.strip()
        minutes = int(typed) if typed.isdecimal() and len(typed) <= len(str(_MOST_MINUTES)) else 0
        if not _LEAST_MINUTES <= minutes <= _MOST_MINUTES:
            raise PlanWithoutLength(least=_LEAST_MINUTES, most=_MOST_MINUTES)
        return minutes
