"""A replica's parts: what each role runs, what goes on after a bug, and how everything is closed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from matka_kit.bus import MemoryBus
from matka_kit.clock import ManualClock, SystemClock
from matka_kit.host import Host, Parts, system_parts, topology_of
from matka_kit.settings import ServiceSettings
from tests.support import tally
from tests.support.tally import SERVICE, Counted, Tally, a_tally
from tests.support.waiting import until
from tests.support.workshop import NOON, a_command, a_host, a_replica, later, numbers


@pytest.fixture(autouse=True)
def events() -> Iterator[None]:
    tally.register()
    yield
    tally.forget()


async def test_an_api_replica_publishes_and_leaves_the_rest_to_workers(tmp_path: Path) -> None:
    clock, bus = ManualClock(NOON), MemoryBus()
    async with a_host(tmp_path, clock, bus, role="api") as api:
        await api.start()
        one = a_tally()
        await api.deps.tallies.add(one, one.count(2), a_command())
        await api.deps.tallies.update("one", lambda each: each.set_alarm("tea", NOON), a_command())
        await until("it is published", lambda: numbers(bus) == [1, 2])
        assert len(bus.unrouted) == 2, "nobody consumes"
        assert await api.ready()
        activity = await api.activity()
        assert (activity.consuming, activity.due, activity.fired, activity.received) == (True, True, 0, 0)
        async with a_host(tmp_path, clock, bus, role="worker") as worker:
            await worker.start()
            await until("the worker fires it", lambda: "tea" in str(bus.published[-1].body))
            assert await worker.ready()


async def test_a_service_that_listens_to_nothing_has_no_consumer(tmp_path: Path) -> None:
    async with a_host(tmp_path, SystemClock()) as host:
        host.service = replace(SERVICE, subscriptions={})
        await host.start()
        assert host._consumer is None
        assert await host.ready()


async def test_background_work_goes_on_after_a_bug_and_what_ended_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matka_kit.host._RESTART_SECONDS", 0.0)
    rounds: list[int] = []

    async def stumbles() -> None:
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise ZeroDivisionError
        if len(rounds) == 3:
            await over.wait()

    over = asyncio.Event()
    with capture_logs() as logs:
        async with a_host(tmp_path, SystemClock()) as host:
            host.service = replace(SERVICE, background=lambda _: [stumbles])
            await host.start()
            await until("it begins a third time", lambda: len(rounds) == 3)
            assert await host.ready()
            over.set()
            await until("its end is noticed", lambda: _not_ready(host))
    assert [log["event"] for log in logs] == ["background work begins again"] * 2


async def _not_ready(host: Host[tally.Tallying]) -> bool:
    return not await host.ready()


async def test_one_part_that_does_not_close_leaves_none_of_the_others_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matka_kit.host._CLOSE_SECONDS", 0.05)

    async def stuck() -> None:
        await asyncio.Event().wait()

    async def fails(_: object) -> None:
        raise ZeroDivisionError

    with capture_logs() as logs:
        async with a_host(tmp_path, SystemClock()) as host:
            host.service = replace(SERVICE, close=fails)
            monkeypatch.setattr(host._client, "close", stuck)  # the network hangs
            store = host._store
    assert [log["error"] for log in logs] == ["ZeroDivisionError", "TimeoutError"]
    with pytest.raises(Exception, match="closed"):
        await store.ping()


async def test_what_is_in_hand_is_published_before_the_end(tmp_path: Path) -> None:
    bus = MemoryBus()
    async with a_host(tmp_path, SystemClock(), bus) as host:
        await host.start()
        for number in range(20):
            one = a_tally(str(number))
            await host.deps.tallies.add(one, one.count(), a_command())
    assert len(numbers(bus)) == 20


async def test_a_replica_without_its_key_does_not_open_and_lets_go_of_the_store(tmp_path: Path) -> None:
    settings = ServiceSettings(
        broker_url="memory:", store_url=f"sqlite:{tmp_path}", keys=tmp_path / "nowhere"
    )
    parts = Parts(MemoryBus(), SystemClock(), topology_of([SERVICE], (5,)))
    with pytest.raises(FileNotFoundError):
        await Host.open(SERVICE, settings, parts)


async def test_activity_is_the_services_not_the_replicas_where_it_is_about_what_is_owed(
    tmp_path: Path,
) -> None:
    clock = ManualClock(NOON)
    async with a_replica(tmp_path, clock) as other:
        await other.a_stored_tally(counted=1)
        await other.tallies.update("one", lambda each: each.set_alarm("tea", later(hours=1)), a_command())
    async with a_host(tmp_path, clock, instance="2") as host:
        host.service = replace(SERVICE, waiting=lambda _: _five())
        activity = await host.activity()
    assert (activity.instance, activity.outboxes, activity.waiting, activity.retrying) == ("2", 1, 5, 0)
    assert (activity.next_due, activity.due) == (later(hours=1), False)


async def _five() -> int:
    return 5


def test_the_topology_of_services_has_their_subscriptions_and_urgent_lanes() -> None:
    urgent = replace(SERVICE, urgent=frozenset({Counted}))
    assert topology_of([SERVICE], (5,)).services == {"tally": ["tally.counted.v1"]}
    topology = topology_of([urgent], (5, 30))
    assert (topology.services, topology.urgent, topology.rungs) == (
        {"tally": []},
        {"tally": ["tally.counted.v1"]},
        (5, 30),
    )


def test_a_process_gets_the_clock_that_its_settings_name(tmp_path: Path) -> None:
    settings = ServiceSettings(broker_url="memory:", store_url="sqlite:x", keys=tmp_path, rungs=(1, 2))
    parts = system_parts(SERVICE, settings, MemoryBus())
    assert isinstance(parts.clock, SystemClock)
    assert parts.topology.rungs == (1, 2)


def test_what_pydantic_says_of_an_aggregate_quotes_nothing_for_a_log_to_keep() -> None:
    with pytest.raises(ValidationError) as refused:
        Tally.model_validate({"id": "one", "seat": ["Amal Haddad"]})
    assert "Amal" not in str(refused.value)
