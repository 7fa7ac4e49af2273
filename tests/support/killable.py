"""Real services as processes on one private broker, SQLite files and an SMTP catcher, to be killed."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

from matka_cli import ports
from matka_cli.catalogue import declared
from matka_contracts.event import Envelope
from matka_kit.amqp import session
from matka_kit.auth import Caller, Grant, Signer, create_keys
from matka_kit.bus import MemoryBus
from matka_kit.cause import Cause
from matka_kit.clock import FileClock, SystemClock
from matka_kit.crash import CrashPoint
from matka_kit.host import topology_of
from matka_kit.outbox import Relay
from matka_kit.repository import Repository
from matka_kit.store import Query, open_store
from matka_kit.topology import EVENTS, apply, depths
from matka_notifications.domain import Letter
from matka_notifications.store import LETTER_SHAPE, LETTERS
from tests.support.catcher import caught
from tests.support.waiting import until

RESIDENTS = ("people", "pairing", "scheduling", "notifications")
RUNGS = (1, 2)
START = datetime(2027, 1, 4, 8, tzinfo=UTC)
_PATIENCE_SECONDS = 30


class Town:
    """Some services and a mailbox; each process that dies is started again when the test notices.

    `senders` is how many mails at most are on their way at once, `mail_seconds` how long the mailbox takes
    over each.
    """

    def __init__(
        self,
        folder: Path,
        broker: str,
        residents: Sequence[str] = RESIDENTS,
        *,
        senders: int = 1,
        mail_seconds: float = 0,
    ) -> None:
        self.folder = folder
        self.broker = broker
        self.residents = residents
        self.topology = topology_of([each for each in declared() if each.name in residents], RUNGS)
        self._senders = senders
        self._mail_seconds = mail_seconds
        self.clock = FileClock(folder / "clock")
        self.clock.step(START)
        self._mail_port, *numbers = ports.free(1 + len(residents))
        self._ports = dict(zip(residents, numbers, strict=True))
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._extra: dict[str, dict[str, str]] = {}
        self.deaths: list[tuple[str, int]] = []
        create_keys(folder / "keys", {*residents, "gateway"})

    def __enter__(self) -> Self:
        asyncio.run(apply(self.broker, self.topology))
        told = (self.folder / "mail", self._mail_port, self._mail_seconds)
        self._begin("catcher", ["-m", "tests.support.catcher", *map(str, told)], {})
        for service in self.residents:
            self.start(service)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def url(self, service: str) -> str:
        """Where a service listens."""
        return f"http://127.0.0.1:{self._ports[service]}"

    def pid(self, service: str) -> int:
        """The process of a service as it runs now."""
        return self._running[service].pid

    def start(self, service: str, **extra: str) -> None:
        """Start a service, with further settings."""
        self._extra[service] = extra
        urls = {name: self.url(name) for name in self.residents}
        environment = {
            "MATKA_ENVIRONMENT": "rehearsal",
            "MATKA_CLOCK": f"file:{self.folder / 'clock'}",
            "MATKA_BROKER_URL": self.broker,
            "MATKA_STORE_URL": f"sqlite:{self.folder}",
            "MATKA_KEYS": str(self.folder / "keys"),
            "MATKA_PORT": str(self._ports[service]),
            "MATKA_URLS": json.dumps(urls),
            "MATKA_RUNGS": ",".join(map(str, RUNGS)),
            "MATKA_SMTP_URL": f"smtp://127.0.0.1:{self._mail_port}",
            "MATKA_PUBLIC_URL": urls.get("gateway", "https://matka.example.org"),
            "MATKA_SENDERS": str(self._senders),
            **extra,
        }
        self._begin(service, ["-m", f"matka_{service}.main"], environment)

    @contextlib.contextmanager
    def dying(self, service: str, point: CrashPoint, arrival: int = 1) -> Iterator[None]:
        """For the length of the block a service is one that dies once, there."""
        mark = self.folder / f"mark-{uuid.uuid4()}"
        self._stop(service)
        self.start(service, MATKA_CRASH_AT=f"{point}:{arrival}", MATKA_CRASH_MARK=str(mark))
        self.deaths.clear()
        yield
        assert mark.exists(), f"{service} never came to {point}"
        assert self.deaths == [(service, -signal.SIGKILL)]

    async def ready(self) -> None:
        """Every service can do its work."""
        for service in self.residents:
            await until(f"{service} is ready", partial(self.is_ready, service), 40)

    async def asks(self, service: str, method: str, path: str, body: Any = None, **caller: Any) -> Any:
        """An answer of a service to a person, `who` with their `grants`; `key` is random unless given.

        `who` is empty where the gateway asks for itself. A command is given again, as the same one, until it
        is answered.
        """
        who = Caller(
            subject=caller.get("who", "staff"),
            grants=tuple(Grant(role=role, scope=scope) for role, scope in caller.get("grants", [])),
        )
        signer = Signer.of(self.folder / "keys", "gateway")
        headers = {"Idempotency-Key": caller.get("key", str(uuid.uuid4()))}
        answer: list[httpx2.Response] = []

        async def answered() -> bool:
            self.revive()
            token = signer.token(service, who) if who.subject else signer.own_token(service)
            bearer = {"Authorization": f"Bearer {token}"}
            url = f"{self.url(service)}{path}"
            try:
                async with httpx2.AsyncClient(timeout=10) as client:
                    answer[:] = [await client.request(method, url, json=body, headers=headers | bearer)]
            except httpx2.TransportError:
                return False
            return answer[0].status_code not in {500, 503}

        await until(f"{service} answers {method} {path}", answered, _PATIENCE_SECONDS)
        assert answer[0].is_success, f"{path}: {answer[0].text}"
        return answer[0].json()

    async def comes_to(self, what: str, probe: Any, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait for something, starting again whoever dies meanwhile."""

        async def looked() -> bool:
            self.revive()
            return bool(await probe())

        await until(what, looked, seconds)

    async def rests(self) -> None:
        """Wait until nobody owes anything, twice in a row."""
        seen: list[Any] = []
        owed: list[str] = []

        async def is_idle() -> bool:
            activities = await self._activities()
            waits = {
                name: count for name, count in (await depths(self.broker, self.topology)).items() if count
            }
            busy = any(each["busy"] for each in activities) or any(not _is_an_end(name) for name in waits)
            seen.append(None if busy else activities)
            owed[:] = [f"{waits}", *(f"{each}" for each in activities if each["busy"])]
            return len(seen) > 1 and seen[-1] is not None and seen[-1] == seen[-2]

        try:
            await self.comes_to("everything rests", is_idle, 60)
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *owed])) from error

    async def activity(self, service: str) -> dict[str, Any]:
        """What a service has done and still owes."""
        async with httpx2.AsyncClient(timeout=5) as client:
            answer = await client.get(f"{self.url(service)}/activity")
        found: dict[str, Any] = answer.json()
        return found

    def revive(self) -> None:
        """Start again whoever died."""
        for service in self.residents:
            status = self._running[service].poll()
            if status is not None:
                self.deaths.append((service, status))
                self.start(service, **self._extra[service])

    def mails(self) -> list[tuple[str, str, str]]:
        """Template, address and Message-ID of all mails that arrived."""
        return [
            (mail["X-Matka-Template"], mail["To"].addresses[0].addr_spec, mail["Message-ID"])
            for mail in self.letters()
        ]

    def letters(self) -> list[EmailMessage]:
        """All mails that arrived, in order."""
        return caught(self.folder / "mail")

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[list[Envelope]]:
        """All events that are published from here on, as a list that fills when the block ends."""
        heard: list[Envelope] = []
        async with session(self.broker, "listener") as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(exclusive=True)
            await queue.bind(EVENTS, "#")
            yield heard
            while (message := await queue.get(fail=False, no_ack=True)) is not None:
                heard.append(Envelope.model_validate_json(message.body))

    async def claims_expire(self) -> None:
        """What a vanished sender had in hand may be taken by another, as after a quarter of an hour."""
        store = await open_store(f"sqlite:{self.folder}", "notifications", (LETTERS,))
        now = SystemClock().machine()
        letters = Repository(LETTER_SHAPE, store, SystemClock(), Relay(store, MemoryBus()))
        for letter in await letters.every(Query({"status": "sending"})):
            await letters.update(letter.id, partial(_ready_at, now), Cause.of_timer())
        await store.close()

    async def _activities(self) -> list[dict[str, Any]]:
        found = []
        for service in self.residents:
            try:
                each = await self.activity(service)
            except (httpx2.HTTPError, ValueError):
                each = {}
            owed = [each.get(name, 1) for name in ("outboxes", "jobs", "waiting", "retrying", "due")]
            in_hand = each.get("received") != each.get("settled")
            found.append({**each, "busy": any(owed) or in_hand or not each.get("consuming", False)})
        return found

    async def is_ready(self, service: str) -> bool:
        """Whether a service can do its work now."""
        try:
            async with httpx2.AsyncClient(timeout=5) as client:
                answer = await client.get(f"{self.url(service)}/health/ready")
        except httpx2.TransportError:
            return False
        return answer.status_code == 200

    def _begin(self, name: str, words: list[str], environment: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *words],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
                stdout=log,
                stderr=log,
            )

    def _stop(self, service: str) -> None:
        self._running[service].terminate()
        self._running[service].wait(30)


def _is_an_end(queue: str) -> bool:
    """Whether what lies in a queue stays there: dead letters, unrouted events, the record of the topology."""
    return queue.endswith(".dead") or queue.startswith("matka.")


def _ready_at(moment: datetime, letter: Letter) -> tuple[()]:
    letter.ready_at = moment
    return ()
