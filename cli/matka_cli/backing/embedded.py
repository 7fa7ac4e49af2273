"""Last choice: what Matka brings itself."""

import asyncio
import socket
import sys

from matka_cli import machine, system
from matka_cli.backing import servers
from matka_cli.backing.serving import NotHere, Serving
from matka_cli.process import Program, Site
from matka_cli.supervisor import READY_SECONDS, Kept


async def broker(site: Site) -> Serving:
    """RabbitMQ from the distribution's packages, installed now if that is allowed."""
    if machine.rabbitmq_server() is not None:
        raise NotHere  # it was here and did not come up: installing it again helps nobody
    need = next(need for need in machine.needs() if "rabbitmq-server" in need.packages)
    if not system.can_install():
        raise NotHere(f"RabbitMQ is not installed and may not be from here; install it: {need.line()}")
    try:
        await asyncio.to_thread(system.install, need.packages, site.logs.folder / "bootstrap.log")
    except system.NotInstalled as error:
        raise NotHere(str(error)) from error
    return await servers.broker(site)


async def store(site: Site) -> Serving:
    """SQLite files."""
    folder = (site.data / "store").resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Serving("embedded", f"sqlite:{folder}", f"SQLite files in {folder}")


async def mail(site: Site) -> Serving:
    """Our own catcher, in a process of its own; mails lie in `mail/`."""
    folder = (site.data / "mail").resolve()
    # We listen, it answers: no port is lost between being found and being used, or while it starts again.
    smtp, page = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    where = [
        "--smtp-socket",
        str(smtp.fileno()),
        "--page-socket",
        str(page.fileno()),
        "--folder",
        str(folder),
    ]
    words = [sys.executable, "-m", "matka_cli.backing.mailbox", *where]
    address = f"http://127.0.0.1:{page.getsockname()[1]}"
    inherited = (smtp.fileno(), page.fileno())
    program = Program("mailbox", words, ready_url=f"{address}/health/ready", grace=5, inherited=inherited)
    catcher = Kept(program, site)

    async def stop() -> None:
        await catcher.stop()
        smtp.close()
        page.close()

    try:
        await catcher.start()
        # Its page opens after its mail server. It is ours and the last choice: we wait as for a service.
        await catcher.ready(READY_SECONDS)
    except BaseException:
        await stop()
        raise
    url = f"smtp://127.0.0.1:{smtp.getsockname()[1]}"
    return Serving("embedded", url, f"our own catcher into {folder}, mailbox at {address}", stop, address)
