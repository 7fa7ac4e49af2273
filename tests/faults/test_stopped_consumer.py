"""A service stands still through ten minutes of load: all of it waits at the broker and is handled after."""

import asyncio
import itertools
import time
from collections.abc import Iterator

import httpx2
import pytest

from matka_contracts.scheduling import SignUpWithdrawn
from matka_kit import dead_letters
from matka_kit.bus import RabbitBus
from matka_kit.store import open_store
from matka_kit.topology import depths
from matka_notifications.store import SEATS
from tests.support.broker import Node
from tests.support.examples import example_of
from tests.support.killable import Town
from tests.support.pressure import peak, resident, stopped
from tests.support.told import told

EVENTS = 100 * 600  # a hundred a second for ten minutes
QUEUE = "notifications.work"
PREFETCH = 20
_SERVICE_MB, _BROKER_MB = 48, 512
_PUBLISHERS = 8
_BATCH = 250


@pytest.fixture(scope="module")
def town(own_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with own_node.vhost() as broker, Town(folder, broker, ("notifications",)) as town:
        yield town


async def publish(url: str) -> None:
    """Tell of so many seats given back, as fast as it goes."""
    bus = RabbitBus(url, name="scheduling")
    example = SignUpWithdrawn.model_validate(example_of(SignUpWithdrawn))
    people = iter(range(EVENTS))

    async def some() -> None:
        while batch := list(itertools.islice(people, _BATCH)):
            events = [example.model_copy(update={"person_id": f"person-{number}"}) for number in batch]
            messages = [told(each, f"seat-{each.person_id}") for each in events]
            assert len(await bus.publish(messages)) == len(messages)

    await asyncio.gather(*(some() for _ in range(_PUBLISHERS)))
    await bus.close()


async def rows(town: Town) -> int:
    store = await open_store(f"sqlite:{town.folder}", "notifications", (SEATS,))
    found = await store.count(SEATS, {})
    await store.close()
    return found


@pytest.mark.timeout(600)
async def test_ten_minutes_of_load_wait_for_a_consumer_that_stood_still_and_none_is_lost(
    own_node: Node, town: Town
) -> None:
    await town.ready()
    pid, broker = town.pid("notifications"), own_node.pid
    assert broker is not None
    calm, calm_broker = resident(pid), resident(broker)

    began = time.monotonic()
    with stopped(pid):
        await publish(town.broker)
        assert (await depths(town.broker, town.topology))[QUEUE] >= EVENTS - PREFETCH
    loaded = time.monotonic()

    async with httpx2.AsyncClient(base_url=town.url("notifications"), timeout=30) as client:

        async def all_is_handled() -> bool:
            assert resident(pid) < calm + _SERVICE_MB
            activity = (await client.get("/activity")).json()
            return bool(activity["settled"] == activity["received"] >= EVENTS)

        await town.comes_to("all is handled", all_is_handled, 400)
    handled = time.monotonic()

    print(f"published in {loaded - began:.0f} s, handled in {handled - loaded:.0f} s")
    print(f"service {calm:.0f} MB, at most {peak(pid):.0f}; broker {calm_broker:.0f}, {peak(broker):.0f}")
    assert await rows(town) == EVENTS
    assert await dead_letters.browse(town.broker, "notifications") == []
    assert await town.is_ready("notifications")
    assert peak(pid) < calm + _SERVICE_MB
    assert peak(broker) < calm_broker + _BROKER_MB
