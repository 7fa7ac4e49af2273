"""A meeting from its plan to its log, as the two read of it: letters, calendar files, links."""

import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest
from icalendar import Calendar, Event

from matka_kit.testing import World
from matka_notifications.main import SERVICE as NOTIFICATIONS
from matka_people.main import SERVICE as PEOPLE
from matka_scheduling.main import SERVICE as SCHEDULING
from tests.support.asking import asked
from tests.support.mail_room import MailRoom, text_of
from tests.support.mothers_scheduling import JANUARY
from tests.support.post_office import PostOffice
from tests.support.spring import A_MEETING, Spring


class PairOfLetters:
    """Maija and Amal, who are a pair at scheduling, and what is written to them."""

    def __init__(self, room: MailRoom) -> None:
        self.room = room
        self.spring = Spring(room.world)
        self.pair = ""

    async def forms(self) -> None:
        await self.spring.opens()
        self.pair = await self.spring.forms_pair(self.room.maija, self.room.amal)
        self.room.office.taken.clear()

    @property
    def maija(self) -> httpx2.AsyncClient:
        return self.spring.mentor(self.room.maija)

    @property
    def amal(self) -> httpx2.AsyncClient:
        return self.spring.mentee(self.room.amal)

    async def plan(self) -> str:
        """Amal plans a meeting on 10 February at half past five; its id."""
        meeting = await asked(self.amal, "POST", f"/pairs/{self.pair}/meetings", A_MEETING)
        await self.room.world.drain()
        return str(meeting["id"])

    async def tells(self, client: httpx2.AsyncClient, path: str, **body: object) -> None:
        await asked(client, "POST", path, body or None)
        await self.room.world.drain()

    def to_maija(self, template: str) -> EmailMessage:
        return self._to("maija@example.org", template)

    def to_amal(self, template: str) -> EmailMessage:
        return self._to("amal@example.org", template)

    def _to(self, address: str, template: str) -> EmailMessage:
        [mail] = [mail for mail in self.room.got(address) if mail["X-Matka-Template"] == template]
        return mail


@pytest.fixture
async def two(tmp_path: Path, office: PostOffice) -> AsyncIterator[PairOfLetters]:
    settings = {"smtp_url": office.url, "public_url": "https://matka.example.org"}
    async with World(tmp_path, [PEOPLE, SCHEDULING, NOTIFICATIONS], JANUARY, settings) as world:
        room = MailRoom(world, office)
        await room.settle_in()
        two = PairOfLetters(room)
        await two.forms()
        yield two


def in_calendar(mail: EmailMessage) -> tuple[str, Event]:
    """What a letter's calendar file wants, and its one event."""
    [part] = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    [event] = calendar.events
    return str(calendar["METHOD"]), event


async def test_both_read_who_planned_it_and_get_it_into_their_calendars(two: PairOfLetters) -> None:
    meeting = await two.plan()
    to_maija, to_amal = two.to_maija("meeting-planned"), two.to_amal("meeting-planned")
    assert "أمل حدّاد sopi tapaamisen kanssasi." in text_of(to_maija)
    assert "You planned a meeting with Maija Meikäläinen." in text_of(to_amal)
    assert "Aika: keskiviikko 10. helmikuuta 2027 klo 17.30" in text_of(to_maija)
    for mail, address, summary in (
        (to_maija, "maija@example.org", "Tapaaminen: أمل حدّاد"),
        (to_amal, "amal@example.org", "Meeting with Maija Meikäläinen"),
    ):
        method, event = in_calendar(mail)
        assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", f"meeting-{meeting}", 0)
        assert (str(event["SUMMARY"]), str(event["ATTENDEE"])) == (summary, f"mailto:{address}")
        assert f"{event.start:%Y-%m-%dT%H:%MZ}" == "2027-02-10T15:30Z"
        assert str(event["LOCATION"]) == "Kahvila"


async def test_a_moved_and_a_cancelled_meeting_change_the_same_entry(two: PairOfLetters) -> None:
    meeting = await two.plan()
    await two.tells(two.maija, f"/meetings/{meeting}/move", at="2027-02-11T12:00")
    await two.tells(two.maija, f"/meetings/{meeting}/cancel")
    found = [in_calendar(two.to_amal(f"meeting-{what}")) for what in ("planned", "moved", "cancelled")]
    assert [method for method, _ in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for _, event in found} == {f"meeting-{meeting}"}
    assert [event["SEQUENCE"] for _, event in found] == [0, 1, 2]
    assert "Maija Meikäläinen changed your meeting." in text_of(two.to_amal("meeting-moved"))
    assert "Peruit tapaamisen." in text_of(two.to_maija("meeting-cancelled"))


async def test_the_question_after_a_meeting_has_a_link_that_logs_it_for_its_reader(
    two: PairOfLetters,
) -> None:
    meeting = await two.plan()
    await two.spring.comes_to(2027, 2, 10, 16, 30)
    links = [
        re.findall(r"https://matka\.example\.org/log/([\w.-]+)", text_of(mail))
        for mail in (two.to_maija("meeting-log"), two.to_amal("meeting-log"))
    ]
    assert len({link for [link] in links}) == 2
    gateway = two.room.world.as_service("scheduling", "gateway")
    logged = await gateway.post(f"/log-links/{links[1][0]}", json={"held": True})
    assert (logged.json()["id"], logged.json()["logged"]) == (meeting, "held")
    assert logged.json()["other_id"] == two.room.maija
    kept = "".join(letter.model_dump_json() for letter in await two.room.letters())
    assert all(link not in kept for [link] in links)


async def test_nobody_is_asked_about_a_meeting_that_is_settled(two: PairOfLetters) -> None:
    meeting = await two.plan()
    await two.spring.comes_to(2027, 2, 10, 15, 31)
    await two.tells(two.maija, f"/meetings/{meeting}/hold")
    await two.spring.comes_to(2027, 2, 10, 17)
    assert two.room.office.letters("meeting-log") == []


async def test_one_click_stops_reminders_and_questions_and_nothing_else(two: PairOfLetters) -> None:
    meeting = await two.plan()
    await two.spring.comes_to(2027, 2, 9, 7)
    reminder = two.to_amal("meeting-reminder")
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [token] = re.findall(r"<https://matka\.example\.org/stop/([\w.-]+)>", reminder["List-Unsubscribe"])
    assert f"Stop all reminders: https://matka.example.org/stop/{token}" in text_of(reminder)
    gateway = two.room.world.as_service("people", "gateway")
    assert (await gateway.post(f"/stop-links/{token}")).json() == {"reminders": False}
    await two.spring.comes_to(2027, 2, 10, 17)
    assert len(two.room.office.letters("meeting-log")) == 1
    assert two.to_maija("meeting-log")["List-Unsubscribe"]
    await two.tells(two.maija, f"/meetings/{meeting}/cancel")
    cancelled = two.to_amal("meeting-cancelled")
    assert cancelled["List-Unsubscribe"] is None
    assert "/stop/" not in text_of(cancelled)
