"""`matka up`: starts everything for development, or on a finished rehearsal's data, and keeps it up."""

import asyncio
import json
import shlex
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from matka_cli import ports, signals
from matka_cli.backing.choice import RECORD
from matka_cli.backing.serving import NotHere
from matka_cli.folder import UnusableFolder, content
from matka_cli.roster import SERVICES
from matka_cli.stack import Options, Stack
from matka_cli.supervisor import NotReady
from matka_cli.urls import BadUrl
from matka_kit.clock import FileClock
from matka_kit.store import Query, open_store
from matka_people.store import PERSONS

DEVELOPMENT = Path("var/up")
_MADE_BY_A_RUN = frozenset({"broker", "clock", "keys", "logs", "mail", "store"})
REHEARSED_RUNGS = (1, 2, 5)  # seconds; a look around is short


def up(
    data: Annotated[
        Path, typer.Option(help="Folder of the data; a rehearsal's to explore it.")
    ] = DEVELOPMENT,
    scale: Annotated[
        list[str] | None, typer.Option(help="Replicas: notifications=2; may be repeated.")
    ] = None,
    port: Annotated[int, typer.Option(help="The gateway's port; 0 finds a free one.")] = 0,
    quiet: Annotated[bool, typer.Option(help="Logs into files only.")] = False,
) -> None:
    """Start everything and keep it up until Ctrl-C."""
    if data != DEVELOPMENT and not data.exists():
        raise typer.BadParameter(
            f"{data} does not exist; `make demo` makes var/rehearsal", param_hint="--data"
        )
    if not _is_ours(data):
        raise typer.BadParameter(
            f"{data} holds other things than Matka's; name an empty folder or a rehearsal's",
            param_hint="--data",
        )
    clock = data / "clock"
    rehearsed = clock.exists()
    options = Options(
        data=data,
        replicas=_replicas(scale or []),
        environment="rehearsal" if rehearsed else "development",
        clock=clock if rehearsed else None,
        rungs=REHEARSED_RUNGS if rehearsed else Options(data).rungs,
        gateway_port=port or _earlier_port(data),
        console=None if quiet else sys.stdout,
    )
    try:
        status = signals.run(_keep_up(options))
    except (BadUrl, UnusableFolder, NotHere, NotReady) as error:
        print(error, file=sys.stderr)
        status = 1
    raise typer.Exit(0 if status == signals.INTERRUPTED else status)


def _is_ours(data: Path) -> bool:
    """Whether a folder holds nothing but what a run makes: nothing is poured between somebody's files."""
    try:
        return (data / RECORD).exists() or all(each.name in _MADE_BY_A_RUN for each in content(data))
    except UnusableFolder:
        return True  # starting says what is wrong with it


def _earlier_port(data: Path) -> int:
    """The gateway's port of the run before, so that links in its mails still lead here; 0 if taken."""
    try:
        url = json.loads((data / "urls.json").read_text(encoding="utf-8"))["gateway"]
        port = int(url.rpartition(":")[2])
    except (OSError, ValueError, KeyError):
        return 0
    return port if ports.is_free(port) else 0


async def _keep_up(options: Options) -> int:
    from matka_cli import topology

    async with Stack(options, topology.apply) as stack:
        _announce(stack, await _first_steps(stack))
        if options.clock is not None:
            await run_on(options.clock)
        await asyncio.Event().wait()
    return 0


async def run_on(path: Path) -> None:
    """Lets a stepped clock go on by itself from where it stands, until cancelled."""
    clock = FileClock(path)
    start, began = clock.now(), time.monotonic()
    while True:
        await asyncio.sleep(1)
        clock.step(start + timedelta(seconds=time.monotonic() - began))


async def _first_steps(stack: Stack) -> list[str]:
    """What there is to do before anybody can sign in: nobody is known before the first administrator."""
    store = await open_store(stack.backing.store_url("people"), "people", (PERSONS,))
    try:
        if (await store.find(PERSONS, Query(limit=1))).documents:
            return []
    finally:
        await store.close()
    data = stack.options.data
    where = "" if data == DEVELOPMENT else f" --data {shlex.quote(str(data))}"
    matka = shlex.quote(sys.argv[0]) if Path(sys.argv[0]).name == "matka" else "matka"
    return [f"There is no administrator yet: {matka} admin create EMAIL{where}"]


def _announce(stack: Stack, first_steps: list[str]) -> None:
    people = stack.options.data / "explore.json"
    say = stack.options.say
    say("")
    say(f"Matka is up. Sign in: {stack.public_url}/sign-in")
    for step in first_steps:
        say(step)
    if stack.backing.mail.page:
        say(f"Mailbox with all mail that is sent: {stack.backing.mail.page}")
    with suppress(FileNotFoundError):
        for person in json.loads(people.read_text(encoding="utf-8")):
            say(f"  as {person['role']}: {person['email']} ({person['name']}, reads {person['language']})")
    if stack.options.clock is not None:
        say(f"The clock stands at {FileClock(stack.options.clock).now():%Y-%m-%d %H:%M} UTC and runs on.")
    say(f"Logs: {stack.options.data / 'logs'}. Ctrl-C stops everything.")
    say("")


def _replicas(words: list[str]) -> dict[str, int]:
    """`notifications=2` as a table. Raises `typer.BadParameter`."""
    table = {}
    for word in words:
        service, _, count = word.partition("=")
        if service not in SERVICES or not count.isdecimal() or not 1 <= int(count) <= 20:
            known = ", ".join(SERVICES)
            raise typer.BadParameter(f"{word!r} is not <service>=<1..20>, of {known}", param_hint="--scale")
        table[service] = int(count)
    return table
