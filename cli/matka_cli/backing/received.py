"""The files in which received mail is kept: `<n>-<template>-<email>.eml`, numbered in order of arrival."""

import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from pathlib import Path

NAME = re.compile(r"^(\d+)-.*\.eml$")
UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]+")
_HEADERS = BytesHeaderParser(policy=policy.compat32)


class Received:
    """A folder of mails; whoever reads it never sees half a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._last = max((number for number, _ in self.files()), default=0)

    def files(self) -> list[tuple[int, Path]]:
        """Number and path of each mail, in order of arrival."""
        found = ((NAME.match(path.name), path) for path in self.folder.glob("*.eml"))
        return sorted((int(match.group(1)), path) for match, path in found if match)

    def keep(self, content: bytes, recipients: Iterable[str]) -> None:
        """Writes one file per recipient."""
        headers, _, _ = content.partition(b"\r\n\r\n")  # parsing a whole mail costs more than all the rest
        template = str(_HEADERS.parsebytes(headers).get("X-Matka-Template", "unknown"))
        for recipient in recipients:
            self._last += 1
            name = f"{self._last:05}-{_safe(template)}-{_safe(recipient)}.eml"
            beside = self.folder / f".{self._last:05}.part"
            beside.write_bytes(content)
            beside.rename(self.folder / name)


def read(content: bytes) -> EmailMessage:
    """The parsed mail."""
    return message_from_bytes(content, policy=policy.default)


def read_headers(path: Path) -> Message:
    """The headers alone, which is quick."""
    with path.open("rb") as file:
        return BytesHeaderParser(policy=policy.default).parse(file)


def _safe(word: str) -> str:
    """What may stand in a file's name on every system."""
    return UNSAFE.sub("_", word).strip(".")[:120] or "unknown"
