"""Notifications running with people and a real SMTP server: events in, letters out."""

import itertools
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from matka_contracts.event import Event
from matka_contracts.notifications import LetterFailed, LetterSent
from matka_kit.outgoing import Outgoing
from matka_kit.store import Query
from matka_kit.testing import World
from matka_notifications.domain import Letter
from tests.support.examples import example_of
from tests.support.people import register
from tests.support.post_office import PostOffice
from tests.support.told import told
from tests.support.waiting import until

_sequences = itertools.count(1)


class MailRoom:
    """Two persons whom letters are written to: Maija reads Finnish, Amal English."""

    def __init__(self, world: World, office: PostOffice) -> None:
        self.world = world
        self.office = office
        self.maija = ""
        self.amal = ""

    async def settle_in(self) -> None:
        """Both are known at people."""
        self.maija = await register(self.world, "maija@example.org", "Maija Meikäläinen")
        self.amal = await register(self.world, "amal@example.org", "أمل حدّاد")
        await self.changes(self.amal, language="en")

    async def changes(self, person_id: str, **facts: Any) -> None:
        """A person changes something about themselves."""
        me = self.world.as_person("people", person_id)
        answer = await me.patch(f"/persons/{person_id}", json=facts)
        assert answer.is_success, answer.text
        await self.world.bus.drain()

    def event(self, event: type[Event], **otherwise: Any) -> Event:
        """An event about Maija and Amal."""
        who = {"mentor_id": self.maija, "mentee_id": self.amal, "person_id": self.amal}
        known = {name: id_ for name, id_ in who.items() if name in event.model_fields}
        return event.model_validate(example_of(event) | known | otherwise)

    async def hears(
        self, event: type[Event], subject: str = "", sequence: int = 0, **otherwise: Any
    ) -> Outgoing:
        """A service tells something, twice, as may happen; the letters are written when this returns."""
        order = sequence or next(_sequences)
        message = told(self.event(event, **otherwise), subject or f"subject-{order}", order)
        await self.world.bus.publish([message])
        await self.again(message)
        return message

    async def hears_of(self, event: Event, subject: str, at: datetime) -> None:
        """A service tells something that happened at a moment; the letters are written when this returns."""
        await self.again(told(event, subject, next(_sequences), at))

    async def again(self, message: Outgoing) -> None:
        """The same message comes once more."""
        await self.world.bus.publish([message])
        await self.world.bus.drain()

    async def letters(self) -> list[Letter]:
        """All letters, in no order."""
        found: list[Letter] = await self.world.deps("notifications").letters.every(Query())
        return found

    async def letter(self) -> Letter:
        """The only letter."""
        [letter] = await self.letters()
        return letter

    async def all_done(self, seconds: float = 10) -> None:
        """Every letter is sent, withdrawn or given up."""
        await until("no letter waits", self._nothing_waits, seconds)

    async def becomes(self, **facts: Any) -> None:
        """The only letter comes to be like this."""

        async def is_so() -> bool:
            letter = await self.letter()
            return all(getattr(letter, name) == value for name, value in facts.items())

        await until(f"the letter becomes {facts}", is_so)

    def time_passes(self, seconds: float) -> None:
        """Machine time passes, and the sender looks again at once."""
        self.world.clock.elapse(seconds)
        self.world.deps("notifications").wake.set()

    def got(self, address: str) -> list[EmailMessage]:
        """The mails that somebody got."""
        return [mail for mail in self.office.taken if mail["To"].addresses[0].addr_spec == address]

    async def _nothing_waits(self) -> bool:
        count: int = await self.world.deps("notifications").sender.waiting()
        return count == 0

    async def sent(self) -> list[LetterSent]:
        """What notifications has told of letters that were sent."""
        await until("what happened is told", self._all_is_told)
        return self.world.published(LetterSent)

    async def failed(self) -> list[LetterFailed]:
        """What notifications has told of letters that were given up."""
        await until("what happened is told", self._all_is_told)
        return self.world.published(LetterFailed)

    async def _all_is_told(self) -> bool:
        return (await self.world.host("notifications").activity()).outboxes == 0


def text_of(mail: EmailMessage) -> str:
    """The plain words of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
