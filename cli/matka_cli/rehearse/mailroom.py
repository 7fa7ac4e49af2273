"""The people's mailboxes: new mails as the mail server received them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from matka_cli.stack import Stack

_SIGN_IN = re.compile(r"/sign-in/([^?\s]+)\?token=(\S+)")


@dataclass(frozen=True, slots=True)
class Received:
    """One mail: where it lies, for whom, in which language, by which template."""

    path: Path
    sent: datetime
    recipient: str
    template: str
    language: str
    text: str

    @property
    def sign_in(self) -> tuple[str, str]:
        """Request id and token of a sign-in link. Raises `ValueError` where there is none."""
        found = _SIGN_IN.search(self.text)
        if found is None:
            raise ValueError(f"{self.path}: no sign-in link")
        return found.group(1), found.group(2)

    def attachment(self) -> bytes | None:
        """The PDF that came with the mail."""
        message = message_from_bytes(self.path.read_bytes(), policy=policy.default)
        for part in message.iter_attachments():
            if part.get_content_type() == "application/pdf":
                content = part.get_content()
                return content if isinstance(content, bytes) else None
        return None


class Mailroom:
    """Reads each mail once, in the order of arrival."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._read: set[str] = set()
        self.all: list[Received] = []

    async def fresh(self) -> list[Received]:
        """The mails that have arrived since the last call."""
        await self._stack.collect_mail()
        new = [read_mail(path) for path in self._unread()]
        self.all += new
        return new

    def _unread(self) -> Iterator[Path]:
        for path in sorted(self._stack.mail_folder.glob("[0-9]*.eml"), key=_number):
            if path.name not in self._read:
                self._read.add(path.name)
                yield path


def _number(path: Path) -> int:
    """Mails are numbered in the order of arrival, from 00001 on and past 99999."""
    return int(path.name.partition("-")[0])


def read_mail(path: Path) -> Received:
    """A mail from its file."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    address = message["To"].addresses[0]
    return Received(
        path=path,
        sent=message["Date"].datetime,
        recipient=address.addr_spec,
        template=str(message.get("X-Matka-Template", "unknown")),
        language=str(message.get("Content-Language", "")),
        text=body.get_content() if body else "",
    )
