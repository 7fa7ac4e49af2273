"""Everything of Matka, running: backing services, seven services with their replicas, and how to stop it.

async with Stack(Options(data=Path("var/up")), prepare=topology.apply) as stack:
    stack.urls["gateway"]; stack.replicas; stack.mail_folder; await stack.restart("pairing-1")
"""

import asyncio
import json
import os
import shlex
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from matka_cli import ports
from matka_cli.backing.choice import Backing, choose
from matka_cli.folder import only_one_run
from matka_cli.guard import Guard
from matka_cli.logs import Logs, Say, to_standard_error
from matka_cli.process import Program, Site
from matka_cli.roster import KEY_HOLDERS, SERVICES, WAVES
from matka_cli.supervisor import READY_SECONDS, Kept
from matka_kit.auth import create_keys

# Of our own settings, what services get from whoever started us.
PASSED_ON = frozenset({"MATKA_LOG_LEVEL", "MATKA_FONTS", "MATKA_ORGANISATION", "MATKA_CONTACT"})
_PROCESS = f"{shlex.quote(sys.executable)} -m matka_{{service}}.main"

Prepare = Callable[[str, tuple[int, ...]], Awaitable[object]]  # declares the topology: broker URL, rungs


def command_of(service: str) -> list[str]:
    """What runs a service: a process of ours, or `MATKA_SERVICE_COMMAND` with its name for `{service}`."""
    given = os.environ.get("MATKA_SERVICE_COMMAND", _PROCESS)
    return [word.replace("{service}", service) for word in shlex.split(given)]


@dataclass(frozen=True)
class Options:
    """How to run. `rungs` are seconds, port 0 is any free one; `env` is for all services, `env_of` one's."""

    data: Path
    replicas: Mapping[str, int] = field(default_factory=dict)
    environment: str = "development"
    clock: Path | None = None
    rungs: tuple[int, ...] = (5, 30, 300, 3600)
    gateway_port: int = 0
    console: TextIO | None = None
    say: Say = to_standard_error
    env: Mapping[str, str] = field(default_factory=dict)
    env_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Callable[[str], Sequence[str]] = command_of
    lay_out: Callable[[], None] = lambda: None  # prepares the folder once it is ours, before anything starts


@dataclass(frozen=True)
class Replica:
    """One running process of a service; its name is `<service>-<number>`, its log `logs/<name>.jsonl`."""

    service: str
    number: int
    url: str
    kept: Kept

    @property
    def name(self) -> str:
        return f"{self.service}-{self.number}"


class Stack:
    """Starts everything on entering, ends everything that it started on leaving, also when entering fails."""

    backing: Backing
    replicas: list[Replica]
    urls: dict[str, str]  # service -> base URL of its first replica

    def __init__(self, options: Options, prepare: Prepare) -> None:
        self.options = options
        self._prepare = prepare
        self._ending = AsyncExitStack()

    @property
    def public_url(self) -> str:
        """Where people reach the gateway."""
        return self.urls["gateway"].replace("127.0.0.1", "localhost")

    @property
    def mail_folder(self) -> Path:
        """Where received mails lie, `<n>-<template>-<email>.eml`, once `collect_mail` has returned."""
        return self.options.data / "mail"

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._ending.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._ending.aclose()

    def replica(self, name: str) -> Replica:
        """The replica of this name. Raises `KeyError`."""
        return {replica.name: replica for replica in self.replicas}[name]

    async def restart(self, name: str) -> None:
        """Stops the replica in good order, starts it again and waits until it is ready."""
        kept = self.replica(name).kept
        await kept.stop()
        await kept.start()
        await kept.ready(READY_SECONDS)

    def kill(self, name: str) -> None:
        """Ends the replica as a crash would; it is started again by itself."""
        self.replica(name).kept.kill()

    async def collect_mail(self) -> int:
        """Brings all received mails into `mail_folder`; how many lie there then."""
        if self.backing.mail.collect is not None:
            return await self.backing.mail.collect(self.mail_folder)
        return len(list(self.mail_folder.glob("*.eml")))

    async def _start(self) -> None:
        data = self.options.data
        self._ending.enter_context(only_one_run(data))
        self.options.lay_out()
        logs = Logs(data / "logs", self.options.console)
        self._ending.callback(logs.close)
        guard = Guard()
        self._ending.callback(guard.close)
        site = Site(data, logs, guard)
        self.backing = await choose(site, SERVICES, self.options.say)
        self._ending.push_async_callback(self.backing.stop)
        create_keys(data / "keys", KEY_HOLDERS)
        await self._prepare(self.backing.broker.url, self.options.rungs)
        self.replicas = self._plan(site)
        (data / "urls.json").write_text(json.dumps(self.urls), encoding="utf-8")
        processes = f" in {len(self.replicas)} processes" if len(self.replicas) != len(SERVICES) else ""
        self.options.say(f"Starting seven services{processes}…")
        for wave in WAVES:
            await self._start_wave([replica for replica in self.replicas if replica.service in wave])

    async def _start_wave(self, wave: list[Replica]) -> None:
        async def stop() -> None:
            await asyncio.gather(*(replica.kept.stop() for replica in wave))

        self._ending.push_async_callback(stop)
        await asyncio.gather(*(replica.kept.start() for replica in wave))
        await asyncio.gather(*(replica.kept.ready(READY_SECONDS) for replica in wave))

    def _plan(self, site: Site) -> list[Replica]:
        """Which replicas there will be, each with a port of its own."""
        wanted = [
            (name, number + 1) for name in SERVICES for number in range(self.options.replicas.get(name, 1))
        ]
        found = ports.free(len(wanted))
        given = self.options.gateway_port
        urls = {
            place: f"http://127.0.0.1:{given if given and place == ('gateway', 1) else port}"
            for place, port in zip(wanted, found, strict=True)
        }
        self.urls = {service: urls[service, 1] for service in SERVICES}
        return [Replica(*place, url, Kept(self._program(*place, url), site)) for place, url in urls.items()]

    def _program(self, service: str, number: int, url: str) -> Program:
        options, name = self.options, f"{service}-{number}"
        ours = {
            "MATKA_HOST": "127.0.0.1",
            "MATKA_PORT": url.rpartition(":")[2],
            "MATKA_ROLE": "all",
            "MATKA_INSTANCE": name,
            "MATKA_ENVIRONMENT": options.environment,
            "MATKA_BROKER_URL": self.backing.broker.url,
            "MATKA_STORE_URL": self.backing.store_url(service),
            "MATKA_SMTP_URL": self.backing.mail.url,
            "MATKA_KEYS": str((options.data / "keys").resolve()),
            "MATKA_URLS": json.dumps(self.urls),
            "MATKA_PUBLIC_URL": self.public_url,
            "MATKA_RUNGS": ",".join(map(str, options.rungs)),
            "PYTHONUNBUFFERED": "1",
        }
        if options.clock is not None:
            ours["MATKA_CLOCK"] = f"file:{options.clock.resolve()}"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("MATKA_") or k in PASSED_ON}
        env = {**inherited, **ours, **options.env, **options.env_of.get(service, {})}
        return Program(name, options.words(service), env, f"{url}/health/ready")
