"""What a command and an event cost in round trips to the database, counted at the port of a real store."""

import asyncio
from pathlib import Path
from typing import cast

from pydantic import BaseModel

from bench.support.counting import CountingStore, Ledger, Piece, Sort
from bench.support.events import PAYLOAD, ThingTurned
from bench.support.turning import THINGS, Thing
from matka_contracts import event as contracts
from matka_kit.bus import MemoryBus
from matka_kit.cause import Cause
from matka_kit.clock import SystemClock
from matka_kit.outbox import Relay
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.shape import Shape
from matka_kit.store import Collection, RowOutcome, Store, open_store
from tests.support.told import envelope

contracts._REGISTRY.pop(ThingTurned.event_type())  # other tests look at all events there are
ROWS = Collection("rows")


class Row(BaseModel):
    """A row of a projection."""

    id: str
    name: str = ""


async def test_a_command_loads_commits_and_empties_its_outbox_and_an_event_sets_its_row_at_once(
    tmp_path: Path,
) -> None:
    store = cast("Store", CountingStore(await open_store(f"sqlite:{tmp_path}", "things", (THINGS, ROWS))))
    relay = Relay(store, MemoryBus())
    working = asyncio.create_task(relay.run())
    things = Repository(Shape(THINGS, Thing), store, SystemClock(), relay)
    ledger = Ledger()

    with ledger.counting(command := Piece(Sort.COMMAND, "things", "add")):
        await things.add(Thing(id="a", slot="1"), [ThingTurned(payload=PAYLOAD)], Cause("added"))
    await relay.flush(5)
    assert command.trips == {"insert": 1, "clear_outbox": 1}

    with ledger.counting(command := Piece(Sort.COMMAND, "things", "turn")):
        await things.update("a", Thing.turn, Cause("turned"))
    await relay.flush(5)
    assert command.trips == {"get": 1, "commit": 1, "clear_outbox": 1}

    with ledger.counting(again := Piece(Sort.COMMAND, "things", "turn")):
        await things.update("a", Thing.turn, Cause("turned"))
    assert again.trips == {"get": 1}

    rows = Rows(ROWS, Row, store)
    told = envelope(ThingTurned(payload=PAYLOAD), "a")
    for outcome in (RowOutcome.APPLIED, RowOutcome.REPEATED):
        with ledger.counting(event := Piece(Sort.EVENT, "things", "ThingTurned")):
            assert await rows.put("row", told, {"name": "turned"}) is outcome
        assert event.trips == {"upsert_row": 1}

    working.cancel()
    await store.close()
