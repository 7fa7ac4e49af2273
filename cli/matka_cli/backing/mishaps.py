"""What our own mail server gets wrong while it is told to: a wish in a file beside the mails, and a log."""

import json
from collections import Counter
from enum import StrEnum
from pathlib import Path

_WISH, _LOG = ".mishap", ".mishaps.jsonl"


class Mishap(StrEnum):
    """How the server treats a whole mail, after the final dot.

    It refuses it for now; it takes it and hangs up without an answer; it takes it and answers once the
    wish is gone.
    """

    REFUSES = "refuses"
    DROPS = "drops"
    STALLS = "stalls"


class Mishaps:
    """The wish and the log of one mail folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def wish(self, mishap: Mishap) -> None:
        """From now on the server gets every mail wrong in this way."""
        beside = self._folder / f"{_WISH}.part"
        beside.write_text(mishap, "ascii")
        beside.replace(self._folder / _WISH)

    def forget(self) -> None:
        """From now on it does as servers should."""
        (self._folder / _WISH).unlink(missing_ok=True)

    @property
    def wished(self) -> Mishap | None:
        """What the server is to get wrong now."""
        try:
            return Mishap((self._folder / _WISH).read_text("ascii"))
        except FileNotFoundError:
            return None

    def note(self, mishap: Mishap, message_id: str) -> None:
        """Take down one mail that went wrong."""
        with (self._folder / _LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"mishap": mishap, "message_id": message_id}) + "\n")

    def counted(self) -> Counter[Mishap]:
        """How many mails went wrong so far, in which way."""
        path = self._folder / _LOG
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return Counter(Mishap(json.loads(line)["mishap"]) for line in lines)
