"""A rehearsal's output folder, read once."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from matka_cli.check.mail import Mail, number_of, read_mail
from matka_cli.check.paper import Paper, read_papers


class Incomplete(Exception):
    """The folder lacks something that every rehearsal leaves behind; the text names it."""


@dataclass(frozen=True)
class Folder:
    """What the rehearsal left behind; `ended` is the moment of the last event on its timeline."""

    mails: Sequence[Mail]
    papers: Sequence[Paper]
    summary: Mapping[str, Any]
    pairs: Sequence[Mapping[str, str]]
    timeline: Sequence[Mapping[str, str]]

    @cached_property
    def ended(self) -> datetime:
        """Mails that came later are not the rehearsal's."""
        return max(datetime.fromisoformat(row["moment"]) for row in self.timeline).astimezone(UTC)


def read_folder(out: Path) -> Folder:
    """Everything that lies in it. Raises `Incomplete`, `NotAMail`."""
    try:
        folder = Folder(
            mails=[read_mail(path) for path in mail_files(out)],
            papers=read_papers(sorted((out / "certificates").glob("*.pdf"))),
            summary=json.loads((out / "summary.json").read_text("utf-8")),
            pairs=_table(out / "pairs.csv"),
            timeline=_table(out / "timeline.csv"),
        )
    except FileNotFoundError as error:
        raise Incomplete(f"{error.filename} is missing: is this what a rehearsal left behind?") from error
    except json.JSONDecodeError as error:
        raise Incomplete(f"{out / 'summary.json'} is not JSON: {error}") from error
    if not folder.timeline:
        raise Incomplete(f"{out / 'timeline.csv'} holds no event")
    return folder


def mail_files(out: Path) -> list[Path]:
    """The mails in the order of their arrival."""
    return sorted((out / "mail").glob("[0-9]*.eml"), key=number_of)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
