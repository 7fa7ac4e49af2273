"""Third choice: servers that are installed here, run as private nodes on loopback with their own data."""

import shutil
from functools import partial

from matka_cli import ports
from matka_cli.backing import probes
from matka_cli.backing.rabbitmq import PrivateRabbit, RabbitFailed, find_server
from matka_cli.backing.serving import NotHere, Serving, until
from matka_cli.process import Program, Site
from matka_cli.supervisor import Kept


class PrivateBroker:
    """A private RabbitMQ node that the guard watches over."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._node = PrivateRabbit()
        self._watched: int | None = None
        self.url = ""

    @property
    def pid(self) -> int | None:
        return self._node.pid

    async def begin(self) -> None:
        """Start the node. Raises `RabbitFailed`, also where it came up at another address than before."""
        url = await self._node.start(self._site.data / "broker")
        if (leader := self.pid) is not None:
            self._watched = leader
            self._site.guard.watch("group", leader)
        if self.url not in {"", url}:
            await self.end()
            raise RabbitFailed("somebody took the broker's port while it was away")
        self.url = url

    async def end(self) -> None:
        """Stop the node."""
        await self._node.stop()
        if self._watched is not None:
            self._site.guard.forget("group", self._watched)
            self._watched = None


async def broker(site: Site) -> Serving:
    """A private RabbitMQ node."""
    server = find_server()
    if server is None:
        raise NotHere("no rabbitmq-server is installed")
    node = PrivateBroker(site)
    try:
        await node.begin()
    except RabbitFailed as error:
        raise NotHere(str(error)) from error
    return Serving("server", node.url, f"RabbitMQ, a private node of {server}", node.end, own=node)


class PrivateMongo:
    """A private MongoDB node at one port."""

    def __init__(self, server: str, site: Site) -> None:
        data = site.data / "store" / "mongodb"
        data.mkdir(parents=True, exist_ok=True)
        [port] = ports.free()
        place = ["--dbpath", str(data), "--bind_ip", "127.0.0.1", "--port", str(port), "--nounixsocket"]
        self._server = server
        self._kept = Kept(Program("mongod", [server, *place]), site)
        self.url = f"mongodb://127.0.0.1:{port}"

    @property
    def pid(self) -> int | None:
        return self._kept.pid

    async def begin(self) -> None:
        """Start the node. Raises `NotHere` if it does not answer."""
        await self._kept.start()
        try:
            await until(partial(probes.mongodb, self.url), self._server)
        except NotHere:
            await self._kept.stop()
            raise

    async def end(self) -> None:
        """Stop the node."""
        await self._kept.stop()


async def store(site: Site) -> Serving:
    """A private MongoDB node."""
    server = shutil.which("mongod")
    if server is None:
        raise NotHere
    node = PrivateMongo(server, site)
    await node.begin()
    return Serving("server", node.url, f"MongoDB, a private node of {server}", node.end, own=node)
