"""Rounds of load, guarded commit with one event and emptied outbox: the store port against a bare loop.

Run: python -m bench.store
Both run in turns on the same disk, on 2,000 documents of the same size, with every commit flushed to disk.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench.support.bare_loop import BareLoop, Rate, a_document, an_event, rows
from bench.support.events import DOCUMENTS
from bench.support.report import Report, told
from matka_kit.store import AggregateCommit, Collection, Store, open_store

SECONDS = 6.0
TURNS = 15  # short ones, so that whatever else the machine does disturbs all alike
TASKS = 8
ALONE, AT_ONCE = "store port, one by one", f"store port, {TASKS} tasks at once"
AGGREGATES = Collection(
    "aggregates",
    {"program_id": str, "slot": str},
    indexes=(("program_id",),),
    unique=(("program_id", "slot"),),
)


async def port_round(store: Store, id_: str) -> None:
    """The same command through the port, as repository and relay do it."""
    document = await store.get(AGGREGATES, id_)
    assert document is not None
    version = document["version"]
    body = {key: value for key, value in document.items() if key not in ("_id", "version", "outbox")}
    commit = AggregateCommit(id_, version, body, [an_event()], datetime.now(UTC))
    assert await store.commit(AGGREGATES, commit)
    assert await store.clear_outbox(AGGREGATES, id_, version + 1, 1)


async def measure(folder: Path, seconds: float) -> dict[str, Rate]:
    """Rounds per second of each contender, turn by turn."""
    rates = {"bare loop": Rate(), ALONE: Rate(), AT_ONCE: Rate()}
    bare = BareLoop(folder / "bare.sqlite")
    store = await open_store(f"sqlite:{folder}", "port", (AGGREGATES,))
    for number in range(DOCUMENTS):
        await store.insert(AGGREGATES, a_document(number))

    async def round_(id_: str) -> None:
        await port_round(store, id_)

    for _ in range(TURNS):
        await rates["bare loop"].measure(seconds / TURNS, bare.round)
        await rates[ALONE].measure(seconds / TURNS, round_)
        await rates[AT_ONCE].measure(seconds / TURNS, round_, TASKS)
    await store.close()
    bare.close()
    return rates


def report(quick: bool) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        rates = uvloop.run(measure(Path(folder), 1.0 if quick else SECONDS))
    return Report(rows(rates, "rounds", {}, {}))


if __name__ == "__main__":
    told("bench.store", report)
