"""Charts as SVG: bars and curves, drawn the same way for the same figures, readable without colours."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

_INKS = ("#1b5e8c", "#d1782a", "#5a8f3c", "#8a4f9e")
_WIDTH, _LEFT, _RIGHT, _TOP = 760, 230, 90, 64
_BAR, _GAP = 18, 14
_PLOT = _WIDTH - _LEFT - _RIGHT


@dataclass(frozen=True)
class Chart:
    """What to draw. `bars` have a label per value, `curve` has points in rising order.

    `mark` is a line at this value with its name in `mark_name`: an aim, mostly.
    """

    name: str
    title: str
    unit: str
    series: dict[str, list[float]]
    labels: list[str] = field(default_factory=list)
    mark: float | None = None
    mark_name: str = ""
    kind: str = "bars"


def svg(chart: Chart) -> str:
    """The chart as one file."""
    parts, height = _bars(chart) if chart.kind == "bars" else _curves(chart)
    described = "; ".join(f"{name}: {_listed(chart, values)}" for name, values in chart.series.items())
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="title desc" font-family="sans-serif" font-size="13">\n'
        f'<title id="title">{escape(chart.title)}</title>\n<desc id="desc">{escape(described)}</desc>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f'<text x="16" y="24" font-size="16" font-weight="bold">{escape(chart.title)}</text>\n'
    )
    return head + _legend(chart) + "\n".join(parts) + "\n</svg>\n"


def _listed(chart: Chart, values: Sequence[float]) -> str:
    if chart.kind == "bars":
        pairs = zip(chart.labels, values, strict=True)
        return ", ".join(f"{label} {_short(value)} {chart.unit}" for label, value in pairs)
    middle, last = values[len(values) // 2], values[int(len(values) * 0.99)]
    return f"half within {_short(middle)} {chart.unit}, 99 % within {_short(last)} {chart.unit}"


def _legend(chart: Chart) -> str:
    if len(chart.series) == 1 and chart.kind == "bars":
        return f'<text x="16" y="46" fill="#444444">{escape(next(iter(chart.series)))}</text>\n'
    drawn, left = [], 16.0
    for ink, name in zip(_INKS, chart.series, strict=False):
        drawn.append(f'<rect x="{left:.0f}" y="36" width="12" height="12" fill="{ink}"/>')
        drawn.append(f'<text x="{left + 17:.0f}" y="47" fill="#222222">{escape(name)}</text>')
        left += 36 + 7.4 * len(name)
    return "\n".join(drawn) + "\n"


def _bars(chart: Chart) -> tuple[list[str], int]:
    top = max([value for values in chart.series.values() for value in values] + [chart.mark or 0])
    scale = _PLOT / (_nice(top) or 1)
    row = _BAR * len(chart.series) + _GAP
    bottom = _TOP + row * len(chart.labels)
    parts = list(_grid(_nice(top), scale, bottom, chart.unit))
    for at, label in enumerate(chart.labels):
        upper = _TOP + at * row + _GAP / 2
        middle = upper + _BAR * len(chart.series) / 2 + 4
        parts.append(f'<text x="{_LEFT - 8}" y="{middle:.1f}" text-anchor="end">{escape(label)}</text>')
        for number, values in enumerate(chart.series.values()):
            y, width = upper + number * _BAR, values[at] * scale
            parts.append(
                f'<rect x="{_LEFT}" y="{y:.1f}" width="{width:.1f}" height="{_BAR - 3}" '
                f'fill="{_INKS[number % len(_INKS)]}"/>'
            )
            parts.append(f'<text x="{_LEFT + width + 5:.1f}" y="{y + 12:.1f}">{_short(values[at])}</text>')
    if chart.mark is not None:
        parts += _mark(_LEFT + chart.mark * scale, _TOP, bottom, chart.mark_name)
    return parts, int(bottom + 40)


def _mark(x: float, top: float, bottom: float, name: str) -> list[str]:
    return [
        f'<path d="M{x:.1f} {top}V{bottom:.1f}" stroke="#b00020" stroke-width="2" stroke-dasharray="5 3"/>',
        f'<text x="{x:.1f}" y="{top - 3}" fill="#b00020" text-anchor="middle">{escape(name)}</text>',
    ]


def _curves(chart: Chart) -> tuple[list[str], int]:
    """How many of all (upwards) took at most so long (to the right, each step ten times as long)."""
    values = [value for series in chart.series.values() for value in series] + [chart.mark or 1]
    low, high = (math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))))
    tall, parts = 220, []
    bottom = _TOP + tall

    def x_of(value: float) -> float:
        return 70 + (math.log10(value) - low) / max(1, high - low) * (_WIDTH - 70 - 40)

    for power in range(low, high + 1):
        x = x_of(10.0**power)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#dddddd"/>')
        label = f"{10.0**power:g} {chart.unit}"
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{label}</text>')
    for percent in (0, 50, 90, 99, 100):
        y = bottom - tall * percent / 100
        parts.append(f'<path d="M70 {y:.1f}H{_WIDTH - 40}" stroke="#eeeeee"/>')
        if percent != 100:
            parts.append(f'<text x="62" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>')
    for ink, series in zip(_INKS, chart.series.values(), strict=False):
        ordered = sorted(series)
        steps = [
            (x_of(ordered[int((len(ordered) - 1) * part / 200)]), bottom - tall * part / 200)
            for part in range(201)
        ]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in steps)
        parts.append(f'<path d="M{path}" fill="none" stroke="{ink}" stroke-width="2"/>')
    if chart.mark is not None:
        parts += _mark(x_of(chart.mark), _TOP, bottom, chart.mark_name)
    return parts, bottom + 36


def _grid(top: float, scale: float, bottom: float, unit: str) -> Iterator[str]:
    for step in range(5):
        value = top * step / 4
        x = _LEFT + value * scale
        yield f'<path d="M{x:.1f} {_TOP}V{bottom:.1f}" stroke="#dddddd"/>'
        label = f"{_short(value)} {unit}" if step == 4 else _short(value)
        yield f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle" fill="#444444">{label}</text>'


def _nice(value: float) -> float:
    """The next round number above."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if power * step >= value)


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}".rstrip("0").rstrip(".") if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")
