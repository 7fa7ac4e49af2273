"""A gathering as staff typed it: what is wrong with which field, or what scheduling is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matka_contracts.terms import GatheringKind
from matka_gateway.forms.moments import read_day, read_hour
from matka_gateway.languages import Language

LONGEST_TITLE, LONGEST_PLACE = 300, 300
_MOST_HOURS, _MOST_SEATS = 100, 100_000
FIELDS = ("kind", "date", "time", "hours", "place", "seats")


@dataclass(frozen=True)
class TypedGathering:
    """The fields as they were typed; `title-fi` is the title in Finnish."""

    typed: Mapping[str, str]
    languages: tuple[str, ...]

    @property
    def titles(self) -> dict[str, str]:
        """The titles that were given, by language."""
        written = {code: self._of(f"title-{code}") for code in self.languages}
        return {code: text for code, text in written.items() if text}

    def problems(self, language: Language) -> dict[str, str]:
        """What is wrong with which field; nothing when all can be read."""
        found = {
            "kind": ""
            if self._of("kind") in set(GatheringKind)
            else language.say("Choose what kind of gathering it is."),
            "date": ""
            if read_day(self._of("date"))
            else language.say("Give the day, such as {example}.", example=language.day_as_typed),
            "time": ""
            if read_hour(self._of("time")) is not None
            else language.say("Give the time, such as {example}.", example=language.time_as_typed),
            "hours": "" if self._hours() else language.say("Give the length in hours, such as 2 or 1.5."),
            "seats": "" if self._seats() else language.say("Give the number of seats as a whole number."),
            "place": _too_long(language, self._of("place"), LONGEST_PLACE),
        }
        for code in self.languages:
            found[f"title-{code}"] = _too_long(language, self._of(f"title-{code}"), LONGEST_TITLE)
        if not self.titles and self.languages:
            found[f"title-{self.languages[0]}"] = language.say(
                "Give the gathering a name, in one language at least."
            )
        return {name: problem for name, problem in found.items() if problem}

    def read(self) -> dict[str, Any]:
        """What scheduling is asked for; the time is local to the program. Only for what has no problems."""
        day, hour = read_day(self._of("date")), read_hour(self._of("time"))
        if day is None or hour is None:
            raise ValueError("a gathering without a time")
        return {
            "kind": self._of("kind"),
            "title": self.titles,
            "at": datetime.combine(day, hour).isoformat(timespec="minutes"),
            "hours": self._hours(),
            "place": self._of("place"),
            "seats": self._seats(),
        }

    def _of(self, name: str) -> str:
        return self.typed.get(name, "").strip()

    def _hours(self) -> float:
        """The length; 0 for what cannot be one."""
        try:
            hours = float(self._of("hours").replace(",", "."))
        except ValueError:
            return 0.0
        return hours if 0 < hours <= _MOST_HOURS else 0.0

    def _seats(self) -> int:
        text = self._of("seats")
        seats = int(text) if text.isdecimal() and len(text) <= len(str(_MOST_SEATS)) else 0
        return seats if seats <= _MOST_SEATS else 0


def fields_of(languages: Iterable[str]) -> list[str]:
    """The names of the form's fields."""
    return [*FIELDS, *(f"title-{code}" for code in languages)]


def _too_long(language: Language, text: str, most: int) -> str:
    if len(text) <= most:
        return ""
    return language.say("That is too long: at most {most} characters.", most=language.number(most))
