"""Rehearsals in which things break, on servers of our own."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.support.rehearsed import Rehearsed, rehearse

_PATIENCE = 1500


@dataclass(frozen=True)
class Broken:
    """One rehearsal with faults."""

    run: Rehearsed

    @property
    def faults(self) -> dict[str, Any]:
        found: dict[str, Any] = self.run.summary["faults"]
        return found

    @cached_property
    def record(self) -> list[dict[str, Any]]:
        """What was taken down of each fault, in the order in which they struck."""
        lines = (self.run.out / "faults.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    @property
    def copies(self) -> int:
        """How many mails came that had come before."""
        ids = Counter(str(mail.message["Message-ID"]) for mail in self.run.mails)
        return ids.total() - len(ids)

    def struck(self, name: str) -> dict[str, Any]:
        """What was taken down of one fault, which struck once."""
        [found] = [each for each in self.record if each["fault"] == name]
        return found


def break_things(cohort: Path, out: Path, faults: str, *words: str, **settings: str) -> Broken:
    """Play the cohort while these faults strike."""
    return Broken(play(cohort, out, "--faults", faults, *words, **settings))


def play(cohort: Path, out: Path, *words: str, **settings: str) -> Rehearsed:
    """Play the cohort on servers of our own: nobody can stop what somebody else runs."""
    own = {"DOCKER_HOST": "unix:///nonexistent", **settings}
    return rehearse(cohort, out, *words, patience=_PATIENCE, **own)
