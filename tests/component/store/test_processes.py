"""Several processes share a database, and one that is killed leaves nothing half-written."""

import asyncio
import subprocess
from itertools import chain

import pytest

from matka_kit.store import Query, Store
from tests.support.store_worker import start
from tests.support.things import ROWS, THINGS, Place, a_commit, a_thing, all_of, read

WHO = ("a", "b", "c")


async def outputs(place: Place, job: str, argument: str) -> list[list[str]]:
    """What several processes print that do a job at the same time; all of them must end well."""
    workers = [start(job, place, who, argument) for who in WHO]
    printed = [await asyncio.to_thread(worker.communicate, timeout=60) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    return [out.split() for out, _ in printed]


async def test_each_seat_goes_to_one_process(place: Place, store: Store) -> None:
    taken = list(chain.from_iterable(await outputs(place, "seats", "25")))
    assert sorted(taken, key=int) == [str(seat) for seat in range(25)]
    assert await store.count(THINGS, {"program_id": "p"}) == 25


async def test_processes_lose_no_change_of_one_document(place: Place, store: Store) -> None:
    await store.insert(THINGS, a_thing("shared", log=[]))
    await outputs(place, "increments", "15")
    found = await read(store, "shared")
    assert sorted(found["log"]) == sorted(f"{who}-{turn}" for who in WHO for turn in range(15))
    assert [event["id"] for event in found["outbox"]] == found["log"]
    assert found["version"] == 46


async def test_rows_keep_what_every_process_tells_first(place: Place, store: Store) -> None:
    await outputs(place, "tellings", "15")
    for row in range(15):
        assert (await read(store, f"row{row}", ROWS))["sources"] == dict.fromkeys(WHO, 1)


async def test_processes_may_open_a_new_database_at_once(place: Place) -> None:
    others = asyncio.create_task(outputs(place, "opening", ""))
    views = await all_of(place.open() for _ in range(6))
    await others
    assert await views[0].count(THINGS, {}) == len(WHO)
    for view in views:
        await view.close()


async def test_a_process_that_fails_without_closing_its_store_ends(place: Place, store: Store) -> None:
    worker = start("failing", place, "a", "")
    await asyncio.to_thread(worker.communicate, timeout=20)
    assert worker.returncode == 7
    assert await store.get(THINGS, "a") is not None


@pytest.mark.parametrize("job", ["endless", "crowded"])
async def test_what_was_acknowledged_outlives_kill_9_and_nothing_is_half_written(
    place: Place, job: str
) -> None:
    acknowledged: dict[str, str] = {}
    for round_ in range(3):
        worker = start(job, place, f"w{round_}", "0")
        acknowledged |= await asyncio.to_thread(_kill_after, worker, 15 + 2 * round_)
    store = await place.open()
    for id_, last in acknowledged.items():
        assert (await read(store, id_))["version"] >= (2 if last == "commit" else 1)
    for document in (await store.find(THINGS, Query(limit=1000))).documents:
        changed = document["version"] == 2
        assert document["rank"] == document["copy"] == int(changed)
        assert [event["id"] for event in document["outbox"]] == [f"e-{document['_id']}"] * changed
        assert ("outbox_since" in document) is changed
        assert document["pad"] == "x" * 5_000
        assert await store.commit(THINGS, a_commit(document, rank=2))
    await store.close()


def _kill_after(worker: subprocess.Popen[str], lines: int) -> dict[str, str]:
    """Kill -9 a process that writes without end; the last that it said of each document."""
    assert worker.stdout is not None
    said = [worker.stdout.readline().split() for _ in range(lines)]
    worker.kill()
    rest = worker.stdout.read().splitlines(keepends=True)
    said += [line.split() for line in rest if line.endswith("\n")]  # it may have died in the midst of a word
    worker.stdout.close()
    worker.wait()
    return {id_: what for what, id_ in said}
