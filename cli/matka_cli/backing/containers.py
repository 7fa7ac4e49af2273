"""Second choice: containers, where a Docker engine answers and has the image or gets it in time."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from docker.errors import DockerException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from matka_cli import machine
from matka_cli.backing import mailpit, probes
from matka_cli.backing.rabbitmq_files import secret
from matka_cli.backing.serving import PATIENCE, NotHere, Serving, until
from matka_cli.guard import Guard
from matka_cli.process import Site

RABBITMQ, MONGODB, MAILPIT = "rabbitmq:4", "mongo:8", "axllent/mailpit:latest"
# Our own guard ends containers when we are killed; a second image to do it might not be here.
testcontainers_config.ryuk_disabled = True


@dataclass(frozen=True)
class Recipe:
    """A container to run: its port, its settings and where its data lie."""

    image: str
    ports: tuple[int, ...]
    env: dict[str, str] = field(default_factory=dict)
    volumes: dict[Path, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


async def broker(site: Site) -> Serving:
    """RabbitMQ 4, its data and password in the run's folder."""
    data = site.data / "broker-docker"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = secret(site.data / "broker-docker.password")
    env = {"RABBITMQ_DEFAULT_USER": "matka", "RABBITMQ_DEFAULT_PASS": password}
    options = {**_as_ourselves(), "hostname": "matka"}  # the node's name, and with it the place of its data
    recipe = Recipe(RABBITMQ, (5672,), env, {data: "/var/lib/rabbitmq"}, options)
    container = await _run(recipe, site.guard)
    url = f"amqp://matka:{password}@127.0.0.1:{container.get_exposed_port(5672)}/"
    serving = Serving("docker", url, f"RabbitMQ in Docker ({RABBITMQ})")
    return await _answering(container, serving, probes.amqp, site.guard)


async def store(site: Site) -> Serving:
    """MongoDB 8, its data in the run's folder."""
    data = site.data / "store" / "mongodb"
    data.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(MONGODB, (27017,), volumes={data: "/data/db"}, options=_as_ourselves())
    container = await _run(recipe, site.guard)
    url = f"mongodb://127.0.0.1:{container.get_exposed_port(27017)}"
    serving = Serving("docker", url, f"MongoDB in Docker ({MONGODB})")
    return await _answering(container, serving, probes.mongodb, site.guard)


async def mail(site: Site) -> Serving:
    """Mailpit, with its own mailbox page."""
    data = site.data / "mailpit"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    env = {"MP_DATABASE": "/data/mailpit.db", "MP_MAX_MESSAGES": "0"}
    container = await _run(Recipe(MAILPIT, (1025, 8025), env, {data: "/data"}, _as_ourselves()), site.guard)
    page = f"http://127.0.0.1:{container.get_exposed_port(8025)}"
    url = f"smtp://127.0.0.1:{container.get_exposed_port(1025)}"
    line = f"Mailpit in Docker ({MAILPIT}), mailbox at {page}"
    serving = Serving("docker", url, line, page=page, collect=partial(mailpit.collect, page))
    return await _answering(container, serving, probes.smtp, site.guard)


@contextmanager
def mongodb_for_tests() -> Iterator[str | None]:
    """A throw-away MongoDB's URL, or None where no engine runs one."""
    guard = Guard()
    try:
        container = asyncio.run(_run(Recipe(MONGODB, (27017,), options={"tmpfs": {"/data/db": ""}}), guard))
    except NotHere:
        guard.close()
        yield None
        return
    try:
        url = f"mongodb://127.0.0.1:{container.get_exposed_port(27017)}"
        asyncio.run(until(partial(probes.mongodb, url), MONGODB))
        yield url
    finally:
        container.stop()
        guard.close()


async def _run(recipe: Recipe, guard: Guard) -> DockerContainer:
    """Starts it. Raises `NotHere` if there is no engine, no image, or no start in time."""
    if shutil.which("docker") is None:
        raise NotHere
    if not await asyncio.to_thread(machine.docker_answers):
        raise NotHere("a Docker client is here, but no engine answers it", of="Docker")
    await asyncio.to_thread(_bring_image, recipe.image)
    starting = asyncio.create_task(asyncio.to_thread(_start, recipe))
    try:
        async with asyncio.timeout(PATIENCE):
            container = await asyncio.shield(starting)
    except TimeoutError:
        starting.add_done_callback(_end_late)
        raise NotHere(f"{recipe.image} did not start in {PATIENCE:.0f} s") from None
    except (DockerException, OSError) as error:
        raise NotHere(f"{recipe.image} does not start: {_short(error)}") from error
    guard.watch("container", container.get_container_id())
    return container


async def _answering(
    container: DockerContainer, serving: Serving, probe: Callable[[str], Awaitable[bool]], guard: Guard
) -> Serving:
    """Waits until the server in it answers; one that does not is removed again."""
    name = container.get_container_id()

    async def stop() -> None:
        await asyncio.to_thread(container.stop)
        guard.forget("container", name)

    try:
        await until(partial(probe, serving.url), serving.line)
    except BaseException:
        await stop()
        raise
    return replace(serving, stop=stop)


def _bring_image(image: str) -> None:
    if (
        subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode
        == 0
    ):
        return
    try:
        pulled = subprocess.run(
            ["docker", "pull", "-q", image], capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotHere(f"the engine has no {image} and did not get it in {PATIENCE:.0f} s") from None
    if pulled.returncode:
        raise NotHere(f"the engine has no {image} and does not get it: {_short(pulled.stderr.decode())}")


def _start(recipe: Recipe) -> DockerContainer:
    container = DockerContainer(recipe.image, env=recipe.env)
    # On loopback only, at a port that the engine finds; the library's own call would open it to the network.
    container.ports = cast(
        "dict[str, int | None]", {f"{port}/tcp": ("127.0.0.1", None) for port in recipe.ports}
    )
    for here, there in recipe.volumes.items():
        container.with_volume_mapping(str(here.resolve()), there, "rw")
    return container.with_kwargs(**recipe.options).start()


def _end_late(starting: "asyncio.Task[DockerContainer]") -> None:
    if not starting.cancelled() and starting.exception() is None:
        starting.result().stop()


def _as_ourselves() -> dict[str, str]:
    """Whoever ran it can then also remove its data."""
    return {"user": f"{os.getuid()}:{os.getgid()}"}


def _short(error: object) -> str:
    return " ".join(str(error).split())[:200]
