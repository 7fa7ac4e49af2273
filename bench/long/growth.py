"""How the rehearsal grows with its cohort: `python -m bench.long.growth [PAIRS …]`, else 12, 44 and 150.

Each cohort is invented by chance that repeats; the program is that of the example. Reported are the seconds
of play for each pair, the share of each phase, and the ratio to what the first cohort would let one expect;
also the processors' seconds of the whole run, broker, start and check included, which other load on the
machine changes least.
"""

import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.support.inventing import COLUMNS, invented

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "cohort" / "program.toml"
USUAL = (12, 44, 150)


def main() -> None:
    """Play cohorts of the sizes asked for, one after the other."""
    sizes = [int(word) for word in sys.argv[1:]] or list(USUAL)
    first = 0.0
    for pairs in sizes:
        with tempfile.TemporaryDirectory() as folder:
            before = _processors()
            summary = _played(Path(folder), pairs)
            worked = _processors() - before
        took = sum(summary["phases"].values())
        first = first or took / pairs
        shares = ", ".join(f"{name} {seconds / took:.0%}" for name, seconds in summary["phases"].items())
        formed, letters = summary["pairs"]["formed"], sum(_numbers(summary["letters"]))
        print(
            f"{pairs:4} pairs ({formed} formed): {took:7.1f} s, {took / pairs:5.2f} s a pair, "
            f"ratio {took / pairs / first:4.2f}, {worked / pairs:5.2f} processor s a pair, "
            f"{letters} letters; {shares}",
            flush=True,
        )


def _processors() -> float:
    """Seconds that all processes which have ended worked: those that we started, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _played(folder: Path, pairs: int) -> dict[str, Any]:
    """The summary of one run. Exits with what the command said if it failed."""
    cohort, out = folder / "cohort", folder / "out"
    cohort.mkdir()
    seats = re.sub(r"(?m)^seats = .*$", f"seats = {pairs * 3}", EXAMPLE.read_text("utf-8"))
    (cohort / "program.toml").write_text(seats, "utf-8")
    with (cohort / "people.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="")
        table.writeheader()
        table.writerows(invented(pairs))
    matka = str(Path(sys.executable).with_name("matka"))
    words = [matka, "rehearse", str(cohort), "--out", str(out)]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(run.stdout + run.stderr)
    found: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return found


def _numbers(letters: dict[str, dict[str, int]]) -> Iterator[int]:
    for languages in letters.values():
        yield from languages.values()


if __name__ == "__main__":
    main()
