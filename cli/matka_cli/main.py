"""The `matka` command: one table of its commands, each in a module that is imported when it is asked for."""

from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from matka_cli import urls

COMMANDS = {
    "up": "matka_cli.up:up",
    "rehearse": "matka_cli.rehearse.command:rehearse",
    "check": "matka_cli.check.command:command",
    "outbox": "matka_cli.owed:outbox",
    "timers": "matka_cli.owed:timers",
    "doctor": "matka_cli.main:doctor",
    "keys": "matka_cli.main:keys",
    "credentials": "matka_cli.credentials:credentials",
    "topology": "matka_cli.topology:commands",
    "dead-letters": "matka_cli.letters:commands",
    "admin": "matka_cli.admin:commands",
}


class Commands(TyperGroup):
    """The commands of the table."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them; None where the table has no such name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False)
        alone.command(cmd_name)(found)
        return typer.main.get_command(alone)


app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False
)


@app.callback()
def about() -> None:
    """Matka runs mentoring programs: this brings it up, looks after it and rehearses a whole program."""
    urls.take_from_files()


def doctor() -> None:
    """Say what this machine lacks and the line that installs it."""
    from matka_cli import doctor as doctors

    raise typer.Exit(doctors.main())


def keys(folder: Path) -> None:
    """Make the services' signing keys that a folder lacks."""
    from matka_cli.roster import KEY_HOLDERS
    from matka_kit.auth import create_keys

    create_keys(folder, KEY_HOLDERS)


def main() -> None:
    """The entry point of the installed command."""
    app()
