"""Mails a second: notifications' own sending beside bare aiosmtplib, and with one and two replicas.

Run: python -m bench.mails
The letters of 200 pairs wait in the service's store. The real process claims each (one write), fetches names
and addresses from people, renders text and HTML in the reader's language, hands it to a mail server, and
marks it sent (another write, with an event). Aiosmtplib hands over one finished mail again and again. Both
use four connections again and again, to the same server in a process of its own: aiosmtpd, or one that takes
no time.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiosmtplib

from bench.support.charts import Chart
from bench.support.inventing import invented
from bench.support.report import Report, Row, told
from bench.support.town import Town, a_town, client_of
from matka_cli import ports
from matka_kit.bus import MemoryBus
from matka_kit.cause import Cause
from matka_kit.clock import SystemClock
from matka_kit.outbox import Relay
from matka_kit.repository import Repository
from matka_kit.store import open_store
from matka_notifications.domain import Letter
from matka_notifications.store import CERTIFICATES, LETTER_SHAPE, LETTERS, MEETINGS, PROGRAMS, SEATS

CONNECTIONS = 4  # as many as notifications has unless told otherwise
PAIRS = 100
NOTE = (
    "Behind each mail stand two flushed commands, an event, two rendered bodies and a message made of them, "
    "a quarter of the time each with handing it over; aiosmtplib repeats a finished mail."
)
_LEAD = timedelta(seconds=5)
_PATIENCE_SECONDS = 240
_TURNS, _WARM = 3, 40


@dataclass
class Catcher:
    """The mail server's process and the way to ask it."""

    smtp: int
    ask: int

    async def told(self) -> dict[str, Any]:
        """What has come since it was last asked."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ask, limit=2**20)
        found: dict[str, Any] = json.loads(await reader.readline())
        writer.close()
        return found

    async def rate(self, count: int) -> tuple[float, str]:
        """Mails a second once so many have come, and the last of them."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        got, first, last, content = 0, 0.0, 0.0, ""
        while got < count:
            assert time.monotonic() < deadline, f"only {got} of {count} mails came"
            await asyncio.sleep(0.05)
            found = await self.told()
            if found["count"]:
                first, last = first or found["first"], found["last"]
                got, content = got + found["count"], found["content"]
        return (got - 1) / (last - first), content


@asynccontextmanager
async def a_catcher(server: str) -> AsyncIterator[Catcher]:
    found = Catcher(*ports.free(2))
    words = (sys.executable, "-m", "bench.support.catcher", server, str(found.smtp), str(found.ask))
    process = await asyncio.create_subprocess_exec(*words)
    try:
        while True:
            try:
                await found.told()
                break
            except OSError:
                await asyncio.sleep(0.05)
        yield found
    finally:
        process.terminate()
        await process.wait()


async def write_letters(town: Town, people: list[str], count: int) -> None:
    """Letters to both of each pair, ready all at once a few seconds from now."""
    collections = (LETTERS, MEETINGS, CERTIFICATES, PROGRAMS, SEATS)
    store = await open_store(town.stack.backing.store_url("notifications"), "notifications", collections)
    clock = SystemClock()
    letters = Repository(LETTER_SHAPE, store, clock, Relay(store, MemoryBus()))
    ready = clock.machine() + _LEAD

    async def write(number: int) -> None:
        reader, other = people[number % len(people)], people[(number + 1) % len(people)]
        letter = Letter(
            id=f"{uuid.uuid4()}:{reader}:pair-formed",
            template="pair-formed",
            person_id=reader,
            mentions=(other,),
            facts={
                "pair_id": str(uuid.uuid4()),
                "program_id": town.program,
                "mentor_id": reader,
                "mentee_id": other,
                "pace": {"least": 2, "most": 3},
            },
            created_at=clock.machine(),
            ready_at=ready,
        )
        await letters.add(letter, (), Cause(str(uuid.uuid4())))

    await asyncio.gather(*(write(number) for number in range(count)))
    await store.close()


