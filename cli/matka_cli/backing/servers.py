"""Third choice: servers that are installed here, run as private nodes on loopback with their own data."""

import shutil
from functools import partial

from matka_cli import ports
from matka_cli.backing import probes
from matka_cli.backing.rabbitmq import PrivateRabbit, RabbitFailed, find_server
from matka_cli.backing.serving import NotHere, Serving, until
from matka_cli.process import Program, Site
from matka_cli.supervisor import Kept


async def broker(site: Site) -> Serving:
    """A private RabbitMQ node."""
    server = find_server()
    if server is None:
        raise NotHere("no rabbitmq-server is installed")
    node = PrivateRabbit()
    try:
        url = await node.start(site.data / "broker")
    except RabbitFailed as error:
        raise NotHere(str(error)) from error
    leader = node.pid
    if leader is not None:
        site.guard.watch("group", leader)

    async def stop() -> None:
        await node.stop()
        if leader is not None:
            site.guard.forget("group", leader)

    return Serving("server", url, f"RabbitMQ, a private node of {server}", stop)


async def store(site: Site) -> Serving:
    """A private MongoDB node."""
    server = shutil.which("mongod")
    if server is None:
        raise NotHere
    data = site.data / "store" / "mongodb"
    data.mkdir(parents=True, exist_ok=True)
    [port] = ports.free()
    place = ["--dbpath", str(data), "--bind_ip", "127.0.0.1", "--port", str(port), "--nounixsocket"]
    node = Kept(Program("mongod", [server, *place]), site)
    await node.start()
    url = f"mongodb://127.0.0.1:{port}"
    try:
        await until(partial(probes.mongodb, url), server)
    except NotHere:
        await node.stop()
        raise
    return Serving("server", url, f"MongoDB, a private node of {server}", node.stop)
