"""The people's mailboxes: new mails as the mail server received them."""

import asyncio
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path

from matka_cli.stack import Stack

_SIGN_IN = re.compile(r"/sign-in/([^?\s]+)\?token=(\S+)")
_NAME = re.compile(r"[0-9]+-.*\.eml$")
_HEADERS = BytesHeaderParser(
    policy=compat32
)  # ten times as quick as parsing whole mails by the newest policy


@dataclass(frozen=True)
class Received:
    """One mail: where it lies, which letter it is, for whom, in which language, by which template."""

    path: Path
    message_id: str
    recipient: str
    template: str
    language: str

    @cached_property
    def text(self) -> str:
        """Its words, as plain text."""
        body = message_from_bytes(self.path.read_bytes(), policy=policy.default).get_body(("plain",))
        return str(body.get_content()) if body else ""

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
    """Reads each mail once, in the order of arrival; `all` has each letter once, however often it came."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._read: set[str] = set()
        self._inboxes: dict[tuple[str, str], list[Received]] = defaultdict(list)
        self._turn = asyncio.Lock()
        self._moment = -1
        self._letters: set[str] = set()
        self.copies = 0
        self.all: list[Received] = []

    async def fresh(self) -> list[Received]:
        """The mails that have arrived since the last call."""
        if self._stack.backing.mail.collect is not None:
            await self._stack.collect_mail()
        new = [read_mail(path) for path in self._unread()]
        for mail in new:
            self._inboxes[mail.recipient, mail.template].append(mail)
            if mail.message_id in self._letters:
                self.copies += 1
            else:
                self._letters.add(mail.message_id)
                self.all.append(mail)
        return new

    async def inbox(self, recipient: str, template: str, moment: int) -> Iterable[Received]:
        """Somebody's mails of one kind, the newest first, as they were when the stage's moment began.

        However many look at one moment, the folder is listed once: it holds more mails day by day.
        """
        async with self._turn:
            if moment != self._moment:
                await self.fresh()
                self._moment = moment
        return reversed(self._inboxes[recipient, template])

    def _unread(self) -> Iterator[Path]:
        folder = self._stack.mail_folder
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - thousands, hundreds of times
        new = [name for name in names if name not in self._read and _NAME.match(name)]
        for name in sorted(new, key=_number):
            self._read.add(name)
            yield folder / name


def _number(name: str) -> int:
    """Mails are numbered in the order of arrival, from 00001 on and past 99999."""
    return int(name.partition("-")[0])


def read_mail(path: Path) -> Received:
    """A mail from its file; of its body nothing is read yet."""
    with path.open("rb") as file:
        headers = _HEADERS.parse(file)
    return Received(
        path=path,
        message_id=str(headers.get("Message-ID", path.name)).strip(),
        recipient=parseaddr(str(headers["To"]))[1],
        template=str(headers.get("X-Matka-Template", "unknown")),
        language=str(headers.get("Content-Language", "")),
    )
