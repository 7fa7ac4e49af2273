"""`matka credentials`: for each service a folder with its own key and its own way into the broker."""

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer

from matka_cli.roster import KEY_HOLDERS
from matka_cli.topology import spec
from matka_kit.auth import create_keys
from matka_kit.topology import user_definitions

ADMINISTRATOR = "cli"  # the command declares exchanges, queues and bindings, and looks after dead letters
BROKER_URL = (
    "matka_broker_url"  # the file that stands for the variable: services read it from MATKA_SECRETS_DIR
)
DEFINITIONS = "definitions.json"
_RUNGS = (5,)  # rights do not depend on them


def credentials(
    folder: Annotated[
        Path, typer.Argument(help="Gets a folder per service, one for `cli` and one for the broker.")
    ],
    broker: Annotated[
        str, typer.Option(help="HOST:PORT by which services reach the broker.")
    ] = "rabbitmq:5672",
) -> None:
    """Make what a folder lacks of the services' keys and broker users; what is there stays as it is."""
    for holder in KEY_HOLDERS:
        (folder / holder).mkdir(parents=True, exist_ok=True, mode=0o700)
        create_keys(folder / holder, (holder,))
    for holder in KEY_HOLDERS:
        public = (folder / holder / f"{holder}.public.pem").read_bytes()
        for other in KEY_HOLDERS:
            (folder / other / f"{holder}.public.pem").write_bytes(public)
    passwords = {holder: _password(folder / holder / BROKER_URL, holder, broker) for holder in KEY_HOLDERS}
    written = folder / "broker" / DEFINITIONS
    written.parent.mkdir(parents=True, exist_ok=True)
    written.parent.chmod(0o755)  # the broker runs as a user of its own; what it reads are hashes
    beside = written.with_suffix(".new")
    beside.write_text(
        json.dumps(user_definitions(spec(_RUNGS), ADMINISTRATOR, passwords), indent=2), encoding="utf-8"
    )
    beside.chmod(0o644)
    beside.replace(written)
    typer.echo(f"{folder} holds the keys and broker users of {', '.join(KEY_HOLDERS)}.")


def _password(file: Path, user: str, broker: str) -> str:
    """The password in the URL that the file holds; a new one where there is no file."""
    if file.exists():
        password = file.read_text(encoding="utf-8").partition("://")[2].partition("@")[0].partition(":")[2]
    else:
        password = secrets.token_hex(24)
    beside = file.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_text(f"amqp://{user}:{password}@{broker}/", encoding="utf-8")
    beside.replace(file)
    return password
