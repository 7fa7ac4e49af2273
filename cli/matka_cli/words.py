"""Options that several commands take, and errors in words instead of traces."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from matka_kit.client import Refused
from matka_kit.errors import MatkaError

BrokerUrl = Annotated[
    str, typer.Option(envvar="MATKA_BROKER_URL", help="An administrator's AMQP URL.", show_default=False)
]
StoreUrl = Annotated[
    str,
    typer.Option(
        envvar="MATKA_STORE_URL", help="The services' store: sqlite:DIR or mongodb://…", show_default=False
    ),
]
Rungs = Annotated[str, typer.Option(envvar="MATKA_RUNGS", help="The retry ladder's delays in seconds.")]


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the command with status 1 and one line that says what is wrong."""
    try:
        yield
    except Refused as refusal:
        print(f"refused: {refusal.refused_code} {refusal.params or ''}".rstrip(), file=sys.stderr)
        raise typer.Exit(1) from refusal
    except MatkaError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
