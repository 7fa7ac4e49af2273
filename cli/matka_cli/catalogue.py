"""The services as they declare themselves, for what the command does to all of them."""

from importlib import import_module
from typing import Any

from matka_cli.roster import SERVICES
from matka_kit.declaration import Service


def declared() -> list[Service[Any]]:
    """Every service's declaration, in the order in which they start."""
    return [import_module(f"matka_{name}.main").SERVICE for name in SERVICES]
