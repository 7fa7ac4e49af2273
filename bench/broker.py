"""Publish → handle → acknowledge: the kit with and without outbox beside aio-pika, FastStream and Celery.

Run: python -m bench.broker
All use the same quorum queue, body, prefetch and persistent messages, wait for confirms, and acknowledge
after the handler. The kit, FastStream and Celery validate each body by the same models. With outbox each
event is born in a command on SQLite (load, commit, publish, empty the outbox), all on disk.
"""

import statistics
from collections.abc import Mapping, Sequence

from bench.support.charts import Chart
from bench.support.loops import Way, a_broker, kit, kit_with_outbox, raw
from bench.support.report import Report, Row, told
from bench.support.yardstick import measured_by

RAW, KIT, OUTBOX, FASTSTREAM, CELERY = "aio-pika", "kit", "kit with outbox", "FastStream", "Celery"
OURS: dict[str, Way] = {RAW: raw, KIT: kit, OUTBOX: kit_with_outbox}
OTHERS = {FASTSTREAM: "faststream_loop", CELERY: "celery_loop"}
NOT_IN_FASTSTREAM = (
    "FastStream gives none of what the kit adds: the order of each aggregate's events, retry rungs and dead "
    "letters, a watch on lost consumers, a pause while a dependency is away; its publisher and its consumer "
    "share a connection."
)
NOT_IN_CELERY = (
    "Celery publishes one message after the other, each waited for, which is its way with confirms; its "
    "worker (solo pool) has a process of its own, where all others publish and consume in one. Equal are the "
    "quorum queue, prefetch, persistence, confirms, validation and acknowledgement after the task."
)
Rates = dict[str, list[float]]


async def measure(quick: bool) -> Rates:
    """Events per second of each way, round by round, in turns."""
    count, few, repeat = (200, 100, 2) if quick else (3000, 1000, 5)
    rates: Rates = {name: [] for name in (*OURS, *OTHERS)}
    async with a_broker() as url:
        for _ in range(repeat):
            for name, way in OURS.items():
                rates[name].append(count / (await way(url, count)).seconds)
            for name, module in OTHERS.items():
                many = few if name == CELERY else count
                found = await measured_by(module, url, str(many))
                rates[name].append(many / found["seconds"])
    return rates


def ratio(own: Sequence[float], other: Sequence[float]) -> float:
    """The median of the rounds' own ratios: the machine's pace changes from round to round."""
    return statistics.median(ours / theirs for ours, theirs in zip(own, other, strict=True))


def rows(rates: Mapping[str, Sequence[float]]) -> list[Row]:
    def row(own: str, other: str, least: float, note: str = "") -> Row:
        told = {name: f"{statistics.median(rates[name]):,.0f} events/s" for name in (own, other)}
        what = f"publish → handle → ack, {own}"
        beside = f"{other}: {told[other]}"
        return Row.beside(what, told[own], beside, ratio(rates[own], rates[other]), least, note)

    def ceiling(other: str) -> str:
        return f" aio-pika, on which the kit stands, is {ratio(rates[RAW], rates[other]):.2f} of it."

    return [
        row(KIT, RAW, 0.9),
        row(OUTBOX, RAW, 0.5, "One command per event, its commit flushed to disk; aio-pika keeps nothing."),
        row(KIT, FASTSTREAM, 2, NOT_IN_FASTSTREAM + ceiling(FASTSTREAM)),
        row(KIT, CELERY, 5, NOT_IN_CELERY + ceiling(CELERY)),
        row(OUTBOX, CELERY, 5),
    ]


async def report(quick: bool) -> Report:
    rates = await measure(quick)
    values = [statistics.median(found) for found in rates.values()]
    title = "Publish → handle → acknowledge on a quorum queue, all persistent and confirmed"
    chart = Chart("broker", title, "events/s", {"events per second": values}, list(rates))
    return Report(rows(rates), [chart])


if __name__ == "__main__":
    told("bench.broker", report)
