"""Everything that is measured, in one table: `make bench`, or `python -m bench [--quick] [NAME …]`.

Each measurement runs in a process of its own, one after the other. Table and charts go to `bench/results`
(`--out` names another folder); a run of some measurements alone prints them and writes nothing.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.support.charts import svg
from bench.support.report import Report, Row
from bench.support.table import markdown

ROOT = Path(__file__).resolve().parents[1]
ORDER = (
    *("broker", "latency", "repository", "store", "mails", "certificates", "cohort", "matching"),
    "round_trips",
)


def main() -> int:
    """Run what is wanted; 1 if a measurement could not be made."""
    wanted = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    wanted.add_argument("names", nargs="*", help=f"of {', '.join(ORDER)}; all of them without")
    wanted.add_argument("--quick", action="store_true", help="small counts: whether it works, no figures")
    wanted.add_argument("--out", type=Path, help="folder for table and charts")
    options = wanted.parse_args()
    if unknown := set(options.names) - set(ORDER):
        wanted.error(f"there is no {', '.join(sorted(unknown))}")
    whole = not options.names and not options.quick
    out = options.out or (ROOT / "bench" / "results" if whole else None)
    began, load = time.monotonic(), os.getloadavg()[0]
    reports = {name: _measured(name, options.quick) for name in options.names or ORDER}
    if out is not None:
        circumstances = _circumstances(load, time.monotonic() - began)
        if options.quick:
            circumstances["counts"] = "small, to see that it works: no figures"
        _write(out, reports, circumstances)
    return 1 if any(report is None for report in reports.values()) else 0


def _measured(name: str, quick: bool) -> Report | None:
    """What a measurement reports; None when it failed, which it has then said itself."""
    print(f"== bench.{name}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        words = [sys.executable, "-m", f"bench.{name}", "--report", str(file)]
        status = subprocess.run([*words, *(["--quick"] if quick else [])], cwd=ROOT, check=False).returncode
        print(f"   {time.monotonic() - began:.0f} s", flush=True)
        return Report.from_json(file.read_text("utf-8")) if status == 0 else None


def _circumstances(load: float, took: float) -> dict[str, str]:
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "took": f"{took / 60:.0f} min",
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load before": f"{load:.1f}",
    }


def _write(out: Path, reports: dict[str, Report | None], circumstances: dict[str, str]) -> None:
    rows: list[Row] = []
    charts = []
    for name, report in reports.items():
        if report is None:
            rows.append(Row(name, "could not be measured", command=f"python -m bench.{name}"))
            continue
        rows += report.rows
        charts += report.charts
    out.mkdir(parents=True, exist_ok=True)
    for chart in charts:
        (out / f"{chart.name}.svg").write_text(svg(chart), "utf-8")
    told = {"circumstances": circumstances, "rows": [asdict(row) for row in rows]}
    (out / "table.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (out / "table.md").write_text(markdown(rows, charts, circumstances), "utf-8")
    print(f"{out / 'table.md'} and {len(charts)} charts written")


if __name__ == "__main__":
    sys.exit(main())
