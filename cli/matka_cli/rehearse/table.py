"""The end of a rehearsal on the terminal: what came of it, and where it lies."""

import shlex
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from matka_cli.rehearse.faults import report

REHEARSAL = Path("var/rehearsal")


def show(console: Console, summary: dict[str, Any], out: Path, until: date | None) -> None:
    """Print the summary as a table, then where to look; `until` is the date on which it was to stop."""
    table = Table(title="The program in figures", show_header=False, title_justify="left")
    people, ready, pairs = summary["people"], summary["ready"], summary["pairs"]
    meetings, certificates = summary["meetings"], summary["certificates"]
    came = sum(each["attended"] for each in summary["gatherings"])
    letters = sum(number for languages in summary["letters"].values() for number in languages.values())
    rows = {
        "people": f"{people['mentors']} mentors, {people['mentees']} mentees; {people['admitted']} admitted, "
        f"{people['waiting']} waiting, {people['declined']} declined, {people['referred']} referred on",
        "mentors ready": f"{ready['door_a']} by training, {ready['door_b']} by self-study and talk, "
        f"{ready['not_ready']} not ready",
        "pairs": f"{pairs['formed']} formed, {pairs['declined']} declined, {pairs['ended']} ended, "
        f"{pairs['rematched']} matched anew, {pairs['active_at_close']} to the end",
        "meetings": f"{meetings['planned']} planned, {meetings['moved']} moved, "
        f"{meetings['cancelled']} cancelled, {sum(meetings['held'].values())} held",
        "gatherings": f"{len(summary['gatherings'])}, {came} times somebody came",
        "between meetings": f"{summary['introductions']} introductions, "
        f"{summary['goals']['reached']} of {summary['goals']['set']} goals reached",
        "cases": f"{summary['cases']['opened']} opened, {summary['cases']['resolved']} resolved",
        "letters": str(letters),
        "certificates": f"{certificates['issued']} issued, {certificates['replaced']} replaced",
        "events": f"{summary['events']['published']}, {summary['dead_letters']} dead letters, "
        f"{summary['outbox_left']} left in outboxes",
        "took": f"{summary['took_seconds']} s, {summary['moments']} moments, {summary['requests']} requests",
        "of that": ", ".join(f"{name} {seconds} s" for name, seconds in summary["phases"].items()),
    }
    if "faults" in summary:
        rows["faults"] = report.row(summary["faults"])
    for name, text in rows.items():
        table.add_row(name, text)
    console.print(table)
    for name, place in (("Mails", "mail"), ("Certificates", "certificates"), ("Summary", "summary.json")):
        console.print(f"{name}: {out / place}", soft_wrap=True, highlight=False)
    what = f"the program as it stands on {until}" if until else "the finished program"
    console.print(f"`{explore(out)}` opens {what} for a look around.", soft_wrap=True, highlight=False)


def explore(out: Path) -> str:
    """The command that opens what lies in the folder."""
    return "make explore" if out == REHEARSAL else f"make explore DATA={shlex.quote(str(out))}"
