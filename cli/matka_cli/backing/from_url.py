"""First choice: a server that the environment names by URL."""

import os
from collections.abc import Awaitable, Callable

from matka_cli.backing import probes
from matka_cli.backing.serving import NotHere, Serving, until
from matka_cli.urls import BROKER, SCHEMES, SMTP, STORE, check_url


def check(services: tuple[str, ...]) -> None:
    """Whether all URLs in the environment are well formed. Raises `BadUrl`: waiting would mend nothing."""
    for kind, variable in [*((kind, kind) for kind in SCHEMES), *((STORE, _own(name)) for name in services)]:
        check_url(kind, os.environ.get(variable, ""), variable)


async def broker() -> Serving:
    """`MATKA_BROKER_URL`."""
    return await _named(BROKER, probes.amqp)


async def store() -> Serving:
    """`MATKA_STORE_URL`, one for all services (`MATKA_STORE_URL_PAIRING` is one service's own)."""
    url = os.environ.get(STORE, "")
    if url.startswith("sqlite:"):
        return Serving("url", url, f"SQLite files in {url.removeprefix('sqlite:')} (MATKA_STORE_URL)")
    return await _named(STORE, probes.mongodb)


async def mail() -> Serving:
    """`MATKA_SMTP_URL`."""
    return await _named(SMTP, probes.smtp)


def own_stores(services: tuple[str, ...]) -> dict[str, str]:
    """Services whose store the environment names for them alone."""
    named = {service: os.environ.get(_own(service), "") for service in services}
    return {service: url for service, url in named.items() if url}


def _own(service: str) -> str:
    """The variable that names a store for this service alone."""
    return f"{STORE}_{service.upper()}"


async def _named(variable: str, probe: Callable[[str], Awaitable[bool]]) -> Serving:
    url = os.environ.get(variable, "")
    if not url:
        raise NotHere
    shown = probes.without_secrets(url)

    async def answers() -> bool:
        return await probe(url)

    await until(answers, f"{shown} ({variable})")
    return Serving("url", url, f"{shown} ({variable})")
