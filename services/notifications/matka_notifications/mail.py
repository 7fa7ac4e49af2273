"""The way to the mail server: a message from its parts, and clients whose connections are used again."""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

import aiosmtplib

from matka_kit.errors import Unavailable

_BEFORE_DATA_SECONDS = 15.0
_WHOLE_SECONDS = (
    300.0  # RFC 5321 grants the server ten minutes for the final dot; a short wait makes duplicates
)
_PERMANENT = 500


class TemporaryRefusal(Exception):
    """The server refused for now (4xx); `code` is its own."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class PermanentRefusal(Exception):
    """The server refused for good (5xx), or the address cannot be right; `code` is its own, 0 without one."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `kind` is its media type."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one recipient, ready to be put into its wire format; `date` is on the domain's clock."""

    message_id: str
    date: datetime
    template: str
    language: str
    sender: Address
    recipient_name: str
    recipient: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()


def printable(text: str) -> str:
    """A name or subject without control characters and without those that turn the reading direction."""
    kept = (" " if unicodedata.category(c) in {"Zl", "Zp", "Cc"} else c for c in text if not _turns(c))
    return " ".join("".join(kept).split())


def _turns(character: str) -> bool:
    return character in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def message_of(mail: Mail) -> EmailMessage:
    """The message in Internet format; nothing in it can begin a header of its own.

    Raises `PermanentRefusal` when the recipient's address cannot be one.
    """
    message = EmailMessage(policy=SMTP)
    user, _, domain = mail.recipient.rpartition("@")
    try:
        message["To"] = Address(printable(mail.recipient_name), user, domain)
    except (ValueError, IndexError) as error:
        raise PermanentRefusal(0) from error
    message["From"] = mail.sender
    message["Subject"] = printable(mail.subject)
    message["Date"] = mail.date
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Matka-Template"] = mail.template
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for attachment in mail.attachments:
        main, _, sub = attachment.kind.partition("/")
        message.add_attachment(attachment.content, main, sub, filename=attachment.name)
    message["Content-Language"] = mail.language  # last: what is added before would be moved into a part
    return message


class Mailer:
    """A few SMTP clients; a connection is used again after a clean reply and closed after anything else."""

    def __init__(self, url: str, clients: int) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
            raise ValueError("MATKA_SMTP_URL must be smtp://, smtps:// or smtp+starttls:// with a host")
        self._parts = parts
        self._idle: list[aiosmtplib.SMTP] = []
        self._places = asyncio.Semaphore(clients)

    async def send(self, message: EmailMessage) -> None:
        """Hand one message to the server.

        Raises `Unavailable` when there is no server or it hangs up (after the final dot the outcome is
        then unknown), `TemporaryRefusal`, `PermanentRefusal`.
        """
        async with self._places:
            client = self._idle.pop() if self._idle else self._client()
            try:
                async with asyncio.timeout(_WHOLE_SECONDS):
                    if not client.is_connected:
                        await client.connect()
                    await client.send_message(message)
            except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
                client.close()
                raise _refusal(error) from error
            except (aiosmtplib.SMTPException, OSError) as error:
                client.close()
                raise Unavailable("smtp", type(error).__name__) from error
            except BaseException:
                client.close()
                raise
            self._idle.append(client)

    async def close(self) -> None:
        """Say goodbye on all idle connections."""
        while self._idle:
            client = self._idle.pop()
            try:
                async with asyncio.timeout(2):
                    await client.quit()
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    def _client(self) -> aiosmtplib.SMTP:
        parts = self._parts
        secure = parts.scheme == "smtps"
        return aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if secure else 25),
            use_tls=secure,
            start_tls=parts.scheme == "smtp+starttls",
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=_BEFORE_DATA_SECONDS,
        )


def _refusal(error: Exception) -> TemporaryRefusal | PermanentRefusal:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [refused.code for refused in error.recipients]
    else:
        assert isinstance(error, aiosmtplib.SMTPResponseException)  # noqa: S101 - the only other kind
        codes = [error.code]
    worst = max(codes, default=0)
    return PermanentRefusal(worst) if worst >= _PERMANENT else TemporaryRefusal(worst)
