"""Options that several commands take, and errors in words instead of traces."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
import typer

from matka_cli.rules import in_words
from matka_cli.urls import BROKER, STORE, BadUrl, check_url
from matka_kit.client import Refused
from matka_kit.errors import DomainError, MatkaError


def _url(kind: str) -> Callable[[str], str]:
    def check(url: str) -> str:
        try:
            check_url(kind, url, kind)
        except BadUrl as error:
            raise typer.BadParameter(str(error)) from error
        return url

    return check


def _rungs(words: str) -> str:
    if not all(word.isdecimal() and int(word) > 0 for word in words.split(",")):
        raise typer.BadParameter(f"{words!r} is not a list of whole seconds like 5,30,300")
    return words


BrokerUrl = Annotated[
    str,
    typer.Option(
        envvar=BROKER, help="An administrator's AMQP URL.", show_default=False, callback=_url(BROKER)
    ),
]
StoreUrl = Annotated[
    str,
    typer.Option(
        envvar=STORE,
        help="The services' store: sqlite:DIR or mongodb://…",
        show_default=False,
        callback=_url(STORE),
    ),
]
Rungs = Annotated[
    str, typer.Option(envvar="MATKA_RUNGS", help="The retry ladder's delays in seconds.", callback=_rungs)
]


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the command with status 1 and one line that says what is wrong; libraries keep it to themselves."""
    logging.getLogger("aiormq").addHandler(logging.NullHandler())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    except Refused as refusal:
        print(f"refused: {refusal.refused_code} {refusal.params or ''}".rstrip(), file=sys.stderr)
        raise typer.Exit(1) from refusal
    except MatkaError as error:
        print(in_words(error) if isinstance(error, DomainError) else error, file=sys.stderr)
        raise typer.Exit(1) from error
