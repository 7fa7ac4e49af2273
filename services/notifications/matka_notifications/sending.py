"""From a waiting letter to the mail server: claimed, written, handed over, marked."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from typing import Any

import structlog

from matka_kit.cause import Cause
from matka_kit.client import Refused, ServiceClient
from matka_kit.clock import Clock
from matka_kit.crash import CrashPoint, reach
from matka_kit.errors import Transient, Unavailable
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.store import Query, Range
from matka_notifications.domain import Letter, LetterTaken
from matka_notifications.mail import (
    Attachment,
    Mail,
    Mailer,
    PermanentRefusal,
    TemporaryRefusal,
    message_of,
    printable,
)
from matka_notifications.rendering import Writer, chosen
from matka_notifications.settings import NotificationsSettings
from matka_notifications.store import MeetingPlan, ProgramTitle

_BATCH = 40
_PAUSE_SECONDS = 1.0
_AWAY_SECONDS = 2.0
_PLANNED = "planned"
_REMINDERS = frozenset({"meeting-reminder"})
_log = structlog.get_logger()

Person = dict[str, Any]


@dataclass(frozen=True)
class Sender:
    """Sends what waits; every replica has one, and a letter's claim keeps them apart."""

    letters: Repository[Letter]
    meetings: Rows[MeetingPlan]
    programs: Rows[ProgramTitle]
    clock: Clock
    client: ServiceClient
    mailer: Mailer
    writer: Writer
    settings: NotificationsSettings
    wake: asyncio.Event

    async def run(self) -> None:
        """Send until cancelled; begins at once when a letter was written in this process."""
        while True:
            self.wake.clear()
            try:
                sent = await self.send_waiting()
            except (Unavailable, Transient) as error:
                _log.warning("letters wait", reason=str(error))
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            if not sent:
                await self._pause()

    async def waiting(self) -> int:
        """How many letters are not yet at the mail server."""
        return sum([await self.letters.count({"status": status}) for status in ("waiting", "sending")])

    async def send_waiting(self) -> int:
        """Send one batch of what is ready; how many there were. Raises `Unavailable`."""
        ready = Range(lte=self.clock.machine())
        found: list[Letter] = []
        for status in ("waiting", "sending"):
            page = await self.letters.find(Query({"status": status, "ready_at": ready}, limit=_BATCH))
            found.extend(page.items)
        if not found:
            return 0
        persons = await self._persons(found)
        results = await asyncio.gather(
            *(self._send(letter, persons) for letter in found), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(found)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_PAUSE_SECONDS):
                await self.wake.wait()
        except TimeoutError:
            return

    async def _persons(self, letters: list[Letter]) -> dict[str, Person]:
        ids = sorted({id_ for each in letters for id_ in (each.person_id, *each.mentions)})
        answer = await self.client.call("people", "POST", "/persons/lookup", body={"ids": ids})
        return {person["id"]: person for person in answer["persons"]}

    async def _send(self, letter: Letter, persons: dict[str, Person]) -> None:
        try:
            letter = await self._update(letter.id, lambda each: each.claim(self.clock.machine()))
        except LetterTaken:
            return
        attempt = letter.attempt
        reason = await self._reason_to_withdraw(letter, persons)
        if reason:
            await self._update(letter.id, lambda each: each.withdraw(attempt, reason))
            return
        try:
            language = await self._hand_over(letter, persons)
        except (Unavailable, Transient):
            machine = self.clock.machine()
            await self._update(letter.id, lambda each: each.give_back(attempt, machine))
            raise
        except TemporaryRefusal as refusal:
            machine = self.clock.machine()
            await self._update(letter.id, lambda each: each.put_off(attempt, f"smtp-{refusal.code}", machine))
        except PermanentRefusal as refusal:
            await self._update(letter.id, lambda each: each.fail(attempt, f"smtp-{refusal.code}"))
        except Refused as refusal:
            await self._update(letter.id, lambda each: each.fail(attempt, refusal.refused_code))
        except Exception:  # a bug must not keep the letters behind it waiting, and a new version may mend it
            _log.exception("letter cannot be written", letter=letter.id, template=letter.template)
            machine = self.clock.machine()
            await self._update(letter.id, lambda each: each.put_off(attempt, "internal", machine))
        else:
            reach(CrashPoint.AFTER_SMTP_ACCEPTED_BEFORE_MARKED)
            now = self.clock.now()
            await self._update(letter.id, lambda each: each.mark_sent(attempt, language, now))

    async def _update(self, id: str, change: Any) -> Letter:
        return await self.letters.update(id, change, Cause.of_timer())

    async def _reason_to_withdraw(self, letter: Letter, persons: dict[str, Person]) -> str:
        """A letter whose reader is gone, does not want it, or whose plan was overtaken is not sent."""
        person = persons.get(letter.person_id)
        if person is None:
            return "no-reader"
        if letter.template in _REMINDERS and not person["reminders"]:
            return "reminders-off"
        if letter.template in _REMINDERS:
            plan = await self.meetings.get(letter.meeting_id)
            if plan and (plan.status != _PLANNED or plan.revision != letter.revision):
                return "overtaken"
        return ""

    async def _hand_over(self, letter: Letter, persons: dict[str, Person]) -> str:
        """Write the letter with what it needs from others and give it to the mail server."""
        person = persons[letter.person_id]
        language = chosen(person["language"], self.settings.default_language)
        words = self._words(letter, person, persons)
        program = await self.programs.get(str(letter.facts.get("program_id", "")))
        words |= {"program": program.title if program else {}, "titles": letter.facts.get("title", {})}
        attachments: list[Attachment] = []
        if letter.template == "sign-in":
            words |= await self._secret(letter)
        if letter.template == "certificate":
            attachments.append(await self._certificate(letter))
        rendered = self.writer.render(letter.template, language, words)
        domain = self.settings.sender_address.rpartition("@")[2]
        mail = Mail(
            message_id=f"<{letter.id.replace(':', '.')}@{domain}>",
            date=self.clock.now(),
            template=letter.template,
            language=language,
            sender=Address(self.settings.sender_name, addr_spec=self.settings.sender_address),
            recipient_name=person["name"],
            recipient=person["email"],
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            attachments=attachments,
        )
        await self.mailer.send(message_of(mail))
        return language

    def _words(self, letter: Letter, person: Person, persons: dict[str, Person]) -> dict[str, Any]:
        named = [printable(persons[id_]["name"]) for id_ in letter.mentions if id_ in persons]
        facts = {key: _moment(value) for key, value in letter.facts.items() if key != "title"}
        return facts | {
            "name": printable(person["name"]),
            "other": named[0] if named else "",
            "url": self.settings.public_url,
        }

    async def _secret(self, letter: Letter) -> dict[str, Any]:
        request_id = letter.facts["request_id"]
        minted = await self.client.call("people", "POST", f"/sign-ins/{request_id}/mint")
        return {"token": minted["token"], "sign_in_code": minted["code"], "request_id": request_id}

    async def _certificate(self, letter: Letter) -> Attachment:
        certificate_id, number = letter.facts["certificate_id"], letter.facts["number"]
        content = await self.client.fetch("certificates", f"/certificates/{certificate_id}/file")
        return Attachment(f"{number}.pdf", "application/pdf", content)


def _moment(value: Any) -> Any:
    """Instants come out of an event's data as ISO text."""
    if isinstance(value, str) and len(value) >= len("2027-01-01T00:00Z") and value[10:11] == "T":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value
