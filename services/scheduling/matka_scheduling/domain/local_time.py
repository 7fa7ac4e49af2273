"""Local plans: a date, a time and a zone, expanded to an instant only when one is asked for."""

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from matka_kit.errors import InvalidInput


class NoSuchLocalTime(InvalidInput):
    """The clocks skip this local time: on that day it never comes."""


class LocalTime(BaseModel):
    """A moment as people write it down, in whole minutes; of a doubled hour the first one is meant."""

    model_config = ConfigDict(frozen=True)

    date: dt.date
    time: dt.time
    zone: str

    @classmethod
    def of(cls, at: dt.datetime, zone: str) -> Self:
        """A local plan from a naive date and time. Raises `NoSuchLocalTime` for what the clocks skip."""
        minute = at.time().replace(second=0, microsecond=0, fold=0)
        local = cls(date=at.date(), time=minute, zone=zone)
        if local.instant().astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.naive():
            raise NoSuchLocalTime(at=local.naive().isoformat(timespec="minutes"), zone=zone)
        return local

    @classmethod
    def at_instant(cls, moment: dt.datetime, zone: str) -> Self:
        """The local date and time of an instant, to the minute."""
        local = moment.astimezone(ZoneInfo(zone))
        return cls(date=local.date(), time=local.time().replace(second=0, microsecond=0, fold=0), zone=zone)

    @classmethod
    def first(cls, time: dt.time, moment: dt.datetime, zone: str) -> "LocalTime":
        """The first time at or after an instant that local clocks show this time of day."""
        today = cls(date=moment.astimezone(ZoneInfo(zone)).date(), time=time, zone=zone)
        return today if today.instant() >= moment else today.days_later(1)

    def naive(self) -> dt.datetime:
        """The date and time without their zone."""
        return dt.datetime.combine(self.date, self.time)

    def instant(self) -> dt.datetime:
        """The instant in UTC, by the zone's rules as they now are."""
        return dt.datetime.combine(self.date, self.time, ZoneInfo(self.zone)).astimezone(dt.UTC)

    def days_later(self, days: int) -> "LocalTime":
        """The same time of day so many days later."""
        return self.model_copy(update={"date": self.date + dt.timedelta(days=days)})

    def day_before(self, time: dt.time) -> "LocalTime":
        """A time of day on the day before."""
        return LocalTime(date=self.date - dt.timedelta(days=1), time=time, zone=self.zone)

    def begin_of_day(self) -> "LocalTime":
        """The beginning of the same local day."""
        return LocalTime(date=self.date, time=dt.time(0), zone=self.zone)
