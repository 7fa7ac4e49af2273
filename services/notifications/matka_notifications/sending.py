"""From a waiting letter to the mail server: claimed, written, handed over, marked."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from matka_contracts.event import Event
from matka_kit.cause import Cause
from matka_kit.client import Refused, ServiceClient
from matka_kit.clock import Clock
from matka_kit.crash import CrashPoint, reach
from matka_kit.errors import Transient, Unavailable
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.store import OneOf, Query, Range
from matka_notifications.composing import Composer, Person, StopLinks
from matka_notifications.domain import SOON, Letter, LetterTaken
from matka_notifications.mail import Mailer, OutcomeUnknown, PermanentRefusal, TemporaryRefusal
from matka_notifications.message import BadAddress, message_of
from matka_notifications.store import KnownCertificate, KnownSeat, MeetingPlan, seat_id
from matka_notifications.writing import ABOUT_A_PLAN, ABOUT_SILENCE, REMINDERS, SIGN_UP, WITH_A_CERTIFICATE

_BATCH = 40
_PAUSE_SECONDS = 1.0
_AWAY_SECONDS = 2.0
_LAST_SECONDS = 8.0
_PLANNED = "planned"
_CLAIM = 3  # times the patience: longer than the slowest mail server may take over the final dot
_log = structlog.get_logger()

Note = Callable[[Letter], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is fetched for letters that are sent together: persons, and links that stop reminders."""

    persons: dict[str, Person]
    links: StopLinks


