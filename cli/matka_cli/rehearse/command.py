"""`matka rehearse`: plays a folder's program from the first application to the last certificate."""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console
from rich.markup import escape

from matka_cli import signals, topology
from matka_cli.admin import create_admin
from matka_cli.backing.serving import NotHere
from matka_cli.check.checking import CheckInput, check
from matka_cli.check.violation import Violation
from matka_cli.folder import UnusableFolder, content, empty
from matka_cli.rehearse import desk, ending, fates, guides, months, pairing_up, preparing, results, table
from matka_cli.rehearse.cohort import BadCohort, Cohort, read_cohort
from matka_cli.rehearse.faults import plan as plans
from matka_cli.rehearse.faults import report
from matka_cli.rehearse.faults.director import Director
from matka_cli.rehearse.faults.fault import Rig
from matka_cli.rehearse.looking import Queues, Watch
from matka_cli.rehearse.mailroom import Mailroom
from matka_cli.rehearse.people import Player, RefusedInRehearsal, Stagehands
from matka_cli.rehearse.production import Production
from matka_cli.rehearse.recording import EVERYTHING, LISTENER, Recording
from matka_cli.rehearse.stage import NeverIdle, Stage
from matka_cli.rehearse.timetable import timetable
from matka_cli.rehearse.wire import Unreachable
from matka_cli.roster import SERVICES
from matka_cli.stack import Options, Stack
from matka_cli.supervisor import NotReady
from matka_cli.urls import BadUrl
from matka_kit.bus import RabbitBus
from matka_kit.clock import FileClock
from matka_kit.consumer import Subscription
from matka_kit.topology import Topology, depths
from matka_kit.topology import apply as apply_topology
from matka_people.domain.values import clean_address

RUNGS = (1, 2, 5)  # seconds: a rehearsal does not wait an hour for a retry
_KNOWN = (BadCohort, BadUrl, UnusableFolder, NotHere, NotReady, NeverIdle, RefusedInRehearsal, Unreachable)
_FAULTS = f"What breaks while work is in flight, comma-separated: {plans.ALL}, {', '.join(plans.GROUPS)}."
_console = Console()


@dataclass(frozen=True)
class Wishes:
    """How to play: from where, into where, by which seed, with how many replicas, until when, what breaks."""

    folder: Path
    out: Path
    seed: int
    replicas: int
    until: date | None
    faults: plans.Plan


def rehearse(
    folder: Annotated[Path, typer.Argument(help="Folder with program.toml and people.csv.")],
    seed: Annotated[int, typer.Option(help="Decides what people do.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder for data and results.")] = table.REHEARSAL,
    replicas: Annotated[int, typer.Option(min=1, max=5, help="Replicas of every service.")] = 1,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Stop on this date and leave it to explore.")
    ] = None,
    faults: Annotated[str, typer.Option(help=_FAULTS)] = "",
) -> None:
    """Play a whole program through real services and leave mails, certificates and a summary."""
    quiet = logging.CRITICAL if faults else logging.WARNING  # what breaks on purpose is told elsewhere
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(quiet))
    logging.basicConfig(level=quiet)
    try:
        day = until.date() if until else None
        wishes = Wishes(folder, out, seed, replicas, day, _parse(faults))
        cohort = read_cohort(folder)
        _check_until(cohort, wishes.until)
        status = signals.run(_rehearse(cohort, wishes))
    except (*_KNOWN, ExceptionGroup) as error:
        failures = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        if not all(isinstance(each, _KNOWN) for each in failures):
            raise
        for each in failures:
            print(each, file=sys.stderr)
        status = 1
    raise typer.Exit(status)


def _parse(faults: str) -> plans.Plan:
    try:
        return plans.parse(faults)
    except plans.UnknownFault as unknown:
        raise typer.BadParameter(str(unknown), param_hint="--faults") from unknown


def _check_until(cohort: Cohort, until: date | None) -> None:
    opening = cohort.day_of(cohort.opening)
    if until is not None and until < opening:
        raise typer.BadParameter(f"the program opens on {opening} only", param_hint="--until")


def _say(text: str) -> None:
    """One line, however long: a path or an address that is broken in two is of no use."""
    _console.print(text, soft_wrap=True, highlight=False, markup=False)


def _told(day: date, text: str) -> None:
    _console.print(f"[dim]{day}[/dim]  {escape(text)}", soft_wrap=True, highlight=False)


async def _rehearse(cohort: Cohort, wishes: Wishes) -> int:
    _refuse_others(wishes.out)
    clock = FileClock(wishes.out / "clock")
    try:
        summary, violations = await _play(cohort, wishes, clock)
    except asyncio.CancelledError:
        stopped = f"Stopped on {cohort.day_of(clock.now())}; everything is ended"
        _say(f"{stopped}; `{table.explore(wishes.out)}` opens what there is.")
        raise
    table.show(_console, summary, wishes.out, wishes.until)
    for violation in violations:
        _say(f"BROKEN: {violation}")
    _say(
        f"{len(violations)} invariants are broken."
        if violations
        else "The checker found every invariant kept."
    )
    missed = summary.get("faults", {}).get("not_injected", [])
    return 1 if violations or missed else 0


