"""What every measurement reports: rows of the one table, charts beside it, and how it is run by itself."""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import structlog
import uvloop

from bench.support.charts import Chart

LEAST, MOST = "least", "most"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, beside what, and whether that is what we aim at."""

    what: str
    ours: str
    yardstick: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None
    note: str = ""
    command: str = ""

    @classmethod
    def beside(
        cls, what: str, ours: str, yardstick: str, ratio: float, least: float | None = None, note: str = ""
    ) -> Self:
        """A row whose aim, if it has one, is a ratio of at least so much."""
        if least is None:
            return cls(what, ours, yardstick, ratio, note=note)
        return cls(what, ours, yardstick, ratio, f"ratio ≥ {least:g}", ratio >= least, note)

    @classmethod
    def below(cls, what: str, measured: float, unit: str, most: float, note: str = "") -> Self:
        """A row whose aim is to stay under a limit."""
        aim = f"< {most:g} {unit}"
        return cls(what, f"{measured:.1f} {unit}", aim=aim, met=measured < most, note=note)


@dataclass
class Report:
    """What one measurement found."""

    rows: list[Row] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Report":
        found = json.loads(text)
        return cls([Row(**row) for row in found["rows"]], [Chart(**chart) for chart in found["charts"]])


Measure = Callable[[bool], "Report | Coroutine[Any, Any, Report]"]
"""Measures, with small counts if asked to be quick: to see that it works, not for figures."""


def told(module: str, measure: Measure) -> None:
    """The `main` of every measurement, on the event loop of the services.

    `--quick` is for small counts, `--report FILE` for `make bench`.
    """
    wanted = argparse.ArgumentParser(prog=f"python -m {module}", description=sys.modules["__main__"].__doc__)
    wanted.add_argument("--quick", action="store_true", help="small counts: whether it works, no figures")
    wanted.add_argument("--report", type=Path, help="also write the rows into this file, as JSON")
    options = wanted.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    found = measure(options.quick)
    report = found if isinstance(found, Report) else uvloop.run(found)
    command = f"python -m {module}"
    report.rows = [Row(**{**asdict(row), "command": command}) for row in report.rows]
    for row in report.rows:
        print(as_text(row))
    if options.report:
        options.report.write_text(report.as_json(), "utf-8")


def as_text(row: Row) -> str:
    """One row for people who look at a terminal."""
    ratio = "" if row.ratio is None else f"   ratio {row.ratio:.2f}"
    aim = f"   aim {row.aim}: {verdict(row)}" if row.aim else ""
    beside = f"   beside {row.yardstick}" if row.yardstick else ""
    return f"{row.what}: {row.ours}{beside}{ratio}{aim}" + (f"\n    {row.note}" if row.note else "")


def verdict(row: Row) -> str:
    """Whether the aim was met, in a word."""
    return {True: "met", False: "MISSED", None: ""}[row.met]
