"""A letter's mail: its words in its reader's language, with what it needs from other services."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from typing import Any

from matka_kit.client import Refused, ServiceClient
from matka_kit.clock import Clock
from matka_kit.errors import Transient
from matka_kit.rows import Rows
from matka_notifications.appointments import Appointment
from matka_notifications.domain import Letter
from matka_notifications.message import Attachment, CalendarPart, Mail, printable
from matka_notifications.rendering import Writer, chosen
from matka_notifications.settings import NotificationsSettings
from matka_notifications.store import ProgramTitle
from matka_notifications.writing import REMINDERS, WITH_A_CERTIFICATE

Person = dict[str, Any]


@dataclass(frozen=True)
class Composer:
    """Writes mails."""

    programs: Rows[ProgramTitle]
    clock: Clock
    client: ServiceClient
    writer: Writer
    settings: NotificationsSettings

    def links_for(self, letters: Sequence[Letter]) -> "StopLinks":
        """The links that stop reminders, for the readers of these letters."""
        return StopLinks(self.client, letters)

    async def mail_of(self, letter: Letter, persons: dict[str, Person], links: "StopLinks") -> Mail:
        """The mail of a letter whose reader is among the persons and the letter among those of the links.

        Secrets are made and files fetched now and kept nowhere. Raises what a call to a service raises.
        """
        person = persons[letter.person_id]
        language = chosen(person["language"], self.settings.default_language)
        words = self._words(letter, person, persons)
        words |= await self._program(letter, words) | await self._secrets(letter, links)
        rendered = self.writer.render(letter.template, language, words)
        sender = self._sender()
        return Mail(
            message_id=f"<{letter.id.replace(':', '.')}@{sender.domain}>",
            date=self.clock.now(),
            template=letter.template,
            language=language,
            sender=sender,
            recipient_name=person["name"],
            recipient=person["email"],
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            attachments=[await self._certificate(letter)] if letter.template in WITH_A_CERTIFICATE else [],
            calendar=self._calendar(letter, words, rendered.summary, person["email"]),
            stop_url=words["stop_url"],
            reply_to=self.settings.contact,
        )

    def _sender(self) -> Address:
        return Address(self.settings.sender_name, addr_spec=self.settings.sender_address)

    def _calendar(
        self, letter: Letter, words: Mapping[str, Any], summary: str, address: str
    ) -> CalendarPart | None:
        """The file for the reader's calendar, where the letter tells of something that belongs there."""
        if not summary:
            return None
        appointment = Appointment.of(letter.template, words, summary, self.clock.now())
        return appointment.part(self._sender(), address)

    def _words(self, letter: Letter, person: Person, persons: dict[str, Person]) -> dict[str, Any]:
        named = [printable(persons[id_]["name"]) for id_ in letter.mentions if id_ in persons]
        facts = facts_told(letter.facts)
        return facts | {
            "name": printable(person["name"]),
            "other": named[0] if named else "",
            "by": _who(facts.get("by"), letter),
            "url": self.settings.public_url,
            "organisation": self.settings.organisation,
            "contact": self.settings.contact,
        }

    async def _program(self, letter: Letter, words: Mapping[str, Any]) -> dict[str, Any]:
        """What the program is called and where its clocks are; a plan names its own zone."""
        program = await self.programs.get(str(letter.facts.get("program_id", "")))
        zone = words.get("timezone") or (program and program.timezone) or self.settings.default_timezone
        titles = letter.facts.get("title", {})
        return {"program": program.title if program else {}, "titles": titles, "timezone": zone}

    async def _secrets(self, letter: Letter, links: "StopLinks") -> dict[str, Any]:
        """Secrets and links that only this letter has."""
        secrets: dict[str, Any] = {"stop_url": ""}
        if letter.template == "sign-in":
            request_id = letter.facts["request_id"]
            minted = await self.client.call("people", "POST", f"/sign-ins/{request_id}/mint")
            secrets |= {"token": minted["token"], "sign_in_code": minted["code"]}
        if letter.template == "meeting-log":
            path, whose = f"/meetings/{letter.meeting_id}/log-link", {"person_id": letter.person_id}
            made = await self.client.call("scheduling", "POST", path, body=whose)
            secrets["token"] = str(made["token"])
        if letter.template in REMINDERS:
            secrets["stop_url"] = f"{self.settings.public_url}/stop/{await links.of(letter.person_id)}"
        return secrets

    async def _certificate(self, letter: Letter) -> Attachment:
        """The edition that the letter speaks of. Raises `Transient` when another has just replaced it."""
        certificate_id, number = letter.facts["certificate_id"], letter.facts["number"]
        answer = await self.client.send("certificates", "GET", f"/certificates/{certificate_id}/file")
        if f'"{number}.pdf"' not in answer.headers["Content-Disposition"]:
            raise Transient("the certificate has just been replaced")
        return Attachment(f"{number}.pdf", "application/pdf", answer.content)


class StopLinks:
    """What the links in a batch of letters say: asked for all at once, when the first of them needs its own.

    A letter that needs none is not held up while `people` is away.
    """

    def __init__(self, client: ServiceClient, letters: Sequence[Letter]) -> None:
        self._client = client
        self._wanted = sorted({each.person_id for each in letters if each.template in REMINDERS})
        self._turn = asyncio.Lock()
        self._tokens: dict[str, str] | None = None

    async def of(self, person_id: str) -> str:
        """The token for a reader of the batch. Raises what a call to a service raises."""
        async with self._turn:
            if self._tokens is None:
                body = {"person_ids": self._wanted}
                self._tokens = (await self._client.call("people", "POST", "/stop-links", body=body))["tokens"]
        if person_id not in self._tokens:
            raise Refused("not-found", 404, {})
        return self._tokens[person_id]


def _who(person_id: object, letter: Letter) -> str:
    """Who did what the letter tells: its `reader`, the `other` whom it names, or nobody of the two."""
    if person_id == letter.person_id:
        return "reader"
    return "other" if person_id in letter.mentions else ""


def facts_told(data: Mapping[str, Any]) -> dict[str, Any]:
    """An event's data as templates take them; instants are those fields whose names say so."""
    return {
        key: datetime.fromisoformat(value) if key.endswith("_at") and value else value
        for key, value in data.items()
        if key != "title"
    }
