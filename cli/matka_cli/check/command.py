"""`matka check`: an outsider's look at a rehearsal's results, while its services are up."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from matka_cli.check.asking import NoLink, Refused
from matka_cli.check.checking import CheckInput, check
from matka_cli.check.folder import Incomplete
from matka_cli.check.mail import NotAMail

_EXAMPLE = Path("examples/cohort")


def command(
    out: Annotated[Path, typer.Argument(help="A rehearsal's output folder, opened by `matka up --data`.")],
    broker: Annotated[str, typer.Option(envvar="MATKA_BROKER_URL", help="Its broker's URL.")],
    gateway: Annotated[str, typer.Option(help="Its gateway's URL; by default as the folder has it.")] = "",
    cohort: Annotated[Path, typer.Option(help="The cohort that was rehearsed.")] = _EXAMPLE,
    session: Annotated[
        str, typer.Option(envvar="MATKA_SESSION", help="A staff session; by default sign in by mail.")
    ] = "",
) -> None:
    """Check every invariant of a rehearsal from its mails, PDFs, broker and public API."""
    try:
        run = CheckInput(out, cohort, gateway or _gateway_of(out), broker, session)
        violations = asyncio.run(check(run))
    except (Incomplete, NotAMail, Refused, NoLink, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    for violation in violations:
        print(violation)
    print(f"{len(violations)} invariants are broken." if violations else "Every invariant is kept.")
    raise typer.Exit(1 if violations else 0)


def _gateway_of(out: Path) -> str:
    """Where the folder's services were started last."""
    try:
        return str(json.loads((out / "urls.json").read_text("utf-8"))["gateway"])
    except (OSError, ValueError, KeyError) as error:
        raise Incomplete(f"{out} has no urls.json: name the gateway with --gateway") from error
