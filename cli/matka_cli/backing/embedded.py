"""Last choice: what Matka brings itself."""

import asyncio
import sys
from functools import partial

from matka_cli import machine, ports, system
from matka_cli.backing import probes, servers
from matka_cli.backing.serving import NotHere, Serving, until
from matka_cli.process import Site
from matka_cli.supervisor import Kept, Program


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
    smtp_port, page_port = ports.free(2)
    page, folder = f"http://127.0.0.1:{page_port}", (site.data / "mail").resolve()
    where = ["--smtp-port", str(smtp_port), "--page-port", str(page_port), "--folder", str(folder)]
    words = [sys.executable, "-m", "matka_cli.backing.mailbox", *where]
    catcher = Kept(Program("mailbox", words, ready_url=f"{page}/health/ready", grace=5), site)
    await catcher.start()
    url = f"smtp://127.0.0.1:{smtp_port}"
    try:
        await until(partial(probes.smtp, url), "the mail catcher")
        await catcher.ready(20)
    except BaseException:
        await catcher.stop()
        raise
    return Serving("embedded", url, f"our own catcher into {folder}, mailbox at {page}", catcher.stop, page)
