"""What a calendar is told: the same occasion under one name, in UTC, and no line that a name could add."""

from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from matka_contracts.event import Event as Told
from matka_contracts.scheduling import MeetingMoved, ParticipantInvited
from matka_notifications.appointments import Appointment
from tests.support.mothers_notifications import (
    NAMES,
    NOON,
    WITH_AN_INVITATION,
    WITH_FOR_INFORMATION,
    a_mail_of,
    received,
    templates,
    words_of,
)

MATKA = Address("Matka", addr_spec="matka@example.org")
LINES = {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART"}
LINES |= {"DTEND", "SUMMARY", "LOCATION", "URL", "STATUS", "ORGANIZER", "ATTENDEE"}


def the_file(
    template: str, kind: type[Told] = MeetingMoved, summary: str = "Meeting", **words: Any
) -> tuple[Calendar, Event]:
    """The calendar file of a letter as a calendar reads it, and its one event."""
    part = Appointment.of(template, words_of(kind) | words, summary, NOON).part(MATKA, "amal@example.org")
    calendar = Calendar.from_ical(part.text)
    assert isinstance(calendar, Calendar)
    assert str(calendar["METHOD"]) == part.method
    [event] = calendar.events
    return calendar, event


def test_a_meeting_keeps_its_name_through_all_its_revisions() -> None:
    calendars, events = zip(
        the_file("meeting-planned", revision=0),
        the_file("meeting-moved", revision=1),
        the_file("meeting-cancelled", revision=2),
        strict=True,
    )
    assert [str(each["METHOD"]) for each in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(each["UID"]) for each in events} == {"meeting-the-meeting"}
    assert [each["SEQUENCE"] for each in events] == [0, 1, 2]
    assert [str(each["STATUS"]) for each in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Helsinki")),
        datetime(2027, 10, 31, 3, 30, tzinfo=ZoneInfo("Europe/Helsinki")),
        datetime(2027, 10, 31, 3, 30, fold=1, tzinfo=ZoneInfo("Europe/Helsinki")),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ],
)
def test_every_time_is_in_utc_whatever_the_clocks_do(starts_at: datetime) -> None:
    _, event = the_file("meeting-planned", starts_at=starts_at, minutes=90)
    assert event.start == starts_at.astimezone(UTC)
    assert event.end == starts_at.astimezone(UTC) + timedelta(minutes=90)
    text = event.to_ical().decode()
    assert f"DTSTART:{starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in text
    assert "TZID" not in text


def test_a_meeting_asks_its_reader_alone_and_names_nobody_elses_address() -> None:
    _, event = the_file("meeting-planned")
    assert str(event["ATTENDEE"]) == "mailto:amal@example.org"
    assert str(event["ORGANIZER"]) == "mailto:matka@example.org"
    assert event["ORGANIZER"].params["CN"] == "Matka"
    assert event["URL"] == "https://matka.example.org/mine"


def test_a_gathering_is_for_information_and_asks_nobody_for_an_answer() -> None:
    calendar, event = the_file("start-invitation", ParticipantInvited, "Start", hours=2.5)
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert str(event["UID"]) == "gathering-the-gathering"
    assert event.duration == timedelta(hours=2.5)
    assert "ATTENDEE" not in event


def test_where_no_place_is_known_none_is_told() -> None:
    _, event = the_file("meeting-planned", place="")
    assert "LOCATION" not in event


@given(st.text(max_size=300) | st.text("\r\n\u2028\x0b :;,\"\\^'ä", max_size=80), st.text(max_size=100))
@example("x\r\nATTENDEE:mailto:everybody@example.org", "Oodi\nEND:VEVENT")
@example("\u202e\u2028BEGIN:VEVENT", "\x85METHOD:CANCEL")
def test_no_name_and_no_place_makes_a_line_of_its_own(name: str, place: str) -> None:
    words = words_of(MeetingMoved) | {"place": place}
    host = Address(name.replace("\r", "").replace("\n", ""), addr_spec="matka@example.org")
    text = Appointment.of("meeting-moved", words, name, NOON).part(host, "amal@example.org").text
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines.pop() == ""
    assert {line.partition(":")[0].partition(";")[0] for line in lines} <= LINES
    assert len(lines) == len(text.replace("\r\n ", "").splitlines())
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert lines.count("BEGIN:VEVENT") == lines.count("METHOD:REQUEST") == 1


def test_an_address_that_would_make_a_line_is_refused() -> None:
    appointment = Appointment.of("meeting-moved", words_of(MeetingMoved), "Meeting", NOON)
    with pytest.raises(ValueError, match="CR or LF"):
        appointment.part(MATKA, "amal@example.org\r\nX-EVIL:1")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("template", sorted(WITH_AN_INVITATION | WITH_FOR_INFORMATION))
def test_what_arrives_is_what_was_meant_and_the_file_is_the_same(template: str, name: str) -> None:
    kind = templates()[template]
    titles = {"sv": name}
    mail = received(a_mail_of(template, kind, "sv", name=name, other=name, place=name, titles=titles))
    parts = [each for each in mail.walk() if each.get_content_subtype() in {"calendar", "ics"}]
    files = [each.get_content() for each in parts]
    texts = [each if isinstance(each, str) else each.decode() for each in files]
    for text in texts:
        [event] = Calendar.from_ical(text).events
        assert name in str(event["SUMMARY"])
        assert str(event["LOCATION"]) == name
    assert len({text.replace("\r\n", "\n") for text in texts}) == 1
    inline = next(each for each in parts if each.get_content_subtype() == "calendar")
    method = "PUBLISH" if template in WITH_FOR_INFORMATION else str(Calendar.from_ical(texts[0])["METHOD"])
    assert inline["Content-Type"].params["method"] == method
    assert inline["Content-Type"].params["charset"] == "utf-8"
