"""Timers fire once, whoever races; what fails is tried again, then set aside, and holds nobody up."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from matka_kit.bus import MemoryBus
from matka_kit.clock import FileClock, ManualClock
from matka_kit.errors import Unavailable
from matka_kit.store import Collection, Document, Query
from matka_kit.timers import DEAD_TIMERS
from tests.support.tally import AlarmRang
from tests.support.waiting import until
from tests.support.workshop import NOON, Replica, a_command, a_replica, later, published


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A failing timer writes its whole trace into the log; that is long."""
    with capture_logs():
        yield


async def a_tally_with(replica: Replica, alarm: str, id_: str = "one", *, hours: float = 1) -> None:
    await replica.a_stored_tally(id_)
    await replica.set_alarm(alarm, id_, hours=hours)


async def rung(replica: Replica) -> list[str]:
    """The alarms that rang, in order."""
    async with replica.relaying():
        pass
    rings = [each for each in published(replica.bus) if each.type == AlarmRang.event_type()]
    return list({each.id: each.data["alarm"] for each in rings}.values())


async def dead_timers(replica: Replica) -> list[Document]:
    return (await replica.store.find(DEAD_TIMERS, Query())).documents


async def test_a_timer_fires_when_its_moment_comes_and_not_before(tmp_path: Path, clock: ManualClock) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "tea")
        assert await replica.timers.fire_due() == 0
        clock.step(later(hours=1))
        assert await replica.timers.fire_due() == 1
        assert await replica.timers.fire_due() == 0
        assert await rung(replica) == ["tea"]
        assert (await replica.document())["timers"] == []


async def test_a_timer_that_was_moved_fires_at_its_new_moment_only(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "tea")
        await replica.set_alarm("tea", hours=3)
        clock.step(later(hours=2))
        assert await replica.timers.fire_due() == 0
        clock.step(later(hours=3))
        assert await replica.timers.fire_due() == 1


async def test_two_replicas_that_race_fire_a_timer_once(tmp_path: Path, clock: ManualClock) -> None:
    bus = MemoryBus()
    async with a_replica(tmp_path, clock, bus) as one, a_replica(tmp_path, clock, bus) as two:
        for number in range(20):
            await a_tally_with(one, f"alarm-{number}", str(number))
        clock.step(later(hours=1))
        fired = await asyncio.gather(*(each.timers.fire_due() for each in (one, two) * 3))
        assert sum(fired) == 20
        async with two.relaying():
            pass
        assert sorted(await rung(one)) == sorted(f"alarm-{number}" for number in range(20))
        for number in range(20):
            assert (await one.document(str(number)))["sequence"] == 1


async def test_several_timers_of_one_aggregate_fire_each_by_itself_earliest_first(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "second", hours=2)
        for alarm, hours in (("first", 1), ("never", 9)):
            await replica.set_alarm(alarm, hours=hours)
        clock.step(later(hours=2))
        assert await replica.timers.fire_due() == 2
        assert await rung(replica) == ["first", "second"]


async def test_a_timer_may_be_set_again_for_the_same_moment(tmp_path: Path, clock: ManualClock) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "tea")
        clock.step(later(hours=1))
        for _ in range(2):
            assert await replica.timers.fire_due() == 1
            await replica.set_alarm("tea", hours=1)
        assert await rung(replica) == ["tea", "tea"]


async def test_a_timer_that_fails_five_times_is_dead_and_listed_and_holds_nobody_up(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "broken")
        await replica.set_alarm("tea", hours=1)
        await a_tally_with(replica, "coffee", "two")
        clock.step(later(hours=1))
        assert await replica.timers.fire_due() == 2
        assert sorted(await rung(replica)) == ["coffee", "tea"]
        backlog = await replica.store.backlog(replica.tallies.collection)
        assert (backlog.retrying, backlog.next_due) == (1, None)
        for wait in (1, 2, 4, 8):
            assert await dead_timers(replica) == []
            assert await replica.timers.fire_due() == 0, "it waits for its time"
            clock.elapse(wait)
            await replica.timers.fire_due()
        [dead] = await dead_timers(replica)
        assert (dead["aggregate"], dead["kind"], dead["error"]) == ("one", "alarm", "ZeroDivisionError")
        backlog = await replica.store.backlog(replica.tallies.collection)
        assert (backlog.retrying, backlog.next_due, backlog.unpublished) == (0, None, 0)
        clock.elapse(3600)
        assert await replica.timers.fire_due() == 0


async def test_a_timer_that_is_still_there_after_it_fired_is_a_failure(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "endless")
        clock.step(later(hours=1))
        for wait in (1, 2, 4, 8, 0):
            await replica.timers.fire_due()
            clock.elapse(wait)
        assert [dead["error"] for dead in await dead_timers(replica)] == ["RuntimeError"]
        assert await rung(replica) == []


