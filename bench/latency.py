"""From the commit to the handler at 100 commands a second: how long an event takes on its way.

Run: python -m bench.latency
Commands come at fixed moments, whether or not earlier ones are done. The clock runs from the moment that the
commit is on disk and known to the relay to the first line of the handler, over outbox, broker and consumer.
Beside it is bare aio-pika at the same pace, from the publish to the handler.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.support.charts import Chart
from bench.support.events import DOCUMENTS, KEY, an_envelope, document_id
from bench.support.loops import a_broker, bare_exchange, bare_message, listening
from bench.support.report import Report, Row, told
from bench.support.turning import commands_on
from matka_contracts.event import Envelope
from matka_kit.bus import Outgoing
from matka_kit.outbox import Relay
from matka_kit.store import Collection, Document

A_SECOND = 100
WARM = 100


class TimingRelay(Relay):
    """Notes when it hears of each aggregate's new event: right after the commit."""

    announced: dict[str, float]

    def announce(
        self, collection: Collection, id: str, version: int, outbox: list[Document], *, again: bool = False
    ) -> None:
        self.announced[id] = time.perf_counter()
        super().announce(collection, id, version, outbox, again=again)


async def paced(count: int, work: Callable[[int], Awaitable[object]]) -> None:
    """Begin work at fixed moments, 100 a second."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / A_SECOND - loop.time()))
            group.create_task(_awaited(work(number)))


async def _awaited(work: Awaitable[object]) -> None:
    await work


async def with_outbox(url: str, count: int) -> list[float]:
    """Milliseconds from the commit to the handler."""
    taken: list[float] = []
    announced: dict[str, float] = {}
    done = asyncio.Event()

    def heard(envelope: Envelope) -> None:
        taken.append((time.perf_counter() - announced[envelope.subject]) * 1000)
        if len(taken) == count:
            done.set()

    with tempfile.TemporaryDirectory() as folder:
        async with listening(url, heard) as bus, commands_on(Path(folder), bus, TimingRelay) as commands:
            relay = commands.relay
            assert isinstance(relay, TimingRelay)
            relay.announced = announced
            await paced(count, lambda number: commands.command(document_id(number)))
            await commands.finish()
            await done.wait()
    return taken[WARM:]


async def bare(url: str, count: int) -> list[float]:
    """Milliseconds from the publish to the handler, without any store."""
    taken: list[float] = []
    began: dict[str, float] = {}
    done = asyncio.Event()

    def heard(body: bytes) -> None:
        taken.append((time.perf_counter() - began[json.loads(body)["id"]]) * 1000)
        if len(taken) == count:
            done.set()

    async with bare_exchange(url, heard) as exchange:

        async def publish(number: int) -> None:
            message = Outgoing.of(an_envelope(number))
            began[message.event_id] = time.perf_counter()
            await exchange.publish(bare_message(message), KEY)

        await paced(count, publish)
        await done.wait()
    return taken[WARM:]


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


async def report(quick: bool) -> Report:
    count = WARM + (100 if quick else 1500)
    assert count <= DOCUMENTS  # so that every event has an aggregate of its own
    async with a_broker() as url:
        theirs, ours = await bare(url, count), await with_outbox(url, count)
    half, most = percentile(ours, 50), percentile(ours, 99)
    row = Row(
        f"commit → handler at {A_SECOND}/s, over outbox and broker",
        f"p50 {half:.1f} ms, p99 {most:.1f} ms",
        f"aio-pika, publish → handler: {percentile(theirs, 50):.1f} and {percentile(theirs, 99):.1f} ms",
        aim="p99 < 10 ms",
        met=most < 10,
    )
    curves = {"kit, commit → handler": ours, "aio-pika, publish → handler": theirs}
    title = f"From the commit to the handler at {A_SECOND} commands a second"
    return Report(
        [row], [Chart("latency", title, "ms", curves, mark=10, mark_name="aim for 99 %", kind="curve")]
    )


if __name__ == "__main__":
    told("bench.latency", report)
