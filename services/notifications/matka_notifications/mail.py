"""The way to the mail server: a few clients, connections used again, and what a server may answer."""

import asyncio
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from matka_kit.errors import Unavailable

_COMMAND_SECONDS = 15.0
_GOODBYE_SECONDS = 2.0
_PERMANENT = 500
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class TemporaryRefusal(Exception):
    """The server refused this mail for now; `code` is its own."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class PermanentRefusal(Exception):
    """The server refused this mail for good; `code` is its own."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class OutcomeUnknown(Exception):
    """The connection was lost after the mail and before the answer: the server may have it or not."""


class Mailer:
    """A few SMTP clients; a connection is used again after a clean reply and closed after anything else.

    `patience` is how many seconds a server has to answer a whole mail.
    """

    def __init__(self, url: str, clients: int, patience: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("MATKA_SMTP_URL must be smtp://, smtps:// or smtp+starttls:// with a host")
        self._parts = parts
        self._patience = patience
        self._idle: list[aiosmtplib.SMTP] = []
        self._places = asyncio.Semaphore(clients)

    async def connect(self) -> None:
        """Make sure that there is a server to talk to. Raises `Unavailable`."""
        async with self._places:
            self._idle.append(await self._connected())

    async def send(self, message: EmailMessage) -> None:
        """Hand one message to the server.

        Raises `Unavailable` when there is no server that takes mail from us, `OutcomeUnknown`,
        `TemporaryRefusal`, `PermanentRefusal`.
        """
        sender, recipient = message["From"].addresses[0].addr_spec, message["To"].addresses[0].addr_spec
        async with self._places:
            client = await self._connected()
            try:
                await _announce(client, sender, recipient)
                await _hand_over(client, message.as_bytes(), self._patience)
            except BaseException:
                client.close()
                raise
            self._idle.append(client)

    async def close(self) -> None:
        """Say goodbye on all idle connections."""
        while self._idle:
            client = self._idle.pop()
            try:
                async with asyncio.timeout(_GOODBYE_SECONDS):
                    await client.quit()
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        """A client that is connected. What goes wrong here is about us and the server, not about a mail."""
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                return client
        client = self._client()
        try:
            await client.connect()
            await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise Unavailable("smtp", type(error).__name__) from error
        return client

    def _client(self) -> aiosmtplib.SMTP:
        parts = self._parts
        return aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            use_tls=parts.scheme == "smtps",
            start_tls=parts.scheme == "smtp+starttls",
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=_COMMAND_SECONDS,
        )


async def _announce(client: aiosmtplib.SMTP, sender: str, recipient: str) -> None:
    """Say from whom and to whom; a connection that is lost here has not taken anything."""
    try:
        await client.mail(sender)
        await client.rcpt(recipient)
    except aiosmtplib.SMTPSenderRefused as error:  # ours to mend, not the reader's fault
        raise TemporaryRefusal(error.code) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _refusal(error.code) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable("smtp", type(error).__name__) from error


async def _hand_over(client: aiosmtplib.SMTP, content: bytes, patience: float) -> None:
    try:
        await client.data(content, timeout=patience)
    except aiosmtplib.SMTPResponseException as error:
        raise _refusal(error.code) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise OutcomeUnknown from error


def _refusal(code: int) -> TemporaryRefusal | PermanentRefusal:
    return PermanentRefusal(code) if code >= _PERMANENT else TemporaryRefusal(code)