async def test_a_dead_timer_that_is_moved_lives_again(tmp_path: Path, clock: ManualClock) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "broken")
        clock.step(later(hours=1))
        for wait in (1, 2, 4, 8, 0):
            await replica.timers.fire_due()
            clock.elapse(wait)
        await replica.set_alarm("broken", hours=2)
        assert (await replica.document())["next_due"] == later(hours=2)


async def test_a_failure_of_a_timer_that_was_moved_meanwhile_does_not_move_it_back(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_replica(tmp_path, clock) as replica, a_replica(tmp_path, clock) as other:
        await a_tally_with(replica, "broken")
        clock.step(later(hours=1))
        get, reads = replica.store.get, []

        async def moved_before_the_failure_is_noted(collection: Collection, id_: str) -> Document | None:
            reads.append(id_)
            if len(reads) == 3:  # found due, loaded to fire, loaded to note the failure
                await other.set_alarm("broken", hours=2)
            return await get(collection, id_)

        monkeypatch.setattr(replica.store, "get", moved_before_the_failure_is_noted)  # a race, made sure of
        await replica.timers.fire_due()
        [timer] = (await other.document())["timers"]
        assert (timer["due"], timer["failures"]) == (later(hours=2), 0)
        assert (await other.document())["next_due"] == later(hours=2)


async def test_a_failure_of_a_timer_whose_aggregate_is_gone_is_forgotten(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "broken")
        clock.step(later(hours=1))
        get, reads = replica.store.get, []

        async def gone_at_last(collection: Collection, id_: str) -> Document | None:
            reads.append(id_)
            return await get(collection, id_) if len(reads) < 3 else None

        monkeypatch.setattr(replica.store, "get", gone_at_last)  # somebody deleted it
        assert await replica.timers.fire_due() == 0
        assert await dead_timers(replica) == []


async def test_an_aggregate_that_is_gone_has_nothing_to_fire(tmp_path: Path) -> None:
    async with a_replica(tmp_path) as replica:
        assert await replica.tallies.fire("nobody") == 0


async def test_a_full_outbox_is_no_failure_of_the_timer(tmp_path: Path, clock: ManualClock) -> None:
    async with a_replica(tmp_path, clock) as replica:
        replica.bus.away = True
        await replica.a_stored_tally(counted=499)
        await replica.tallies.update(
            "one", lambda each: [*each.set_alarm("tea", later(hours=1)), *each.count()], a_command()
        )
        clock.step(later(hours=1))
        for _ in range(6):
            assert await replica.timers.fire_due() == 0
            clock.elapse(60)
        replica.bus.away = False
        async with replica.relaying():
            pass
        assert await replica.timers.fire_due() == 1
        assert await rung(replica) == ["tea"]


async def test_an_absent_store_is_no_failure_of_the_timer(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_replica(tmp_path, clock) as replica:
        await a_tally_with(replica, "tea")
        clock.step(later(hours=1))
        commit, asked = replica.store.commit, []

        async def away_at_first(*given: Any) -> bool:
            asked.append(given)
            if len(asked) == 1:
                raise Unavailable("store")
            return await commit(*given)

        monkeypatch.setattr(replica.store, "commit", away_at_first)  # the server is back the second time
        loop = asyncio.create_task(replica.timers.run())
        await until("it fires after all", lambda: replica.timers.fired == 1)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        assert await rung(replica) == ["tea"]


async def test_a_timer_that_cannot_fire_yet_does_not_keep_the_machine_busy(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_replica(tmp_path, clock) as replica:
        replica.bus.away = True
        await replica.a_stored_tally(counted=500)
        tally = (await replica.tallies.get("one")).model_copy(update={"alarms": {"tea": NOON}})
        document = await replica.document()
        await replica.tallies._commit(document, tally, (), a_command())
        asked = []
        due = replica.store.due

        async def counted(*given: Any) -> list[str]:
            asked.append(given)
            return await due(*given)

        monkeypatch.setattr(replica.store, "due", counted)  # counts the rounds
        loop = asyncio.create_task(replica.timers.run())
        await until("two rounds passed", lambda: len(asked) >= 2)
        assert len(asked) == 2, "between them it waited"
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def test_a_step_of_the_clock_in_a_file_fires_in_every_replica_at_once(tmp_path: Path) -> None:
    leader = FileClock(tmp_path / "clock")
    leader.step(NOON)
    bus = MemoryBus()
    async with (
        a_replica(tmp_path, FileClock(tmp_path / "clock"), bus) as one,
        a_replica(tmp_path, FileClock(tmp_path / "clock"), bus) as two,
    ):
        for number in range(6):
            await a_tally_with(one, f"alarm-{number}", str(number), hours=number + 1)

        def all_fired(count: int) -> bool:
            return one.timers.fired + two.timers.fired == count

        loops = [asyncio.create_task(each.timers.run()) for each in (one, two)]
        for hour in range(1, 7):
            leader.step(later(hours=hour))
            await until("what is due fires", partial(all_fired, hour))
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        async with two.relaying():
            pass
        assert sorted(await rung(one)) == [f"alarm-{number}" for number in range(6)]
