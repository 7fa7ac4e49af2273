"""The `matka` command: one table of its commands, each in a module of its own."""

from pathlib import Path

import typer

from matka_cli import admin, letters, topology
from matka_cli import doctor as doctors
from matka_cli.owed import outbox, timers
from matka_cli.rehearse.command import rehearse
from matka_cli.stack import KEY_HOLDERS
from matka_cli.up import up
from matka_kit.auth import create_keys

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
app.command()(up)
app.command()(rehearse)
app.command()(outbox)
app.command()(timers)
app.add_typer(topology.commands, name="topology")
app.add_typer(letters.commands, name="dead-letters")
app.add_typer(admin.commands, name="admin")


@app.callback()
def about() -> None:
    """Matka runs mentoring programs: this brings it up, looks after it and rehearses a whole program."""


@app.command()
def doctor() -> None:
    """Say what this machine lacks and the line that installs it."""
    raise typer.Exit(doctors.main())


@app.command()
def keys(folder: Path) -> None:
    """Make the services' signing keys that a folder lacks."""
    create_keys(folder, KEY_HOLDERS)


def main() -> None:
    """The entry point of the installed command."""
    app()
