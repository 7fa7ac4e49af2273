"""A letter's mail: its words in its reader's language, with what it needs from other services."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from typing import Any

from matka_kit.client import ServiceClient
from matka_kit.clock import Clock
from matka_kit.rows import Rows
from matka_notifications.domain import Letter
from matka_notifications.message import Attachment, Mail, printable
from matka_notifications.rendering import Writer, chosen
from matka_notifications.settings import NotificationsSettings
from matka_notifications.store import ProgramTitle

_SHORTEST_INSTANT = len("2027-01-01T00:00Z")
Person = dict[str, Any]


@dataclass(frozen=True)
class Composer:
    """Writes mails."""

    programs: Rows[ProgramTitle]
    clock: Clock
    client: ServiceClient
    writer: Writer
    settings: NotificationsSettings

    async def mail_of(self, letter: Letter, persons: dict[str, Person]) -> Mail:
        """The mail of a letter whose reader is among the persons.

        Secrets are made and files fetched now and kept nowhere. Raises what a call to a service raises.
        """
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
        return Mail(
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
    if isinstance(value, str) and len(value) >= _SHORTEST_INSTANT and value[10] == "T":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value