async def _play(cohort: Cohort, wishes: Wishes, clock: FileClock) -> tuple[dict[str, Any], list[Violation]]:
    """Start everything, play the program and write down what came of it; the summary, and what is broken."""
    began = time.monotonic()

    async def prepare(url: str, rungs: tuple[int, ...]) -> None:
        await apply_topology(url, _spec(rungs))
        await wishes.faults.prepare(url)

    async with (
        aclosing(wishes.faults),
        Stack(_options(cohort, wishes, clock), prepare) as stack,
        _production(stack, cohort, wishes, clock) as show,
    ):
        director = _director(stack, show, wishes)
        started = time.monotonic()
        _say(f"Everything is up after {started - began:.1f} s. The program begins.")
        coordinator = show.coordinator
        await create_admin(
            wishes.out / "keys", stack.urls, coordinator.email, coordinator.name, coordinator.language
        )
        guides.write(show)
        for act in (preparing, pairing_up, months, fates, ending):
            act.schedule(show)
        desk.schedule(show, partial(pairing_up.match_again, show))
        await show.stage.play(_instant(cohort, wishes.until))
        await show.mailroom.fresh()
        show.phases.begin("")
        summary = await results.summarise(show)
        took = time.monotonic() - began
        summary = _machine_figures(stack, show, wishes, took) | summary
        summary |= await _leftovers(stack, show, took)
        summary |= report.summarise(wishes.faults, director, show.mailroom.copies)
        await results.write_files(show, summary)
        return summary, await check(_for_the_checker(stack, show, wishes))


def _for_the_checker(stack: Stack, show: Production, wishes: Wishes) -> CheckInput:
    """All that somebody who was not there needs to judge the run."""
    gateway, broker = stack.urls["gateway"], stack.backing.broker.url
    return CheckInput(wishes.out, wishes.folder, gateway, broker, show.coordinator.session, RUNGS)


def _options(cohort: Cohort, wishes: Wishes, clock: FileClock) -> Options:
    def lay_out() -> None:
        _refuse_others(wishes.out)
        wishes.faults.tidy(wishes.out)
        empty(wishes.out)
        wishes.faults.lay_out(wishes.out)
        clock.step(cohort.opening)

    return Options(
        data=wishes.out,
        replicas=dict.fromkeys(SERVICES, wishes.replicas),
        environment="rehearsal",
        clock=wishes.out / "clock",
        rungs=RUNGS,
        say=_say,
        env=wishes.faults.env,
        lay_out=lay_out,
    )


def _spec(rungs: tuple[int, ...]) -> Topology:
    """The services' topology and one listener that hears everything."""
    spec = topology.spec(rungs)
    return Topology({**spec.services, LISTENER: [EVERYTHING]}, spec.rungs, spec.urgent)


@asynccontextmanager
async def _production(
    stack: Stack, cohort: Cohort, wishes: Wishes, clock: FileClock
) -> AsyncIterator[Production]:
    """The stage with its listener, its clients and its players."""
    url = stack.backing.broker.url
    spec = _spec(RUNGS)
    recording = Recording()
    async with AsyncExitStack() as closing:
        bus = RabbitBus(url, name=LISTENER)
        closing.push_async_callback(bus.close)
        await bus.consume(Subscription(LISTENER, spec, recording.take, prefetch=50))
        hands = Stagehands(stack.urls["gateway"], wishes.seed)
        closing.push_async_callback(hands.close)
        watch = Watch(stack, Queues(url, spec), recording, lambda: bus.consuming)
        closing.push_async_callback(watch.close)
        stage = Stage(watch, clock, longest_rung=max(RUNGS))

        def tell(text: str, day: date | None = None) -> None:
            _told(day or cohort.day_of(stage.now), text)

        yield Production(
            cohort=cohort,
            times=timetable(cohort),
            stage=stage,
            hands=hands,
            mailroom=Mailroom(stack),
            recording=recording,
            tell=tell,
            out=wishes.out,
            staff=[Player(each.email, each.name, each.role, each.language) for each in cohort.staff],
            mentors=_players(cohort, "mentor"),
            mentees=_players(cohort, "mentee"),
        )


def _director(stack: Stack, show: Production, wishes: Wishes) -> Director:
    """Whoever brings about the faults, beside the stage."""
    rig = Rig(stack, show.stage.watch, show.hands)
    director = Director(rig, wishes.faults.of(rig, show.times), show.stage.idle, wishes.out)
    director.told = lambda struck: show.tell(report.line(struck))
    for name, why in wishes.faults.left_out.items():
        _say(f"left out: {name}: {why}")
    show.stage.around = director.around
    return director


def _players(cohort: Cohort, role: str) -> list[Player]:
    return [
        Player(clean_address(row.email), row.name, row.role, row.language, row.path)
        for row in cohort.rows
        if row.role == role
    ]


def _machine_figures(stack: Stack, show: Production, wishes: Wishes, took: float) -> dict[str, Any]:
    return {
        "seed": wishes.seed,
        "backing": stack.backing.summary(),
        "took_seconds": round(took, 1),
        "moments": show.stage.moments,
        "requests": show.hands.requests,
        "phases": show.phases.took,
    }


async def _leftovers(stack: Stack, show: Production, took: float) -> dict[str, Any]:
    """What must be nothing: dead letters (the broker's count) and events in outboxes (the stores')."""
    waiting = await depths(stack.backing.broker.url, _spec(RUNGS))
    owed = await show.stage.owed()
    return {
        "dead_letters": sum(number for queue, number in waiting.items() if queue.endswith(".dead")),
        "outbox_left": sum({each["service"]: each["outboxes"] for each in owed}.values()),
        "events": {
            "published": len(show.recording.entries),
            "handled": sum(each["received"] for each in owed),
            "per_second": round(len(show.recording.entries) / took, 1),
        },
    }


def _instant(cohort: Cohort, day: date | None) -> datetime | None:
    return cohort.local(day, 12).astimezone(UTC) if day else None


def _refuse_others(out: Path) -> None:
    """Only what an earlier rehearsal left is deleted. Raises `BadCohort` for any other folder."""
    if content(out) and not (out / "clock").exists():
        raise BadCohort(f"{out} is not empty and no earlier rehearsal's: choose another folder with --out")
