"""Logs: every line lands in a file as JSON, and people see a short one."""

import io
import json
from pathlib import Path

from matka_cli.logs import Logs


def test_a_services_line_is_kept_whole_and_shown_short(tmp_path: Path) -> None:
    console = io.StringIO()
    logs = Logs(tmp_path, console)
    logs.line("people-1", b'{"event": "ready", "level": "info", "timestamp": "now", "port": 1}\n')
    logs.line("people-1", "Traceback: Ä\n".encode())
    logs.line("people-1", b'{"event": "away", "level": "warning"}')
    logs.line("people-1", b"{not json")
    logs.line("people-1", b"\n")
    logs.close()
    kept = [json.loads(line) for line in (tmp_path / "people-1.jsonl").read_text("utf-8").splitlines()]
    assert kept[0] == {"event": "ready", "level": "info", "timestamp": "now", "port": 1}
    assert [record["event"] for record in kept[1:]] == ["Traceback: Ä", "away", "{not json"]
    shown = console.getvalue().splitlines()
    assert shown[0] == "people-1         | ready port=1"
    assert shown[2] == "people-1         | warning: away"


def test_the_last_lines_serve_an_error_message(tmp_path: Path) -> None:
    logs = Logs(tmp_path, None)
    for number in range(20):
        logs.line("people-1", f"line {number}".encode())
    assert logs.tail("people-1", 2).splitlines() == [
        "people-1         | line 18",
        "people-1         | line 19",
    ]
    assert logs.tail("nobody-1") == ""
    logs.close()
