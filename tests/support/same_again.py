"""Two rehearsals side by side: all that must not differ, whatever the machines did meanwhile."""

import difflib
import json
from typing import Any

from tests.support.rehearsed import Rehearsed

# What machines decide, and what no two runs share.
_MACHINES = {"backing", "took_seconds", "phases", "moments", "requests", "program", "events"}
_BROKEN = {"faults", "dead_letters"}  # what was broken on purpose, and the dead letters that were planted


def differences(one: Rehearsed, other: Rehearsed) -> str:
    """Side by side, what differs between two runs."""
    before, after = _facts(one).splitlines(), _facts(other).splitlines()
    return "\n".join(difflib.unified_diff(before, after, str(one.out), str(other.out), lineterm="", n=2))


def _facts(run: Rehearsed) -> str:
    """The facts as lines; a letter is one, however often the mail server was given it."""
    assert run.status == 0, run.said
    apart = _MACHINES | _BROKEN
    summary: dict[str, Any] = {key: value for key, value in run.summary.items() if key not in apart}
    pairs = [(row["mentor"], row["mentee"], row["formed"], row["ended"], row["score"]) for row in run.pairs]
    letters = {
        str(mail.message["Message-ID"]): (
            mail.to,
            mail.template,
            mail.language,
            f"{mail.local:%Y-%m-%d %H:%M}",
            str(mail.message["Subject"]),
        )
        for mail in run.mails
    }
    published = run.summary["events"]["published"]
    found = {"summary": summary, "events": published, "pairs": pairs, "letters": sorted(letters.values())}
    return json.dumps(found, ensure_ascii=False, indent=1)
