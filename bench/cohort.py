"""A large cohort in the real services: commands through the gateway, memory, and staff's pages.

Run: python -m bench.cohort
All services run as processes on SQLite and RabbitMQ. 500 pairs come about by real commands (import,
admissions, readiness, matching, publication, both answers) and then 500 more. Admissions are the commands
measured: through the gateway with a session, and straight to pairing with a token of the gateway's.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.support.charts import Chart
from bench.support.report import Report, Row, told
from bench.support.town import AT_ONCE, Door, Town, a_town, all_of

_REST_SECONDS = 3.0
_TURNS = 5
_SLOWEST = 150
Pages = dict[str, list[float]]


async def admitted(town: Town, applications: Sequence[str]) -> tuple[list[float], list[float]]:
    """Admissions a second through the gateway and straight to pairing, in turns."""
    through: list[float] = []
    straight: list[float] = []
    share = -(-len(applications) // (2 * _TURNS))
    doors: list[tuple[Door, list[float]]] = [(town.staff, through), (town.straight, straight)] * _TURNS
    for turn, (door, rates) in enumerate(doors):
        part = applications[turn * share : (turn + 1) * share]
        began = time.perf_counter()
        await all_of(door.post(f"/applications/{each}/admit") for each in part)
        if part:
            rates.append(len(part) / (time.perf_counter() - began))
    return through, straight


async def looked_at(town: Town, times: int) -> Pages:
    """Milliseconds of staff's pages, one request at a time."""
    base = f"/programs/{town.program}"
    pair = (await town.whole("pairs", "pairs"))[-1]
    pages = {
        "all pairs": f"{base}/pairs",
        "pairs, page 15": f"{base}/pairs?page=15",
        "pairs by name": f"{base}/pairs?q=Koski",
        "one pair": f"{base}/pairs/{pair['id']}",
        "the board": base,
        "people": f"{base}/people",
        "readiness": f"{base}/readiness",
        "cases": f"{base}/cases",
    }
    taken: Pages = {}
    for name, path in pages.items():
        taken[name] = []
        for turn in range(times + 2):
            began = time.perf_counter()
            answer = await town.staff.get(path)
            assert answer.status == 200, f"{path}: {answer.status}"
            if turn >= 2:
                taken[name].append((time.perf_counter() - began) * 1000)
    return taken


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def of_pages(pages: Pages, pairs: int) -> tuple[list[Row], Chart]:
    """The worst page decides; the chart shows all of them."""
    most = {name: percentile(taken, 99) for name, taken in pages.items()}
    worst = max(most, key=lambda name: most[name])
    half = statistics.median(value for taken in pages.values() for value in taken)
    what = f"staff pages with {pairs:,} pairs, p99 of the slowest of {len(pages)}"
    note = f"The slowest is “{worst}”; half of all answers came within {half:.0f} ms."
    halves = [statistics.median(taken) for taken in pages.values()]
    series = {"p50": halves, "p99": list(most.values())}
    title = f"Staff's pages through the gateway with {pairs:,} pairs"
    chart = Chart("pages", title, "ms", series, list(pages), _SLOWEST, f"aim for p99: {_SLOWEST} ms")
    return [Row.below(what, most[worst], "ms", _SLOWEST, note)], chart


def of_memory(rest: dict[str, float], after: dict[str, float], pairs: int) -> tuple[list[Row], Chart]:
    told_of = ", ".join(f"{name} {rest[name]:.0f} → {after[name]:.0f}" for name in rest)
    what = f"memory of the services, at rest → after {pairs:,} pairs"
    ours = f"{sum(rest.values()):.0f} → {sum(after.values()):.0f} MB in all"
    note = f"Each in MB: {told_of}. Proportional set size, children included."
    series = {"at rest": list(rest.values()), f"after {pairs:,} pairs": list(after.values())}
    return [Row(what, ours, note=note)], Chart("memory", "Memory of each service", "MB", series, list(rest))


async def report(quick: bool) -> Report:
    half, times = (10, 5) if quick else (500, 60)
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder) / "data", seats=4 * half) as town:
            await town.idle()
            await asyncio.sleep(_REST_SECONDS)
            rest = town.memory()
            through, straight = await admitted(town, await town.imports(half, 0))
            await town.brings(half, 0)
            await town.idle()
            after = town.memory()
            await admitted(town, await town.imports(half, half))
            await town.brings(half, half)
            await town.idle()
            pages, page_chart = of_pages(await looked_at(town, times), 2 * half)
    memory, memory_chart = of_memory(rest, after, half)
    ratio = statistics.median(ours / bare for ours, bare in zip(through, straight, strict=False))
    commands = Row.beside(
        f"commands (admissions) through the gateway, {AT_ONCE} at once",
        f"{statistics.median(through):,.0f} commands/s",
        f"straight to pairing: {statistics.median(straight):,.0f} commands/s",
        ratio,
        note="Seven services, broker and client share the processors; every admission also sets off letters.",
    )
    return Report([commands, *memory, *pages], [memory_chart, page_chart])


if __name__ == "__main__":
    told("bench.cohort", report)
