"""Second choice: containers, where a Docker engine answers and has the image or gets it in time."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from matka_cli.backing import mailpit, probes
from matka_cli.backing.engine import Engine, Recipe
from matka_cli.backing.rabbitmq_files import secret
from matka_cli.backing.serving import NotHere, Serving
from matka_cli.guard import Guard
from matka_cli.process import Site

RABBITMQ, MONGODB, MAILPIT = "rabbitmq:4", "mongo:8", "axllent/mailpit:latest"


async def broker(site: Site, engine: Engine) -> Serving:
    """RabbitMQ 4, its data and password in the run's folder."""
    await engine.bring(RABBITMQ)
    password = secret(site.data / "broker-docker.password")
    env = {
        "RABBITMQ_DEFAULT_USER": "matka",
        "RABBITMQ_DEFAULT_PASS": password,
        # Below this it takes no more messages, instead of losing its data to a full disk.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-rabbit disk_free_limit 1000000000",
    }
    options = {**_as_ourselves(), "hostname": "matka"}  # the node's name, and with it the place of its data
    data = _folder(site.data / "broker-docker")
    recipe = Recipe(RABBITMQ, (5672,), env, {data: "/var/lib/rabbitmq"}, options)
    running = await engine.start("broker", recipe)
    url = f"amqp://matka:{password}@127.0.0.1:{running.ports[5672]}/"
    serving = Serving("docker", url, f"RabbitMQ in Docker ({RABBITMQ})")
    return await engine.serve(running, serving, probes.amqp)


async def store(site: Site, engine: Engine) -> Serving:
    """MongoDB 8, its data in the run's folder."""
    await engine.bring(MONGODB)
    data = _folder(site.data / "store" / "mongodb")
    return await _mongodb(
        engine, Recipe(MONGODB, (27017,), volumes={data: "/data/db"}, options=_as_ourselves())
    )


async def mail(site: Site, engine: Engine) -> Serving:
    """Mailpit, with its own mailbox page."""
    await engine.bring(MAILPIT)
    env = {"MP_DATABASE": "/data/mailpit.db", "MP_MAX_MESSAGES": "0"}
    data = _folder(site.data / "mailpit")
    running = await engine.start("mail", Recipe(MAILPIT, (1025, 8025), env, {data: "/data"}, _as_ourselves()))
    page = f"http://127.0.0.1:{running.ports[8025]}"
    url = f"smtp://127.0.0.1:{running.ports[1025]}"
    line = f"Mailpit in Docker ({MAILPIT}), mailbox at {page}"
    serving = Serving("docker", url, line, page=page, collect=partial(mailpit.collect, page))
    return await engine.serve(running, serving, probes.smtp)


@contextmanager
def mongodb_for_tests() -> Iterator[str | None]:
    """A throw-away MongoDB's URL, or None where no engine runs one."""
    with tempfile.TemporaryDirectory() as folder:
        guard = Guard()
        try:
            yield asyncio.run(_throw_away(Engine(Path(folder), guard)))
        finally:
            guard.close()


async def _throw_away(engine: Engine) -> str | None:
    """Its data are worth nothing: it is left to the guard to end it."""
    try:
        await engine.bring(MONGODB)
        serving = await _mongodb(engine, Recipe(MONGODB, (27017,), options={"tmpfs": {"/data/db": ""}}))
    except NotHere:
        return None
    return serving.url


async def _mongodb(engine: Engine, recipe: Recipe) -> Serving:
    running = await engine.start("store", recipe)
    url = f"mongodb://127.0.0.1:{running.ports[27017]}"
    return await engine.serve(
        running, Serving("docker", url, f"MongoDB in Docker ({MONGODB})"), probes.mongodb
    )


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _as_ourselves() -> dict[str, str]:
    """Whoever ran it can then also remove its data."""
    return {"user": f"{os.getuid()}:{os.getgid()}"}
