"""From the outbox to the broker: nothing is lost, the outbox is emptied exactly, a crash is made good."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from matka_kit.bus import MemoryBus, Outgoing
from matka_kit.clock import ManualClock
from matka_kit.errors import Unavailable
from matka_kit.host import Host
from matka_kit.store import Collection, Document
from tests.support.tally import TALLIES, Tally, Tallying
from tests.support.waiting import until
from tests.support.workshop import (
    NOON,
    Miserly,
    Replica,
    a_command,
    a_host,
    a_replica,
    later,
    numbers,
    published,
)


async def outbox(replica: Replica, id_: str = "one") -> list[int]:
    return [event["data"]["number"] for event in (await replica.document(id_))["outbox"]]


async def is_marked(replica: Replica) -> bool:
    return "outbox_since" in await replica.document()


async def test_what_the_broker_confirmed_leaves_the_outbox_and_its_mark(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as replica:
        await replica.a_stored_tally(counted=3)
        assert (await outbox(replica), await is_marked(replica)) == ([1, 2, 3], True)
        async with replica.relaying():
            pass
        assert (await outbox(replica), await is_marked(replica)) == ([], False)
        assert replica.relay.published == 3
        version = (await replica.document())["version"]
        await replica.tallies.update("one", Tally.close, a_command())
        assert (await replica.document())["version"] == version + 1, "emptying is no change"


async def test_what_the_broker_did_not_confirm_stays_and_is_published_later_in_order(tmp_path: Path) -> None:
    bus = Miserly(confirms=2)
    async with a_replica(tmp_path, bus=bus) as replica:
        async with replica.relaying():
            await replica.a_stored_tally(counted=3)
        assert (await outbox(replica), await is_marked(replica)) == ([3], True)
        bus.confirms = 10
        async with replica.relaying():
            await replica.tallies.update("one", Tally.count, a_command())
        assert (await outbox(replica), await is_marked(replica)) == ([], False)
        assert numbers(bus) == [1, 2, 3, 4]


async def test_events_that_come_while_others_are_published_are_not_emptied_away(tmp_path: Path) -> None:
    class Slow(MemoryBus):
        """Another command commits while the broker is being told."""

        async def publish(self, messages: Sequence[Outgoing]) -> set[str]:
            if not self.published:
                await replica.tallies.update("one", Tally.count, a_command())
            return await super().publish(messages)

    async with a_replica(tmp_path, bus=Slow()) as replica:
        async with replica.relaying():
            await replica.a_stored_tally(counted=1)
        assert numbers(replica.bus) == [1, 2]
        assert (await outbox(replica), await is_marked(replica)) == ([], False)


async def test_events_of_another_replica_are_not_emptied_away(tmp_path: Path) -> None:
    class Slow(MemoryBus):
        """Another replica commits while the broker is being told."""

        async def publish(self, messages: Sequence[Outgoing]) -> set[str]:
            if not self.published:
                await other.tallies.update("one", Tally.count, a_command())
            return await super().publish(messages)

    async with a_replica(tmp_path, bus=Slow()) as replica, a_replica(tmp_path) as other:
        async with replica.relaying():
            await replica.a_stored_tally(counted=1)
        assert numbers(replica.bus) == [1]
        assert (await outbox(replica), await is_marked(replica)) == ([2], True)
        async with other.relaying():
            pass
        assert (await outbox(replica), await is_marked(replica)) == ([], False)


async def test_a_replica_that_died_after_its_write_is_made_good_by_the_sweeper(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as dead:
        await dead.a_stored_tally(counted=2)
    clock, bus = ManualClock(NOON), MemoryBus()
    async with a_replica(tmp_path, clock, bus) as alive:
        assert await alive.sweeper.sweep() == 0, "five seconds have not passed"
        clock.elapse(6)
        assert await alive.sweeper.sweep() == 1
        async with alive.relaying():
            pass
        assert (numbers(bus), await outbox(alive)) == ([1, 2], [])
        assert await alive.sweeper.sweep() == 0


async def test_a_fresh_replica_sweeps_by_itself(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as dead:
        await dead.a_stored_tally(counted=2)
    clock, bus = ManualClock(NOON), MemoryBus()
    clock.elapse(6)
    async with a_host(tmp_path, clock, bus) as fresh:
        await fresh.start()
        await until("the events are published", lambda: set(numbers(bus)) == {1, 2})
        await until("the outbox is empty", lambda: _owes_nothing(fresh))


async def _owes_nothing(host: Host[Tallying]) -> bool:
    return (await host.activity()).outboxes == 0


async def test_two_sweepers_that_meet_only_make_duplicates(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as dead:
        await dead.a_stored_tally(counted=3)
    clock, bus = ManualClock(NOON), MemoryBus()
    clock.elapse(6)
    async with a_replica(tmp_path, clock, bus) as one, a_replica(tmp_path, clock, bus) as two:
        assert [await one.sweeper.sweep(), await two.sweeper.sweep()] == [1, 1]
        async with one.relaying(), two.relaying():
            pass
        assert set(numbers(bus)) == {1, 2, 3}
        assert len({envelope.id for envelope in published(bus)}) == 3
        assert await outbox(one) == []


async def test_the_oldest_mark_stays_when_more_events_come(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as replica:
        await replica.a_stored_tally(counted=1)
        marked = (await replica.document())["outbox_since"]
        assert isinstance(replica.clock, ManualClock)
        replica.clock.elapse(60)
        await replica.tallies.update("one", Tally.count, a_command())
        assert (await replica.document())["outbox_since"] == marked


async def test_while_the_broker_is_away_the_relay_comes_to_an_end_and_the_sweeper_tries_again(
    tmp_path: Path,
) -> None:
    clock = ManualClock(NOON)
    async with a_replica(tmp_path, clock) as replica:
        replica.bus.away = True
        async with replica.relaying():
            await replica.a_stored_tally(counted=1)
        assert await outbox(replica) == [1]
        replica.bus.away = False
        clock.elapse(6)
        async with replica.relaying():
            await replica.sweeper.sweep()
        assert (numbers(replica.bus), await outbox(replica)) == ([1], [])


async def test_an_outbox_of_which_the_broker_takes_nothing_rests_longer_each_time_and_is_then_taken(
    tmp_path: Path,
) -> None:
    class Dated(Miserly):
        """It notes when it was offered something."""

        async def publish(self, messages: Iterable[Outgoing]) -> set[str]:
            offered.append(time.monotonic())
            return await super().publish(messages)

    clock, bus, offered = ManualClock(NOON), Dated(confirms=0), list[float]()
    async with a_replica(tmp_path, clock, bus) as replica, replica.relaying():
        await replica.a_stored_tally(counted=2)
        clock.elapse(6)

        async def swept(times: int) -> bool:
            await replica.sweeper.sweep()
            return len(offered) == times

        await until("it is offered four times", lambda: swept(4))
        rested = [after - before for before, after in pairwise(offered)]
        assert all(rest >= least for rest, least in zip(rested, (0, 1, 2), strict=True)), rested
        bus.confirms = 2
        await until("it is taken", lambda: swept(5))
        assert await replica.relay.flush(5)
        assert (await outbox(replica), numbers(bus)) == ([], [1, 2])


async def test_a_store_that_is_away_while_emptying_leaves_it_to_the_sweeper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(NOON)
    async with a_replica(tmp_path, clock) as replica:
        clear = replica.store.clear_outbox

        async def away(_: Collection, __: str, ___: int, ____: int) -> bool:
            raise Unavailable("store")

        monkeypatch.setattr(replica.store, "clear_outbox", away)  # the server stops here
        async with replica.relaying():
            await replica.a_stored_tally(counted=1)
        monkeypatch.setattr(replica.store, "clear_outbox", clear)
        clock.elapse(6)
        async with replica.relaying():
            await replica.sweeper.sweep()
        assert (numbers(replica.bus), await outbox(replica)) == ([1, 1], [])


async def test_an_outbox_that_cannot_be_published_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as replica:
        broken: Document = {"id": "", "type": "tally.counted.v1"}
        with capture_logs() as logs:
            async with replica.relaying():
                for number in range(17):  # one more than there are workers
                    replica.relay.announce(TALLIES, f"broken-{number}", 1, [broken])
                await replica.a_stored_tally(counted=1)
        assert numbers(replica.bus) == [1]
        assert [log["log_level"] for log in logs] == ["error"] * 17


async def test_the_sweeper_goes_on_after_the_store_was_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(NOON)
    async with a_replica(tmp_path, clock) as replica:
        await replica.a_stored_tally(counted=1)
        clock.elapse(6)
        stale, asked = replica.store.stale, []

        async def away_at_first(collection: Collection, before: datetime, limit: int) -> list[Document]:
            asked.append(collection.name)
            if len(asked) == 1:
                raise Unavailable("store")
            return await stale(collection, before, limit)

        monkeypatch.setattr(replica.store, "stale", away_at_first)  # the server is back the second time
        sweeping = asyncio.create_task(replica.sweeper.run())
        async with replica.relaying():
            await until("it swept again", lambda: numbers(replica.bus) == [1])
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)


async def test_flushing_says_when_it_was_not_done_in_time(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as replica:
        assert await replica.relay.flush(0.01)
        await replica.a_stored_tally(counted=1)
        assert not await replica.relay.flush(0.01)


async def test_events_of_many_aggregates_are_each_published_in_order(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as replica:
        async with replica.relaying():
            await asyncio.gather(*(replica.a_stored_tally(str(number), counted=3) for number in range(30)))
        by_subject: dict[str, list[int]] = {}
        for envelope in published(replica.bus):
            by_subject.setdefault(envelope.subject, []).append(envelope.sequence)
        assert len(by_subject) == 30
        assert set(map(tuple, by_subject.values())) == {(1, 2, 3)}


async def test_the_time_of_an_event_is_the_domains(tmp_path: Path) -> None:
    clock = ManualClock(later(days=90))
    async with a_replica(tmp_path, clock) as replica, replica.relaying():
        await replica.a_stored_tally(counted=1)
    assert [envelope.time for envelope in published(replica.bus)] == [later(days=90)]
