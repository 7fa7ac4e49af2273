"""Whether a step of a whole program comes early: then a page says so, and it is taken only with a tick."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from matka_gateway.languages import Language
from matka_gateway.readings import Program
from matka_gateway.staff_readings import DeskGathering
from matka_gateway.upstream import Gap

# Participation is sealed some weeks before the closing event, to print certificates for it.
_SOME_WEEKS = timedelta(weeks=6)
_DAYS_AS_DAYS = 14


class Warnings:
    """What speaks against taking a step today, in one reader's language."""

    def __init__(self, language: Language, program: Program, now: datetime) -> None:
        self._language = language
        self._program = program
        self._now = now
        self._today = now.astimezone(ZoneInfo(program.timezone)).date()

    def about(self, step: str, closing: DeskGathering | Gap | None) -> list[str]:
        """Nothing where the step comes in its time; `closing` is None where no closing event is planned."""
        if step == "close":
            return [each for each in (self._closing_is_missing(closing), self._end_is_ahead()) if each]
        if step == "seal":
            ahead = isinstance(closing, DeskGathering) and closing.starts_at - self._now > _SOME_WEEKS
            long = self._program.ends_on - self._today > _SOME_WEEKS
            if ahead or (long and not isinstance(closing, DeskGathering)):
                return [self._closing_is_missing(closing), self._end_is_ahead()]
        return []

    def _closing_is_missing(self, closing: DeskGathering | Gap | None) -> str:
        language = self._language
        if isinstance(closing, Gap):
            return language.say("It cannot be seen right now whether the closing event has been held.")
        if closing is None:
            return language.say("No closing event has been planned or held.")
        if closing.status == "held":
            return ""
        if closing.starts_at <= self._now:
            return language.say("The closing event is past but has not been closed: mark who came first.")
        local = closing.starts_at.astimezone(ZoneInfo(closing.timezone)).date()
        return language.say(
            "The closing event is still ahead: it is on {day}, {time}.",
            day=language.day(local),
            time=self._until(local),
        )

    def _end_is_ahead(self) -> str:
        if self._program.ends_on <= self._today:
            return ""
        return self._language.say(
            "The program goes on until {day}, {time}.",
            day=self._language.day(self._program.ends_on),
            time=self._until(self._program.ends_on),
        )

    def _until(self, day: date) -> str:
        days = (day - self._today).days
        if days < _DAYS_AS_DAYS:
            return self._language.count("in {number} day", "in {number} days", days)
        return self._language.count("in {number} week", "in {number} weeks", days // 7)
