"""A broker that takes nothing for a while is asked again by the sweeper alone, and then without a pause."""

import asyncio
from pathlib import Path

import pytest

from matka_kit.clock import ManualClock
from tests.support.tally import Tally
from tests.support.waiting import until
from tests.support.workshop import NOON, Miserly, Replica, a_command, a_replica, numbers, published


async def outbox(replica: Replica) -> list[int]:
    return [event["data"]["number"] for event in (await replica.document())["outbox"]]


async def test_commands_on_an_outbox_that_the_broker_refuses_do_not_bring_all_of_it_again(
    tmp_path: Path,
) -> None:
    bus, clock = Miserly(confirms=0), ManualClock(NOON)
    offered = bus.offered
    async with a_replica(tmp_path, clock, bus) as replica:
        async with replica.relaying():
            await replica.a_stored_tally(counted=3)
            assert await replica.relay.flush(5)
            for _ in range(10):
                await replica.tallies.update("one", Tally.count, a_command())
            assert await replica.relay.flush(5)
            assert offered == [3], "it is the sweeper's now"
            clock.elapse(6)
            await replica.sweeper.sweep()
            assert await replica.relay.flush(5)
            assert offered == [3, 13]
            bus.confirms = 100

            async def is_taken() -> bool:
                await replica.sweeper.sweep()
                assert await replica.relay.flush(5)
                return not await outbox(replica)

            await until("it is taken after its rest", is_taken)
            await replica.tallies.update("one", Tally.count, a_command())
        assert (await outbox(replica), numbers(bus)) == ([], [*range(1, 15)])


async def test_so_many_refusals_that_they_take_room_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matka_kit.outbox._MOST_REFUSED", 2)
    bus = Miserly(confirms=0)
    async with a_replica(tmp_path, bus=bus) as replica, replica.relaying():
        for name in ("one", "two", "three"):
            await replica.a_stored_tally(name, counted=1)
            assert await replica.relay.flush(5)
        bus.confirms = 100
        await replica.tallies.update("three", Tally.count, a_command())
        assert await replica.relay.flush(5)
        assert numbers(bus) == [], "the last refusal is remembered"
        await replica.tallies.update("one", Tally.count, a_command())
        assert await replica.relay.flush(5)
        assert numbers(bus) == [1, 2]


async def test_a_long_backlog_is_swept_without_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matka_kit.outbox._SWEEP_BATCH", 10)
    monkeypatch.setattr("matka_kit.outbox._SWEEP_PAUSE", (60, 60))
    clock = ManualClock(NOON)
    async with a_replica(tmp_path) as dead:
        for number in range(45):
            await dead.a_stored_tally(str(number), counted=1)
    clock.elapse(6)
    async with a_replica(tmp_path, clock) as replica, replica.relaying():
        sweeping = asyncio.create_task(replica.sweeper.run())
        await until("all is published", lambda: len(set(_subjects(replica))) == 45)
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)


async def test_a_long_backlog_that_the_broker_refuses_is_not_swept_without_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matka_kit.outbox._SWEEP_BATCH", 10)
    clock, bus = ManualClock(NOON), Miserly(confirms=0)
    async with a_replica(tmp_path) as dead:
        for number in range(15):
            await dead.a_stored_tally(str(number), counted=1)
    clock.elapse(6)
    async with a_replica(tmp_path, clock, bus) as replica, replica.relaying():
        assert not await replica.sweeper._goes_on()
        bus.confirms = 100
        assert await replica.sweeper._goes_on()
        assert not await replica.sweeper._goes_on()


def _subjects(replica: Replica) -> list[str]:
    return [envelope.subject for envelope in published(replica.bus)]
