"""A mail as the mail server received it, read with nothing but the rules of the Internet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property
from pathlib import Path

from matka_cli.check.text import words_of

_SIGN_IN = re.compile(r"/sign-in/([^?\s]+)\?token=(\S+)")
_PDF = "application/pdf"


@dataclass(frozen=True)
class Mail:
    """One mail: its file, what its headers say, its words as text and as page, and the PDFs with it."""

    file: str
    message_id: str
    sent: datetime
    template: str
    name: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    pdfs: tuple[bytes, ...]

    @cached_property
    def page(self) -> str:
        """The words of the HTML, a line per block."""
        return words_of(self.html)

    @property
    def sign_in(self) -> tuple[str, str] | None:
        """Request and token of a sign-in link, if there is one."""
        found = _SIGN_IN.search(self.text)
        return (found.group(1), found.group(2)) if found else None


class NotAMail(Exception):
    """The file lacks what every mail has; the text says what."""


def read_mail(path: Path) -> Mail:
    """A mail from its file. Raises `NotAMail`."""
    # The email package's newer policies are right but ten times slower, and there may be 30,000 mails.
    message = message_from_bytes(path.read_bytes())
    try:
        raw_name, address = parseaddr(_joined(message["To"]))
        return Mail(
            file=path.name,
            message_id=str(message["Message-ID"]).strip(),
            sent=parsedate_to_datetime(message["Date"]).astimezone(UTC),
            template=str(message.get("X-Matka-Template", "")),
            name=_decoded(raw_name),
            address=address,
            language=str(message.get("Content-Language", "")),
            subject=_decoded(_joined(message["Subject"])),
            text="\n".join(_texts(message, "text/plain")),
            html="\n".join(_texts(message, "text/html")),
            pdfs=tuple(_parts(message, _PDF)),
        )
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise NotAMail(f"{path.name}: {error}") from error


def number_of(path: Path) -> int:
    """Mails are numbered in the order of arrival, from 00001 on and past 99999."""
    return int(path.name.partition("-")[0])


def _joined(header: str) -> str:
    """A folded header on one line."""
    return re.sub(r"\r?\n(?=[ \t])", "", header)


def _decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def _parts(message: Message, kind: str) -> Iterator[bytes]:
    for part in message.walk():
        if part.get_content_type() == kind:
            content = part.get_payload(decode=True)
            yield content if isinstance(content, bytes) else b""


def _texts(message: Message, kind: str) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            charset = part.get_content_charset() or "utf-8"
            yield content.decode(charset) if isinstance(content, bytes) else ""
