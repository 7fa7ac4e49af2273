"""`matka topology`: what the broker must hold for all services, declared from one spec."""

import asyncio
import json
from typing import Annotated

import typer

from matka_cli.catalogue import declared
from matka_cli.words import BrokerUrl, Rungs, plain_errors
from matka_kit.host import topology_of
from matka_kit.topology import Applied, Topology, definitions
from matka_kit.topology import apply as apply_topology

commands = typer.Typer(no_args_is_help=True, help="What the broker must hold for the services.")


def spec(rungs: tuple[int, ...]) -> Topology:
    """The topology of all services as they declare themselves."""
    return topology_of(declared(), rungs)


async def apply(url: str, rungs: tuple[int, ...]) -> Applied:
    """Declare everything with an administrator's URL. Raises `Unavailable`, `TopologyConflict`."""
    return await apply_topology(url, spec(rungs))


@commands.command("apply")
def apply_command(url: BrokerUrl, rungs: Rungs = "5,30,300,3600") -> None:
    """Declare exchanges, queues and bindings; doing it again changes nothing."""
    with plain_errors():
        applied = asyncio.run(apply(url, tuple(int(rung) for rung in rungs.split(","))))
    for binding in applied.unbound:
        typer.echo(f"unbound {binding.key} from {binding.queue}")
    for queue in applied.leftover:
        typer.echo(f"left alone, nobody asks for it any more: {queue}")
    typer.echo("The broker holds what the services need.")


@commands.command("definitions")
def definitions_command(
    rungs: Rungs = "5,30,300,3600", vhost: Annotated[str, typer.Option(help="The virtual host.")] = "/"
) -> None:
    """Print the same spec in the format of RabbitMQ's definitions.json."""
    found = definitions(spec(tuple(int(rung) for rung in rungs.split(","))), vhost)
    typer.echo(json.dumps(found, indent=2))
