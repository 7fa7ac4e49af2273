"""The Docker engine: whether it answers, its images, and containers that do not outlive our run."""

import asyncio
import hashlib
import platform
import shutil
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from matka_cli.backing import serving
from matka_cli.backing.serving import NotHere, Serving, until
from matka_cli.guard import Guard

LATE = -1  # status of a call that was given up
NO_PORT = 1  # where nobody answers: what a container that has ended already leads to
GRACE = 10  # seconds that a server in a container has to put its data in order
# Our own guard ends containers when we are killed; a second image to do it might not be here.
testcontainers_config.ryuk_disabled = True


@dataclass(frozen=True)
class Recipe:
    """A container to run: its ports, its settings and where its data lie."""

    image: str
    ports: tuple[int, ...]
    env: dict[str, str] = field(default_factory=dict)
    volumes: dict[Path, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """A started container, and the port on loopback that leads to each of its own."""

    name: str
    image: str
    ports: dict[int, int]


class Engine:
    """The engine as one run sees it.

    Its containers are named after the run's folder: the guard knows the name before there is a container,
    and the next run on the folder ends what may be left, should the guard have been killed too.
    """

    def __init__(self, folder: Path, guard: Guard) -> None:
        place = f"{platform.node()}:{folder.resolve()}"
        self._prefix = f"matka-{hashlib.sha256(place.encode()).hexdigest()[:12]}"
        self._guard = guard
        self._answers: bool | None = None

    def name(self, what: str) -> str:
        """What the container of this folder's broker, store or mail is called."""
        return f"{self._prefix}-{what}"

    async def bring(self, image: str) -> None:
        """Makes sure that the engine has the image. Raises `NotHere` if it can't have it in time."""
        if shutil.which("docker") is None:
            raise NotHere
        if self._answers is None:
            self._answers = (await _docker("info"))[0] == 0
        if not self._answers:
            raise NotHere("a Docker client is here, but no engine answers it", of="Docker")
        if (await _docker("image", "inspect", image))[0] == 0:
            return
        status, said = await _docker("pull", "--quiet", image)
        if status == LATE:
            raise NotHere(f"the engine has no {image} and did not get it in {serving.PATIENCE:.0f} s")
        if status:
            raise NotHere(f"the engine has no {image} and does not get it: {_short(said)}")

    async def start(self, what: str, recipe: Recipe) -> Running:
        """Runs it as this folder's `what`. Raises `NotHere` if it does not start in time."""
        name = self.name(what)
        self._guard.watch("container", name)
        await _docker("rm", "--force", "--volumes", name)
        # A thread can't be cut short. Where it is left behind, the name stays on the guard's list.
        starting = asyncio.create_task(asyncio.to_thread(_start, name, recipe))
        try:
            done, _ = await asyncio.wait({starting}, timeout=serving.PATIENCE)
        except asyncio.CancelledError:
            await asyncio.wait({starting}, timeout=serving.PATIENCE)
            raise
        if not done:
            raise NotHere(f"{recipe.image} did not start in {serving.PATIENCE:.0f} s")
        if (error := starting.exception()) is not None:
            await self.end(name, grace=0)
            raise NotHere(f"{recipe.image} does not start: {_short(error)}") from error
        return Running(name, recipe.image, starting.result())

    async def serve(
        self, running: Running, found: Serving, probe: Callable[[str], Awaitable[bool]]
    ) -> Serving:
        """Waits until the server in it answers; one that does not is ended again. Raises `NotHere`."""
        try:
            await _answered(running, until(partial(probe, found.url), found.line))
        except BaseException:
            await self.end(running.name, grace=0)
            raise
        return replace(found, stop=partial(self.end, running.name))

    async def end(self, name: str, grace: int = GRACE) -> None:
        """Asks it to stop, then removes it; what the engine does not do now is left to the guard."""
        if grace:
            await _docker("stop", "-t", str(grace), name)
        status, _ = await _docker("rm", "--force", "--volumes", name)
        if status == 0:
            self._guard.forget("container", name)


async def _answered(running: Running, answer: Coroutine[object, object, None]) -> None:
    """Waits for the answer, but not on a container that has ended by itself. Raises `NotHere`."""
    answering = asyncio.create_task(answer)
    over = asyncio.create_task(_docker("wait", running.name))
    try:
        await asyncio.wait({answering, over}, return_when=asyncio.FIRST_COMPLETED)
        if answering.done() or over.result()[0] != 0:
            await answering
            return
        _, said = await _docker("logs", "--tail", "3", running.name)
    finally:
        answering.cancel()
        over.cancel()
        await asyncio.gather(answering, over, return_exceptions=True)
    raise NotHere(f"{running.image} ended by itself: {_short(said)}")


async def _docker(*words: str) -> tuple[int, str]:
    """Exit status and output of a call of the client; `LATE` where it took longer than we wait."""
    client = await asyncio.create_subprocess_exec(
        "docker",
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(serving.PATIENCE):
            output, _ = await client.communicate()
    except TimeoutError:
        return LATE, ""
    finally:
        if client.returncode is None:
            client.kill()
            await client.wait()
    return client.returncode or 0, output.decode(errors="replace")


def _start(name: str, recipe: Recipe) -> dict[int, int]:
    """Creates and starts it; which port of this machine leads to each of its own."""
    container = DockerContainer(recipe.image, env=recipe.env).with_name(name)
    # On loopback only, at a port that the engine finds; the library's own call would open it to the network.
    container.ports = cast(
        "dict[str, int | None]", {f"{port}/tcp": ("127.0.0.1", None) for port in recipe.ports}
    )
    for here, there in recipe.volumes.items():
        container.with_volume_mapping(str(here.resolve()), there, "rw")
    wrapped = container.with_kwargs(**recipe.options).start().get_wrapped_container()
    wrapped.reload()
    found = {port: wrapped.ports.get(f"{port}/tcp") for port in recipe.ports}
    return {port: int(doors[0]["HostPort"]) if doors else NO_PORT for port, doors in found.items()}


def _short(words: object) -> str:
    return " ".join(str(words).split())[:200]
