"""What a rehearsal leaves behind, read from its files alone: mails, PDFs, tables."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pypdf import PdfReader

HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True)
class ReadMail:
    """One mail as the mail server got it."""

    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"].addresses[0].addr_spec)

    @property
    def name(self) -> str:
        """The recipient's name; Python 3.11 puts a space between two encoded words of one name."""
        raw = next(value for header, value in self.message.raw_items() if header == "To")
        return str(make_header(decode_header(parseaddr(raw)[0])))

    @property
    def template(self) -> str:
        return str(self.message["X-Matka-Template"])

    @property
    def language(self) -> str:
        return str(self.message["Content-Language"])

    @property
    def local(self) -> datetime:
        sent: datetime = self.message["Date"].datetime
        return sent.astimezone(HELSINKI)

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def html(self) -> str:
        body = self.message.get_body(("html",))
        assert body is not None
        return str(body.get_content())

    @property
    def pdf(self) -> bytes | None:
        for part in self.message.iter_attachments():
            if part.get_content_type() == "application/pdf":
                content = part.get_content()
                assert isinstance(content, bytes)
                return content
        return None


@dataclass(frozen=True)
class Rehearsed:
    """A finished run."""

    out: Path
    status: int
    said: str

    @cached_property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "summary.json").read_text("utf-8"))
        return found

    @cached_property
    def mails(self) -> list[ReadMail]:
        paths = sorted((self.out / "mail").glob("*.eml"))
        return [ReadMail(message_from_bytes(path.read_bytes(), policy=policy.default)) for path in paths]

    def inbox(self, email: str) -> list[ReadMail]:
        """One person's mails, in order of arrival, without their sign-in links."""
        return [mail for mail in self.mails if mail.to == email and mail.template != "sign-in"]

    def calendar(self, email: str, *but: str) -> list[tuple[str, str]]:
        """One person's inbox as dates and templates, leaving out some templates."""
        return [
            (f"{mail.local:%d.%m. %H:%M}", mail.template)
            for mail in self.inbox(email)
            if mail.template not in but
        ]

    @cached_property
    def pairs(self) -> list[dict[str, str]]:
        with (self.out / "pairs.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def timeline(self) -> list[dict[str, str]]:
        with (self.out / "timeline.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def happened(self, type_: str) -> int:
        """How many events of a type passed the broker."""
        return sum(row["type"] == type_ for row in self.timeline)


def rehearse(cohort: Path, out: Path, *words: str, patience: float, **settings: str) -> Rehearsed:
    """Play a cohort as people do, by the command, in a clean environment; `patience` in seconds.

    `words` are further options of the command, `settings` what the environment says of Matka.
    """
    matka = str(Path(sys.executable).with_name("matka"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MATKA_")}
    clean |= settings
    run = subprocess.run(
        [matka, "rehearse", str(cohort), "--out", str(out), *words],
        capture_output=True,
        text=True,
        timeout=patience,
        env=clean,
        check=False,
    )
    return Rehearsed(out, run.returncode, run.stdout + run.stderr)


def title_of(pdf: bytes) -> str:
    """A certificate's title, which ends in its holder's name."""
    metadata = PdfReader(BytesIO(pdf)).metadata
    assert metadata is not None
    return str(metadata.title)
