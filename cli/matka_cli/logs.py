"""What processes print: one JSON object per line into files, and prefixed, coloured lines for people."""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
LOUD = {"warning": 33, "error": 31, "critical": 31}
SAID_BY_PREFIX = {"event", "level", "timestamp", "service", "instance", "logger"}

Say = Callable[[str], None]


class Logs:
    """The sinks of one run: `<folder>/<name>.jsonl` per process, and optionally a console."""

    def __init__(self, folder: Path, console: TextIO | None) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._console = console
        self._colour = console is not None and console.isatty() and "NO_COLOR" not in os.environ
        self._files: dict[str, TextIO] = {}
        self._width = 16

    def line(self, name: str, raw: bytes) -> None:
        """One line that the process `name` printed."""
        text = raw.decode("utf-8", errors="replace").rstrip()
        if not text:
            return
        record = _record(text)
        self._file(name).write(json.dumps(record, ensure_ascii=False) + "\n")
        if self._console is not None:
            print(self._for_people(name, record), file=self._console, flush=True)

    def tell(self, name: str, event: str, **facts: object) -> None:
        """One line of the launcher's own about the process `name`."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.line(name, json.dumps({"timestamp": now, "level": "info", "event": event, **facts}).encode())

    def tail(self, name: str, count: int = 15) -> str:
        """The last lines of the process, for an error message."""
        path = self.folder / f"{name}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return "\n".join(self._for_people(name, json.loads(line)) for line in lines[-count:])

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _file(self, name: str) -> TextIO:
        if name not in self._files:
            path = self.folder / f"{name}.jsonl"
            self._files[name] = path.open("a", encoding="utf-8", buffering=1)
        return self._files[name]

    def _for_people(self, name: str, record: dict[str, Any]) -> str:
        level = str(record.get("level", "info"))
        facts = " ".join(f"{key}={value}" for key, value in record.items() if key not in SAID_BY_PREFIX)
        said = f"{record.get('event', '')} {facts}".rstrip()
        prefix = f"{name:<{self._width}} |"
        if level in LOUD:
            said = f"{level}: {said}"
        if self._colour:
            prefix = _painted(prefix, COLOURS[sum(name.rpartition("-")[0].encode()) % len(COLOURS)])
            said = _painted(said, LOUD[level]) if level in LOUD else said
        return f"{prefix} {said}"


def to_standard_error(line: str) -> None:
    """The plainest way to say something to whoever started us."""
    print(line, file=sys.stderr, flush=True)


def _record(text: str) -> dict[str, Any]:
    """Services print JSON; a traceback or a library's warning becomes it, so that files stay readable."""
    if text.startswith("{"):
        try:
            record = json.loads(text)
        except ValueError:
            record = None
        if isinstance(record, dict):
            return record
    return {"level": "info", "event": text}


def _painted(text: str, colour: int) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"
