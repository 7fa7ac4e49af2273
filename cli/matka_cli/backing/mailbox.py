"""A mail server that delivers to nobody: it keeps what it is sent as files and shows them on a page."""

import argparse
import asyncio
import signal
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from matka_cli.backing import mailbox_pages
from matka_cli.backing.received import Received

LARGEST = 32 * 2**20  # bytes in one mail


class Catcher:
    """aiosmtpd's handler: takes everything."""

    def __init__(self, received: Received) -> None:
        self._received = received

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 no content"
        self._received.keep(content, envelope.rcpt_tos)
        return "250 2.0.0 kept"


class Mailbox:
    """The SMTP server and the page, on loopback, until stopped."""

    def __init__(self, folder: Path, smtp_port: int, page_port: int) -> None:
        self._received = Received(folder)
        self._smtp_port = smtp_port
        app = mailbox_pages.app(self._received)
        config = uvicorn.Config(app, host="127.0.0.1", port=page_port, log_level="warning", lifespan="off")
        self._page = uvicorn.Server(config)

    async def serve(self) -> None:
        """Returns once `stop` was called and everything is closed."""
        catcher = Catcher(self._received)
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            return SMTP(catcher, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="Matka mailbox")

        server = await loop.create_server(session, "127.0.0.1", self._smtp_port)
        async with server:
            await self._page.serve()

    def stop(self) -> None:
        self._page.should_exit = True


def main() -> None:
    """`python -m matka_cli.backing.mailbox`: a mailbox in a process of its own."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--folder", type=Path, required=True)
    given.add_argument("--smtp-port", type=int, required=True)
    given.add_argument("--page-port", type=int, required=True)
    options = given.parse_args()
    mailbox = Mailbox(options.folder, options.smtp_port, options.page_port)
    signal.signal(signal.SIGTERM, lambda *_: mailbox.stop())
    asyncio.run(mailbox.serve())


if __name__ == "__main__":
    main()
