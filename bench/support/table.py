"""The one table, as a page of its own."""

from collections.abc import Mapping, Sequence

from bench.support.charts import Chart
from bench.support.report import Row, verdict

_HEAD = ("measured", "Matka", "beside", "ratio", "aim", "", "command")


def markdown(rows: Sequence[Row], charts: Sequence[Chart], circumstances: Mapping[str, str]) -> str:
    """Table, notes and charts; every row names the command that measures it again."""
    notes = [row.note for row in rows if row.note]
    lines = [
        "# What was measured",
        "",
        "Written by `make bench`. Each ratio comes from one run, in turns on the same machine.",
        "",
        ", ".join(f"{name} {value}" for name, value in circumstances.items()) + ".",
        "",
        _line(_HEAD),
        _line(["---"] * len(_HEAD)),
    ]
    number = 0
    for row in rows:
        number += bool(row.note)
        what = row.what + (f" <sup>{number}</sup>" if row.note else "")
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cells = (what, row.ours, row.yardstick, ratio, row.aim, verdict(row), f"`{row.command}`")
        lines.append(_line(cells))
    lines += ["", *(f"{at}. {note}" for at, note in enumerate(notes, start=1)), ""]
    for chart in charts:
        lines += [f"![{chart.title}]({chart.name}.svg)", ""]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
