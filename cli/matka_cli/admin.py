"""`matka admin`: the first administrator, made by whoever holds the services' keys."""

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic import HttpUrl

from matka_cli.words import plain_errors
from matka_kit.auth import Signer
from matka_kit.client import ServiceClient
from matka_kit.settings import ServiceSettings

CLI = "cli"
commands = typer.Typer(no_args_is_help=True, help="Administrators.")
Data = Annotated[Path, typer.Option(help="Folder of a running `matka up`; settings in the environment win.")]


async def create_admin(keys: Path, urls: dict[str, str], email: str, name: str, language: str) -> str:
    """Make a person an administrator; their id. Raises `Unavailable`, `Refused`."""
    base = {service: HttpUrl(url) for service, url in urls.items()}
    settings = ServiceSettings.model_construct(keys=keys, urls=base)
    client = ServiceClient(settings, Signer.of(keys, CLI))
    try:
        body = {"email": email, "name": name, "language": language}
        answer = await client.call("people", "POST", "/administrators", body=body, key=email)
    finally:
        await client.close()
    return str(answer["id"])


@commands.command("create")
def create_command(
    email: str,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    language: Annotated[str, typer.Option(help="Language of mail and pages.")] = "fi",
    data: Data = Path("var/up"),
) -> None:
    """Make EMAIL an administrator, who then signs in by a mailed link like everyone."""
    keys, urls = _keys(data), _urls(data)
    with plain_errors():
        person_id = asyncio.run(create_admin(keys, urls, email, name or email.partition("@")[0], language))
    typer.echo(f"{email} is an administrator now ({person_id}).")


def _urls(data: Path) -> dict[str, str]:
    """Where the services answer: what the environment says, or else a running Matka's folder."""
    given = os.environ.get("MATKA_URLS")
    try:
        urls: dict[str, str] = json.loads(given or (data / "urls.json").read_text("utf-8"))
        return {"people": str(HttpUrl(urls["people"]))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = f"no running Matka found in {data}: start `matka up`, or set MATKA_URLS and MATKA_KEYS"
        raise typer.BadParameter(hint) from error


def _keys(data: Path) -> Path:
    """The folder with the services' public keys and the command's own pair."""
    keys = Path(os.environ.get("MATKA_KEYS", data / "keys"))
    if not (keys / f"{CLI}.private.pem").is_file():
        hint = (
            f"{keys} lacks {CLI}.private.pem: start `matka up`, or name a running Matka's folder with --data "
            "or its keys with MATKA_KEYS"
        )
        raise typer.BadParameter(hint)
    return keys
