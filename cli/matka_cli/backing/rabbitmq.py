"""A private RabbitMQ node on loopback, run from the installed packages in a data folder of its own."""

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path

from matka_cli.backing import children, probes, rabbitmq_files

_SERVERS = (
    "/usr/lib/rabbitmq/bin/rabbitmq-server",  # Debian and Fedora: not the wrapper that changes the user
    "/opt/homebrew/sbin/rabbitmq-server",
    "/usr/local/sbin/rabbitmq-server",
)


class RabbitFailed(Exception):
    """The node did not come up; the text says why and where its log lies."""


def find_server() -> Path | None:
    """The `rabbitmq-server` to run, or None when there is none (or no Erlang beside it)."""
    if shutil.which("epmd") is None or shutil.which("erl") is None:
        return None
    on_path = shutil.which("rabbitmq-server")
    candidates = [*_SERVERS, *([on_path] if on_path else [])]
    return next((Path(name) for name in candidates if os.access(name, os.X_OK)), None)


class PrivateRabbit:
    """One RabbitMQ node and its own port mapper, both children of this process.

    They die with it (on Linux: with the thread that called `start`) and are stopped by `stop`. The data
    outlive both: starting again on the same folder finds queues and messages and, where they are still
    free, the same ports.
    """

    def __init__(self, *, server: Path | None = None, disk_free_limit: str = "1GB") -> None:
        self._server = server
        self._disk_free_limit = disk_free_limit
        self._data = Path()
        self._ports: dict[str, int] = {}
        self._node: subprocess.Popen[bytes] | None = None
        self._mapper: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The administrator's AMQP URL of the vhost `/`."""
        password = rabbitmq_files.secret(self._data / "password")
        return f"amqp://matka:{password}@127.0.0.1:{self._ports['amqp']}/"

    @property
    def pid(self) -> int | None:
        """The node's process id while it runs."""
        return self._node.pid if self._node is not None and self._node.poll() is None else None

    @property
    def environment(self) -> dict[str, str]:
        """What RabbitMQ's own tools (`rabbitmqctl`, `erl_call`) need to find this node."""
        return rabbitmq_files.environment(self._data, self._ports)

    async def start(self, data_dir: Path, *, timeout: float = 60) -> str:
        """Run the node on `data_dir` and return its URL once it answers over AMQP.

        `timeout` is in seconds. Raises `RabbitFailed` with the reason; nothing is left running then.
        """
        server = self._server or find_server()
        if server is None:
            raise RabbitFailed("no rabbitmq-server (or no Erlang) is installed")
        self._data = data_dir.resolve()
        self._data.mkdir(parents=True, exist_ok=True, mode=0o700)
        await children.end_leftovers(self._data)
        for fresh_ports in (False, True, True):  # a port found free may be taken before the node listens
            self._ports = rabbitmq_files.ports(self._data, fresh=fresh_ports)
            rabbitmq_files.configure(self._data, self._ports, self._disk_free_limit)
            try:
                if await self._launch(server, timeout):
                    return self.url
            except BaseException:
                await self.stop(grace=0)
                raise
            await self.stop(grace=0)
            log = rabbitmq_files.last_lines(self._data)
            if "eaddrinuse" not in log:
                break
        raise RabbitFailed(f"RabbitMQ did not come up, see {self._data / 'log'}: {log[-600:]}")

    async def stop(self, *, grace: float = 15) -> None:
        """End the node and its port mapper: a request, `grace` seconds, then by force."""
        for child, patience in ((self._node, grace), (self._mapper, min(grace, 2))):
            if child is not None:
                await children.end(child, patience)
        self._node = self._mapper = None
        children.forget(self._data)

    async def kill(self) -> None:
        """End the node as a power cut would, for tests of what must survive one."""
        await self.stop(grace=0)

    async def _launch(self, server: Path, timeout: float) -> bool:
        """Start both processes; True once the node answers, False if it ended or took too long."""
        environment = self.environment
        mapper = ["epmd", "-port", str(self._ports["epmd"]), "-address", "127.0.0.1"]
        self._mapper = children.spawn(mapper, environment, self._data / "epmd.out")
        self._node = children.spawn([str(server), "-noinput"], environment, self._data / "node.out")
        children.remember(self._data, self._mapper, self._node)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.pid is not None:
            if rabbitmq_files.listens(self._ports["amqp"]) and await probes.amqp(self.url):
                return True
            await asyncio.sleep(0.05)
        return False
