"""A meeting or gathering as calendar programs read it: iCalendar, every time in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from typing import Any, Literal

from icalendar import Calendar, Event, vCalAddress, vText

from matka_notifications.message import CalendarPart, printable

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
_METHODS: dict[str, Method] = {
    "meeting-planned": "REQUEST",
    "meeting-moved": "REQUEST",
    "meeting-cancelled": "CANCEL",
}


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar is told. `uid` is the same in every letter about the same meeting or gathering.

    A meeting asks its reader to come (`REQUEST`) or takes that back (`CANCEL`), each with a higher
    `sequence`; a gathering is for their information (`PUBLISH`). `stamp` is when this was said.
    """

    method: Method
    uid: str
    sequence: int
    summary: str
    place: str
    url: str
    starts_at: datetime
    minutes: int
    stamp: datetime

    @classmethod
    def of(cls, template: str, words: Mapping[str, Any], summary: str, stamp: datetime) -> "Appointment":
        """The appointment of a letter whose words are those of a meeting's or a place's event."""
        meeting = words.get("meeting_id")
        return cls(
            method=_METHODS.get(template, "PUBLISH"),
            uid=f"meeting-{meeting}" if meeting else f"gathering-{words['gathering_id']}",
            sequence=words.get("revision", 0),
            summary=printable(summary),
            place=printable(words["place"]),
            url=f"{words['url']}/mine",
            starts_at=words["starts_at"],
            minutes=words["minutes"] if meeting else round(words["hours"] * 60),
            stamp=stamp,
        )

    def part(self, organizer: Address, attendee: str) -> CalendarPart:
        """The file, from whom and, unless it is for information only, for whom."""
        calendar = Calendar()
        calendar.add("prodid", "-//Matka//Matka//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", self.method)
        calendar.add_component(self._event(organizer, attendee))
        return CalendarPart(self.method, calendar.to_ical().decode())

    def _event(self, organizer: Address, attendee: str) -> Event:
        event = Event()
        event.add("uid", self.uid)
        event.add("sequence", self.sequence)
        event.add("dtstamp", self.stamp.astimezone(UTC))
        event.add("dtstart", self.starts_at.astimezone(UTC))
        event.add("dtend", self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes))
        event.add("summary", self.summary)
        if self.place:
            event.add("location", self.place)
        event.add("url", self.url)
        event.add("status", "CANCELLED" if self.method == "CANCEL" else "CONFIRMED")
        host = vCalAddress(f"mailto:{organizer.addr_spec}")
        host.params["CN"] = vText(printable(organizer.display_name))
        event.add("organizer", host)
        if self.method != "PUBLISH":
            guest = vCalAddress(f"mailto:{attendee}")
            guest.params["ROLE"], guest.params["RSVP"] = vText("REQ-PARTICIPANT"), vText("FALSE")
            event.add("attendee", guest)
        return event
