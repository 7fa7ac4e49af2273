"""A letter in Internet format: one recipient, and nothing in it that could begin a header of its own."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

_LINE = 75
# Headers of few values, which say nothing of anybody.
_IN_ALL_MAILS = frozenset(
    {
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Language",
        "Auto-Submitted",
        "X-Matka-Template",
        "List-Unsubscribe-Post",
    }
)
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/^_`{|}~-]+)*")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKING = {"Cc", "Cs", "Zl", "Zp"}


class _Headers(HeaderRegistry):
    """The library makes a class for every header of every mail and parses anew what stands in all of them.

    That was a third of what a letter cost. This one makes each class once and keeps such headers.
    """

    def __init__(self) -> None:
        super().__init__()
        self._classes: dict[str, type[BaseHeader]] = {}
        self._kept: dict[tuple[str, str], BaseHeader] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """The class of a header of this name."""
        known = name.lower()
        if known not in self._classes:
            self._classes[known] = super().__getitem__(name)
        return self._classes[known]

    def __call__(self, name: str, value: Any) -> BaseHeader:
        """A header with this value."""
        if name not in _IN_ALL_MAILS or "boundary=" in value:  # a boundary is another one in every mail
            return super().__call__(name, value)
        if (name, value) not in self._kept:
            self._kept[name, value] = super().__call__(name, value)
        return self._kept[name, value]


# Every server takes seven bits; raw headers stay raw.
_POLICY = SMTP.clone(cte_type="7bit", refold_source="none", header_factory=_Headers())


class BadAddress(Exception):
    """The recipient's address cannot be one."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `kind` is its media type."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar file; `method` says what a calendar is to do with it."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one recipient, ready to be put into its wire format; `date` is on the domain's clock.

    `stop_url` is where its reader stops such mails with one click, empty for what cannot be stopped;
    `reply_to` is where answers go, empty for the sender.
    """

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
    calendar: CalendarPart | None = None
    stop_url: str = ""
    reply_to: str = ""


def printable(text: str) -> str:
    """A name or subject without control characters and without those that turn the reading direction."""
    kept = (
        " " if unicodedata.category(character) in _BREAKING else character
        for character in text
        if character not in _TURNING
    )
    return " ".join("".join(kept).split())


def _recipient(name: str, address: str) -> str:
    """A recipient as a header has it; a name of more than plain words is encoded as a whole.

    The library would quote such a name, and fold the quotes away when it is long: a comma in it would then
    begin another address.
    """
    if not name:
        return address
    if _PLAIN_WORDS.fullmatch(name):
        return f"{name} <{address}>"
    encoded = Header(name, "utf-8", maxlinelen=_LINE, header_name="To").encode(linesep="\r\n")
    return f"{encoded}\r\n <{address}>"


def message_of(mail: Mail) -> EmailMessage:
    """The message of a mail. Raises `BadAddress`."""
    if not _ADDRESS.fullmatch(mail.recipient):
        raise BadAddress
    message = EmailMessage(policy=_POLICY)
    message.set_raw("To", _recipient(printable(mail.recipient_name), mail.recipient))
    message["From"] = mail.sender
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = printable(mail.subject)
    message["Date"] = mail.date
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Matka-Template"] = mail.template
    if mail.stop_url:  # RFC 8058: mail programs show a button that posts this line
        message.set_raw("List-Unsubscribe", f"<{mail.stop_url}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        _add_calendar(message, mail.calendar)
    for attachment in mail.attachments:
        main, _, sub = attachment.kind.partition("/")
        message.add_attachment(attachment.content, main, sub, filename=attachment.name)
    message["Content-Language"] = mail.language  # last: what is added before would be moved into a part
    return message


def _add_calendar(message: EmailMessage, calendar: CalendarPart) -> None:
    """An invitation stands beside text and HTML, where mail programs act on it; any goes along as a file."""
    method = {"method": calendar.method}
    if calendar.method == "PUBLISH":
        message.add_attachment(calendar.text, subtype="calendar", params=method, filename="matka.ics")
        return
    message.add_alternative(calendar.text, subtype="calendar", params=method)
    message.add_attachment(calendar.text.encode(), "application", "ics", filename="invite.ics")
