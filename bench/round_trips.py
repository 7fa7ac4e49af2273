"""Round trips to the database per command and per event handled, in the real services, one program long.

Run: python -m bench.round_trips [--each]
The aim is three for a command (load, commit, empty the outbox) and one for a row that an event sets. The
counter stands between the services and their real SQLite stores; the relay's share counts with its command.
"""

import asyncio
import statistics
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvloop
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

from bench.support.counting import Ledger, Sort
from bench.support.report import Report, Row, told
from matka_gateway.main import SERVICE as GATEWAY
from matka_kit.testing import World
from matka_notifications.main import SERVICE as NOTIFICATIONS
from matka_pairing.main import SERVICE as PAIRING
from matka_people.main import SERVICE as PEOPLE
from matka_scheduling.main import SERVICE as SCHEDULING
from tests.support.gateway import api_session
from tests.support.small_program import BEGINNING, MENTEE, MENTOR, SmallProgram

COUNTED = (PAIRING, SCHEDULING, NOTIFICATIONS)
PUBLIC_URL = "http://127.0.0.1:8000"
LISTED = False


async def play(world: World) -> None:
    """A program with at least one command of most kinds."""
    program = await SmallProgram.opened(world)
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR], ids["orn@example.org"]])
    await program.tell("pairing/programs/*/start")
    pair = await program.matches(ids)
    mentor, mentee = await api_session(world, MENTOR), await api_session(world, MENTEE)

    async def does(who: Any, path: str, body: Any = None) -> Any:
        answer = await who.post(f"/api/{path}", json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        await world.drain()
        return answer.json()

    agreement = {"form": "video", "language": "fi", "pace": {"least": 2, "most": 3}, "goals": ""}
    await does(mentor, f"pairing/pairs/{pair}/agreement", agreement)
    theme = await program.gathers("theme", 9, [])
    await does(mentee, f"scheduling/gatherings/{theme}/sign-up")
    meetings = [
        await does(mentor, f"scheduling/pairs/{pair}/meetings", {"at": at, "minutes": 60, "form": "video"})
        for at in ("2027-02-03T17:00", "2027-02-10T17:00", "2027-02-17T17:00")
    ]
    await does(mentee, f"scheduling/meetings/{meetings[0]['id']}/move", {"at": "2027-02-04T17:00"})
    await does(mentee, f"scheduling/meetings/{meetings[1]['id']}/cancel")
    world.clock.step(world.clock.now() + timedelta(days=45))
    await world.drain()
    staying = await api_session(world, MENTOR)
    await does(staying, f"scheduling/meetings/{meetings[0]['id']}/hold")
    await program.tell(f"pairing/pairs/{pair}/end", {"reason": "moved-away"})


async def measure(folder: Path) -> Ledger:
    ledger = Ledger()
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as closing:
        mail = await loop.create_server(lambda: SMTP(Sink(), enable_SMTPUTF8=True), "127.0.0.1", 0)
        closing.callback(mail.close)
        port = mail.sockets[0].getsockname()[1]
        services = [PEOPLE, *(ledger.parts_of(each) for each in COUNTED), GATEWAY]
        settings = {"public_url": PUBLIC_URL, "smtp_url": f"smtp://127.0.0.1:{port}"}
        closing.enter_context(ledger.stores())
        world = await closing.enter_async_context(World(folder, services, BEGINNING, settings))
        for service in COUNTED:
            ledger.commands_of(service.name, world._apps[service.name])
        await play(world)
    return ledger


def row(ledger: Ledger, sort: Sort) -> Row:
    """The usual number of trips, and the kind that needs most."""
    kinds = ledger.kinds(sort)
    everything = [piece.trips.total() for pieces in kinds.values() for piece in pieces]
    usual = {key: statistics.median(piece.trips.total() for piece in pieces) for key, pieces in kinds.items()}
    service, kind = most = max(usual, key=lambda key: usual[key])
    what = f"round trips to the database per {sort}, of {len(kinds)} kinds"
    note = (
        f"Most: {usual[most]:.0f}, {service}, {kind}. `python -m bench.round_trips --each` lists every kind."
    )
    return Row(what, f"median {statistics.median(everything):.0f}", note=note)


def list_each(ledger: Ledger) -> None:
    """A line per kind: how often, the usual number of trips, what its writes need, and which they are."""
    for sort in Sort:
        print(f"\nround trips per {sort}: all, of them for its writes, and their names")
        for (service, kind), pieces in ledger.kinds(sort).items():
            pieces.sort(key=lambda piece: piece.trips.total())
            usual = pieces[len(pieces) // 2]
            words = ", ".join(f"{name} {number}" for name, number in usual.trips.items())
            head = f"{service:14}{kind:44}{len(pieces):3} ×{usual.trips.total():4}{usual.least:4}"
            print(f"{head}   {words}")


def report(_: bool) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        ledger = uvloop.run(measure(Path(folder)))
    if LISTED:
        list_each(ledger)
    return Report([row(ledger, sort) for sort in Sort])


if __name__ == "__main__":
    LISTED = "--each" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--each"]
    told("bench.round_trips", report)
