"""First choice: a server that the environment names by URL."""

import os
from collections.abc import Awaitable, Callable

from matka_cli.backing import probes
from matka_cli.backing.serving import NotHere, Serving, until


async def broker() -> Serving:
    """`MATKA_BROKER_URL`."""
    return await _named("MATKA_BROKER_URL", probes.amqp)


async def store() -> Serving:
    """`MATKA_STORE_URL`, one for all services (`MATKA_STORE_URL_PAIRING` is one service's own)."""
    url = os.environ.get("MATKA_STORE_URL", "")
    if url.startswith("sqlite:"):
        return Serving("url", url, f"SQLite files in {url.removeprefix('sqlite:')} (MATKA_STORE_URL)")
    return await _named("MATKA_STORE_URL", probes.mongodb)


async def mail() -> Serving:
    """`MATKA_SMTP_URL`."""
    return await _named("MATKA_SMTP_URL", probes.smtp)


def own_stores(services: tuple[str, ...]) -> dict[str, str]:
    """Services whose store the environment names for them alone."""
    named = {service: os.environ.get(f"MATKA_STORE_URL_{service.upper()}", "") for service in services}
    return {service: url for service, url in named.items() if url}


async def _named(variable: str, probe: Callable[[str], Awaitable[bool]]) -> Serving:
    url = os.environ.get(variable, "")
    if not url:
        raise NotHere
    shown = probes.without_secrets(url)

    async def answers() -> bool:
        return await probe(url)

    await until(answers, f"{shown} ({variable})")
    return Serving("url", url, f"{shown} ({variable})")
