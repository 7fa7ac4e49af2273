"""Compares measured branch coverage with its floors: fixed ones for rules and kit, a ratchet for the rest."""

import json
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "var" / "coverage.json"
RATCHET = Path(__file__).with_name("coverage-floor.txt")
# What the style guide fixes, in percent; the first pattern that fits a file counts.
FIXED = (
    ("services/*/domain.py", 100),
    ("services/*/domain/*", 100),
    ("services/*/handlers.py", 100),
    ("services/*/handlers/*", 100),
    ("shared/matka_contracts/*", 100),
    ("shared/matka_kit/*", 95),
)
REST = "everything else"


@dataclass
class Part:
    """Lines and branches of the files behind one floor."""

    covered: int = 0
    all: int = 0
    worst: tuple[float, str] = (100.0, "")

    @property
    def percent(self) -> float:
        return 100 * self.covered / self.all if self.all else 100.0

    def add(self, name: str, summary: dict[str, Any]) -> None:
        self.covered += summary["covered_lines"] + summary["covered_branches"]
        self.all += summary["num_statements"] + summary["num_branches"]
        self.worst = min(self.worst, (summary["percent_covered"], name))


def parts(measured: dict[str, Any]) -> dict[str, Part]:
    """The measured files, gathered by floor."""
    found = {pattern: Part() for pattern, _ in FIXED} | {REST: Part()}
    for name, file in measured["files"].items():
        pattern = next((pattern for pattern, _ in FIXED if fnmatch(name, pattern)), REST)
        found[pattern].add(name, file["summary"])
    return found


def faults(found: dict[str, Part], floor_of_rest: float) -> list[str]:
    """The parts below their floors."""
    floors = {**dict(FIXED), REST: floor_of_rest}
    return [
        f"{pattern}: {part.percent:.1f}% of {floors[pattern]}%, worst {part.worst[1]} at {part.worst[0]:.1f}%"
        for pattern, part in found.items()
        if part.percent < floors[pattern]
    ]


def main() -> int:
    """1 if a part is below its floor; `--raise` lifts the ratchet to what was measured."""
    found = parts(json.loads(MEASURED.read_text(encoding="utf-8")))
    floor = float(RATCHET.read_text(encoding="utf-8"))
    for pattern, part in found.items():
        print(f"{part.percent:6.1f}%  {pattern}")
    broken = faults(found, floor)
    print("\n".join(broken))
    reached = int(found[REST].percent)
    if "--raise" in sys.argv and reached > floor:
        RATCHET.write_text(f"{reached}\n", encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