async def registered(town: Town) -> list[str]:
    """The ids of invented people."""
    known = [
        {"email": each["email"], "name": each["name"], "language": each["language"]}
        for each in invented(PAIRS)
    ]
    pairing = client_of(town.stack, "pairing")
    answer = await pairing.call("people", "POST", "/persons/batch", body={"persons": known}, key="bench")
    await pairing.close()
    return list(answer["ids"].values())


async def by_aiosmtplib(catcher: Catcher, content: bytes, count: int) -> float:
    """Mails a second of one finished mail over as many connections."""
    left = iter(range(count))

    async def work() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=catcher.smtp, use_tls=False, start_tls=False)
        await client.connect()
        await client.ehlo()
        for _ in left:
            await client.mail("matka@example.org")
            await client.rcpt("mentor0@people.example")
            await client.data(content)
        await client.quit()

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return (await catcher.rate(count))[0]


async def measured(replicas: int, server: str, count: int) -> tuple[list[float], list[float]]:
    """Mails a second of so many replicas and of aiosmtplib to one of the servers, in turns."""
    ours: list[float] = []
    bare: list[float] = []
    async with a_catcher(server) as catcher:
        env = {"notifications": {"MATKA_SMTP_URL": f"smtp://127.0.0.1:{catcher.smtp}"}}
        with tempfile.TemporaryDirectory() as folder:
            options = {"replicas": {"notifications": replicas}, "env_of": env}
            async with a_town(Path(folder) / "data", seats=100, **options) as town:
                people = await registered(town)
                await write_letters(town, people, _WARM)
                await catcher.rate(_WARM)
                for _ in range(_TURNS):
                    await town.idle()
                    await catcher.told()
                    await write_letters(town, people, count)
                    rate, content = await catcher.rate(count)
                    ours.append(rate)
                    await town.idle()
                    bare.append(await by_aiosmtplib(catcher, content.encode(), count))
    return ours, bare


def row(what: str, ours: Sequence[float], bare: Sequence[float], least: float | None, note: str = "") -> Row:
    ratio = statistics.median(own / other for own, other in zip(ours, bare, strict=True))
    mine, theirs = statistics.median(ours), statistics.median(bare)
    return Row.beside(what, f"{mine:,.0f} mails/s", f"aiosmtplib: {theirs:,.0f} mails/s", ratio, least, note)


async def report(quick: bool) -> Report:
    count = 60 if quick else 1200
    usual, bare_usual = await measured(1, "aiosmtpd", count)
    one, bare = await measured(1, "quick", count)
    two, bare_beside_two = await measured(2, "quick", count)
    found = {
        name: statistics.median(each) for name, each in {"one replica": one, "two replicas": two}.items()
    }
    rows = [
        row("mails, rendered and sent, to aiosmtpd", usual, bare_usual, 0.8),
        row("mails, rendered and sent, to a server that takes no time", one, bare, 0.8, NOTE),
        row("the same with two replicas", two, bare_beside_two, None),
        Row.beside(
            "two replicas beside one",
            f"{found['two replicas']:,.0f} mails/s",
            f"one replica: {found['one replica']:,.0f} mails/s",
            found["two replicas"] / found["one replica"],
            note="On one machine both write to one SQLite file and share the processors.",
        ),
    ]
    values = {
        "one replica → aiosmtpd": statistics.median(usual),
        "aiosmtplib → aiosmtpd": statistics.median(bare_usual),
        "one replica → quick server": found["one replica"],
        "two replicas → quick server": found["two replicas"],
        "aiosmtplib → quick server": statistics.median([*bare, *bare_beside_two]),
    }
    title = "Mails a second, rendered, sent and noted, beside one finished mail sent again and again"
    series = {"mails per second": list(values.values())}
    return Report(rows, [Chart("mails", title, "mails/s", series, list(values))])


if __name__ == "__main__":
    told("bench.mails", report)