@dataclass(frozen=True)
class Sender:
    """Sends what waits; every replica has one, and a letter's claim keeps them apart.

    `wake` is set when a letter was written in this process, `hurry` when it was an urgent one: the batch then
    ends with what is on its way, so that it is next however slow the mail server is.
    """

    letters: Repository[Letter]
    meetings: Rows[MeetingPlan]
    certificates: Rows[KnownCertificate]
    seats: Rows[KnownSeat]
    clock: Clock
    client: ServiceClient
    mailer: Mailer
    composer: Composer
    wake: asyncio.Event
    hurry: asyncio.Event
    places: asyncio.Semaphore
    patience: timedelta  # with the mail server
    ending: asyncio.Event

    async def run(self) -> None:
        """Send until cancelled; begins at once when a letter was written in this process."""
        while True:
            self.wake.clear()
            try:
                sent = await self._send_to_the_end()
            except (Unavailable, Transient) as error:
                _log.warning("letters wait", reason=str(error))
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            if not sent:
                await self._pause()

    async def _send_to_the_end(self) -> int:
        """Send one batch; when cancelled, no more are begun, and what is on its way may arrive."""
        batch = asyncio.ensure_future(self.send_waiting())
        try:
            return await asyncio.shield(batch)
        except asyncio.CancelledError:
            self.ending.set()
            await asyncio.wait([batch], timeout=_LAST_SECONDS)
            batch.cancel()
            raise

    async def waiting(self) -> int:
        """How many letters are not yet at the mail server; one look, for they go to and fro."""
        return await self.letters.count({"status": OneOf(("waiting", "sending"))})

    async def send_waiting(self) -> int:
        """Send one batch of what is ready; how many there were. Raises `Unavailable`, `Transient`."""
        self.hurry.clear()
        found = await self._ready()
        if not found:
            return 0
        await self.mailer.connect()  # else every letter would be claimed and given back again and again
        batch = Batch(await self._persons(found), self.composer.links_for(found))
        results = await asyncio.gather(*(self._send(each, batch) for each in found), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(found)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE_SECONDS):
                await self.wake.wait()

    async def _ready(self) -> list[Letter]:
        """The next letters, urgent ones first; one whose claim has expired is ready again."""
        by_now = Range(lte=self.clock.machine())
        found: list[Letter] = []
        for urgent in (True, False):
            for status in ("waiting", "sending"):
                query = Query({"status": status, "urgent": urgent, "ready_at": by_now}, limit=_BATCH)
                found.extend((await self.letters.find(query)).items)
        return found[:_BATCH]

    async def _persons(self, letters: list[Letter]) -> dict[str, Person]:
        ids = sorted({id_ for each in letters for id_ in (each.person_id, *each.mentions) if id_})
        answer = await self.client.call("people", "POST", "/persons/lookup", body={"ids": ids})
        return {person["id"]: person for person in answer["persons"]}

    async def _send(self, letter: Letter, batch: Batch) -> None:
        # What is claimed is sent at once: of a sender that vanishes only a few letters wait for their claims.
        async with self.places:
            if not self.ending.is_set() and (letter.urgent or not self.hurry.is_set()):
                await self._claim_and_send(letter, batch)

    async def _claim_and_send(self, letter: Letter, batch: Batch) -> None:
        with suppress(LetterTaken):  # another is at it, or has been since our claim expired
            lasts = _CLAIM * self.patience
            claimed = await self._note(
                letter, partial(Letter.claim, machine=self.clock.machine(), lasts=lasts)
            )
            try:
                note = await self._outcome(claimed, batch)
            except Unavailable:
                machine = self.clock.machine()
                await self._note(letter, partial(Letter.give_back, attempt=claimed.attempt, machine=machine))
                raise
            await self._note(letter, note)

    async def _note(self, letter: Letter, note: Note) -> Letter:
        return await self.letters.update(letter.id, note, Cause.of_timer())

    async def _outcome(self, letter: Letter, batch: Batch) -> Note:
        """Try to send a claimed letter; what to note about it. Raises `Unavailable`."""
        if reason := await self._reason_to_withdraw(letter, batch.persons):
            return partial(Letter.withdraw, attempt=letter.attempt, reason=reason)
        try:
            mail = await self.composer.mail_of(letter, batch.persons, batch.links)
            await self.mailer.send(message_of(mail))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - each is noted at the letter; none may hold up the others
            return _trouble(letter, error, self.clock, self.patience)
        reach(CrashPoint.AFTER_SMTP_ACCEPTED_BEFORE_MARKED)
        now = self.clock.now()
        return partial(Letter.mark_sent, attempt=letter.attempt, language=mail.language, now=now)

    async def _reason_to_withdraw(self, letter: Letter, persons: dict[str, Person]) -> str:
        """A letter whose reader is gone, does not want it, or whose plan was overtaken is not sent."""
        person = persons.get(letter.person_id)
        if person is None:
            return "no-reader"
        if letter.template in REMINDERS and not person["reminders"]:
            return "reminders-off"
        return "overtaken" if await self._is_overtaken(letter) else ""

    async def _is_overtaken(self, letter: Letter) -> bool:
        """Whether the meeting has another plan, the pair another one, the certificate another edition, the
        seat nobody by now.
        """
        if letter.template in ABOUT_A_PLAN:
            plan = await self.meetings.get(letter.meeting_id)
            return plan is not None and (plan.status != _PLANNED or plan.revision != letter.revision)
        if letter.template in ABOUT_SILENCE and letter.told_at:
            plans = await self.meetings.every(Query({"pair_id": letter.facts["pair_id"]}))
            return any(each.says_more_than(letter.told_at) for each in plans)
        if letter.template in WITH_A_CERTIFICATE:
            certificate = await self.certificates.get(letter.facts["certificate_id"])
            return certificate is not None and certificate.number != letter.facts["number"]
        if letter.template == SIGN_UP:
            seat = await self.seats.get(seat_id(letter.facts["gathering_id"], letter.person_id))
            return seat is not None and not seat.taken
        return False


def _trouble(letter: Letter, error: Exception, clock: Clock, patience: timedelta) -> Note:
    """What to note of a letter that was not sent: some trouble passes, some does not."""
    soon = min(SOON, patience)
    fail = partial(Letter.fail, attempt=letter.attempt)
    put_off = partial(Letter.put_off, attempt=letter.attempt, machine=clock.machine(), first=patience)
    match error:
        case PermanentRefusal():
            note = partial(fail, reason=f"smtp-{error.code}")
        case Refused():
            note = partial(fail, reason=error.refused_code)
        case BadAddress():
            note = partial(fail, reason="bad-address")
        case TemporaryRefusal():
            note = partial(put_off, reason=f"smtp-{error.code}")
        case OutcomeUnknown():
            note = partial(put_off, reason="smtp-lost", first=soon)
        case Transient():
            note = partial(put_off, reason="busy", first=soon)
        case _:  # a bug, which a new version may mend
            _log.error("letter cannot be written", letter=letter.id, exc_info=error)
            note = partial(put_off, reason="internal")
    return note
