"""`matka dead-letters`: messages that were given up; look at them, try them again, or let them go."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matka_cli.roster import SERVICES
from matka_cli.words import BrokerUrl, plain_errors
from matka_kit import dead_letters

commands = typer.Typer(no_args_is_help=True, help="Messages that a service gave up.")
ServiceName = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
EventIds = Annotated[list[str] | None, typer.Argument(help="Event ids; none means all.")]


def _known(service: str) -> str:
    if service not in SERVICES:
        raise typer.BadParameter(f"{service!r} is none of {', '.join(SERVICES)}")
    return service


@commands.command("list")
def list_command(url: BrokerUrl, service: Annotated[str, typer.Argument()] = "") -> None:
    """List the dead letters of one service, or of all."""
    table = Table("service", "event id", "type", "attempt", "error", "died at")
    with plain_errors():
        for name in [_known(service)] if service else SERVICES:
            for letter in asyncio.run(dead_letters.browse(url, name)):
                facts = (
                    letter.event_id,
                    letter.event_type,
                    str(letter.attempt),
                    letter.error,
                    letter.died_at,
                )
                table.add_row(name, *map(escape, facts))
    Console().print(table if table.row_count else "No dead letters.")


@commands.command("show")
def show_command(service: ServiceName, event_id: str, url: BrokerUrl) -> None:
    """Show one dead letter whole: its reason, headers and body."""
    with plain_errors():
        letter = asyncio.run(dead_letters.show(url, _known(service), event_id))
    typer.echo(f"{letter.event_type} {letter.event_id}, attempt {letter.attempt}, died {letter.died_at}")
    typer.echo(f"{letter.error} {letter.code} {letter.where}".rstrip())
    for name, value in letter.headers.items():
        typer.echo(f"  {name}: {value}")
    typer.echo(letter.body.decode("utf-8", "backslashreplace"))


@commands.command("replay")
def replay_command(service: ServiceName, url: BrokerUrl, event_ids: EventIds = None) -> None:
    """Give dead letters back to the service's own queue, with their original event ids."""
    with plain_errors():
        done = asyncio.run(dead_letters.replay(url, _known(service), event_ids or None))
    typer.echo(f"{len(done)} given back to {service}.")
    _miss(event_ids or [], done)


@commands.command("drop")
def drop_command(service: ServiceName, event_ids: list[str], url: BrokerUrl) -> None:
    """Delete dead letters for good."""
    with plain_errors():
        done = asyncio.run(dead_letters.drop(url, _known(service), event_ids))
    typer.echo(f"{len(done)} dropped.")
    _miss(event_ids, done)


def _miss(wanted: list[str], done: list[str]) -> None:
    """Say which of the letters that were named are none, and end with status 1."""
    if missing := [event_id for event_id in wanted if event_id not in done]:
        typer.echo(f"not among the dead letters: {', '.join(missing)}", err=True)
        raise typer.Exit(1)
