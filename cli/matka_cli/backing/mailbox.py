"""A mail server that delivers to nobody: it keeps what it is sent as files and shows them on a page."""

import argparse
import asyncio
import signal
import socket
from pathlib import Path
from typing import cast

import uvicorn
import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session

from matka_cli.backing import mailbox_pages
from matka_cli.backing.mishaps import Mishap, Mishaps
from matka_cli.backing.received import Received, read

LARGEST = 32 * 2**20  # bytes in one mail
_GLANCE = 0.1  # seconds between looks at whether a mishap is over


class Catcher:
    """aiosmtpd's handler: takes everything, unless a rehearsal wishes for a mishap."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._mishaps = Mishaps(received.folder)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 no content"
        mishap = self._mishaps.wished
        if mishap is not None:
            self._mishaps.note(mishap, str(read(content)["Message-ID"]))
        if mishap is Mishap.REFUSES:
            return "451 4.3.0 not now"
        self._received.keep(content, envelope.rcpt_tos)
        if mishap is Mishap.DROPS:
            cast(
                "asyncio.Transport", server.transport
            ).abort()  # uvloop's is none, and can do it all the same
            await asyncio.sleep(_GLANCE)  # the session is ended in here
        while mishap is Mishap.STALLS and self._mishaps.wished is Mishap.STALLS:
            await asyncio.sleep(_GLANCE)
        return "250 2.0.0 kept"


class Mailbox:
    """The SMTP server and the page at sockets that already listen, until stopped."""

    def __init__(self, folder: Path, smtp: socket.socket, page: socket.socket) -> None:
        self._received = Received(folder)
        self._smtp_door, self._page_door = smtp, page
        app = mailbox_pages.app(self._received)
        self._page = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))

    async def serve(self) -> None:
        """Returns once `stop` was called and everything is closed."""
        catcher = Catcher(self._received)
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            return SMTP(catcher, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="Matka mailbox")

        server = await loop.create_server(session, sock=self._smtp_door)
        async with server:
            await self._page.serve([self._page_door])

    def stop(self) -> None:
        self._page.should_exit = True


def main() -> None:
    """`python -m matka_cli.backing.mailbox`: a mailbox in a process of its own."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--folder", type=Path, required=True)
    given.add_argument("--smtp-socket", type=int, required=True, help="an inherited descriptor")
    given.add_argument("--page-socket", type=int, required=True, help="an inherited descriptor")
    options = given.parse_args()
    doors = (socket.socket(fileno=number) for number in (options.smtp_socket, options.page_socket))
    mailbox = Mailbox(options.folder, *doors)
    signal.signal(signal.SIGTERM, lambda *_: mailbox.stop())
    uvloop.run(mailbox.serve())


if __name__ == "__main__":
    main()
