"""Jobs: each step once, taken up by another replica, cancelled, given up where staff can see it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from matka_kit.bus import MemoryBus
from matka_kit.cause import Cause
from matka_kit.clock import ManualClock
from matka_kit.errors import NotFound, Transient, Unavailable
from matka_kit.host import Host
from matka_kit.jobs import Job, Step
from matka_kit.repository import KeyReused
from tests.support.tally import TallyClosed, Tallying, a_tally
from tests.support.waiting import until
from tests.support.workshop import NOON, a_command, a_host, numbers


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A failing step writes its whole trace into the log; that is long."""
    with capture_logs():
        yield


def a_job(clock: ManualClock, *, total: int = 3, kind: str = "count", scope: str = "plain") -> Job:
    return Job(id="job", kind=kind, scope=scope, total=total, touched=clock.machine())


@asynccontextmanager
async def running(folder: Path, clock: ManualClock, bus: MemoryBus) -> AsyncIterator[Host[Tallying]]:
    async with a_host(folder, clock, bus) as host:
        await host.start()
        yield host


async def test_a_job_goes_on_to_its_last_step_and_shows_how_far_it_is(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with a_host(tmp_path, clock) as host:
        jobs = host.deps.jobs
        started = await jobs.start(a_job(clock), a_command())
        assert (started.status, jobs.active) == ("running", 1)
        await jobs.finish_active()
        done = await jobs.get("job")
        assert (done.status, done.done, done.total, done.cursor, done.problem) == ("finished", 3, 3, "3", "")
        assert [tally.number for tally in await host.deps.tallies.get_many(["job-1", "job-3"])] == [1, 1]
        assert (jobs.active, await jobs.unfinished()) == (0, 0)


async def test_the_last_step_may_tell_that_the_job_is_done(tmp_path: Path, clock: ManualClock) -> None:
    async def only_step(_: Job, __: Cause) -> Step:
        return Step(cursor="", done=1, finished=True, events=a_tally("all").count())

    bus = MemoryBus()
    async with running(tmp_path, clock, bus) as host:
        host.deps.behaviour["own"] = only_step
        await host.deps.jobs.start(a_job(clock, scope="own"), a_command())
        await host.settle()
        assert numbers(bus) == [1]


async def test_the_same_command_finds_the_same_job_and_does_nothing_twice(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with a_host(tmp_path, clock) as host:
        cause = a_command("digest")
        for _ in range(2):
            await host.deps.jobs.start(a_job(clock), cause)
            await host.deps.jobs.finish_active()
        assert (await host.deps.jobs.get("job")).done == 3
        with pytest.raises(KeyReused):
            await host.deps.jobs.start(a_job(clock), Cause(cause.command_id, "another"))


async def test_a_job_whose_replica_died_is_taken_up_by_another_after_ten_seconds(
    tmp_path: Path, clock: ManualClock
) -> None:
    reached = asyncio.Event()

    async def dies(job: Job, cause: Cause) -> Step:
        if job.cursor == "1":
            reached.set()
            await asyncio.Event().wait()
        return await dead.deps.step(job.model_copy(update={"scope": "plain"}), cause)

    bus = MemoryBus()
    async with a_host(tmp_path, clock, bus) as dead:
        dead.deps.behaviour["own"] = dies
        await dead.deps.jobs.start(a_job(clock, scope="own"), a_command())
        await reached.wait()
    async with a_host(tmp_path, clock, bus) as alive:
        await alive.deps.jobs.adopt()
        assert alive.deps.jobs.active == 0, "its replica may be just slow"
        clock.elapse(11)
        await alive.deps.jobs.adopt()
        await alive.deps.jobs.finish_active()
        done = await alive.deps.jobs.get("job")
        assert (done.status, done.done) == ("finished", 3)


async def test_a_started_replica_looks_for_dropped_jobs_by_itself(tmp_path: Path, clock: ManualClock) -> None:
    async with a_host(tmp_path, clock) as dead:
        await dead.deps.jobs.stop()
        await dead.deps.jobs.start(a_job(clock), a_command())
        assert dead.deps.jobs.active == 0, "a replica that stops begins nothing"
    clock.elapse(11)
    async with running(tmp_path, clock, MemoryBus()) as alive:
        await until("it is finished", lambda: _is(alive, "finished"))


async def _is(host: Host[Tallying], status: str) -> bool:
    return (await host.deps.jobs.get("job")).status == status


async def test_two_replicas_at_one_job_do_no_step_twice(tmp_path: Path, clock: ManualClock) -> None:
    bus = MemoryBus()
    async with running(tmp_path, clock, bus) as one, running(tmp_path, clock, bus) as two:
        await one.deps.jobs.start(a_job(clock, total=20), a_command())
        clock.elapse(11)
        await two.deps.jobs.adopt()
        for host in (one, two):
            await host.settle()
        done = await one.deps.jobs.get("job")
        assert (done.status, done.done) == ("finished", 20)
        assert len({each.event_id for each in bus.published}) == 20


async def test_a_cancelled_job_stops_before_its_next_step(tmp_path: Path, clock: ManualClock) -> None:
    async with a_host(tmp_path, clock) as host:

        async def cancelled_meanwhile(job: Job, _: Cause) -> Step:
            await host.deps.jobs.cancel(job.id, a_command())
            return Step(cursor="1", done=1)

        host.deps.behaviour["own"] = cancelled_meanwhile
        await host.deps.jobs.start(a_job(clock, scope="own"), a_command())
        await host.deps.jobs.finish_active()
        job = await host.deps.jobs.get("job")
        assert (job.status, job.done) == ("cancelled", 1), "what is done stays done"


async def test_a_finished_job_cannot_be_cancelled(tmp_path: Path, clock: ManualClock) -> None:
    async with a_host(tmp_path, clock) as host:
        await host.deps.jobs.start(a_job(clock), a_command())
        await host.deps.jobs.finish_active()
        assert (await host.deps.jobs.cancel("job", a_command())).status == "finished"
        with pytest.raises(NotFound):
            await host.deps.jobs.cancel("nobody's", a_command())


async def test_a_broken_rule_ends_a_job_and_is_named(tmp_path: Path, clock: ManualClock) -> None:
    async def breaks(_: Job, __: Cause) -> Step:
        raise TallyClosed

    async with a_host(tmp_path, clock) as host:
        host.deps.behaviour["own"] = breaks
        await host.deps.jobs.start(a_job(clock, scope="own"), a_command())
        await host.deps.jobs.finish_active()
        job = await host.deps.jobs.get("job")
        assert (job.status, job.failures, job.problem) == ("failed", 1, "tally-closed")


async def test_a_bug_is_given_up_after_five_failures_in_a_row(tmp_path: Path, clock: ManualClock) -> None:
    attempts: list[str] = []

    async def fails(job: Job, _: Cause) -> Step:
        attempts.append(job.cursor)
        if job.cursor == "" and len(attempts) == 3:
            return Step(cursor="1", done=1)
        raise ZeroDivisionError("nobody may read this")

    async with a_host(tmp_path, clock) as host:
        host.deps.behaviour["own"] = fails
        await host.deps.jobs.start(a_job(clock, scope="own"), a_command())
        await host.deps.jobs.finish_active()
        job = await host.deps.jobs.get("job")
        assert (job.status, job.problem, job.done) == ("failed", "ZeroDivisionError", 1)
        assert attempts == ["", "", "", "1", "1", "1", "1", "1"]


async def test_a_kind_that_nobody_knows_is_given_up(tmp_path: Path, clock: ManualClock) -> None:
    async with a_host(tmp_path, clock) as host:
        await host.deps.jobs.start(a_job(clock, kind="unheard-of"), a_command())
        await host.deps.jobs.finish_active()
        assert await _is(host, "failed")


@pytest.mark.parametrize("trouble", [Unavailable("people"), Transient("people is busy")])
async def test_a_job_waits_for_whoever_is_away_or_busy_and_goes_on(
    tmp_path: Path, clock: ManualClock, trouble: Exception
) -> None:
    attempts: list[str] = []

    async def away_at_first(job: Job, _: Cause) -> Step:
        attempts.append(job.cursor)
        if len(attempts) <= 7:
            raise trouble
        return Step(cursor="1", done=1, finished=True)

    async with a_host(tmp_path, clock) as host:
        host.deps.behaviour["own"] = away_at_first
        await host.deps.jobs.start(a_job(clock, scope="own"), a_command())
        clock.elapse(11)
        for _ in range(7):
            await host.deps.jobs.finish_active()
            job = await host.deps.jobs.get("job")
            assert (job.status, job.failures) == ("running", 0)
            await host.deps.jobs.adopt()
        await host.deps.jobs.finish_active()
        assert await _is(host, "finished")


async def test_a_job_that_cannot_even_be_noted_is_put_aside_and_taken_up_again(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_host(tmp_path, clock) as host:
        update = host.deps.jobs._jobs.update

        async def fails(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(host.deps.jobs._jobs, "update", fails)
        await host.deps.jobs.start(a_job(clock), a_command())
        await host.deps.jobs.finish_active()
        assert await _is(host, "running")
        monkeypatch.setattr(host.deps.jobs._jobs, "update", update)
        clock.elapse(11)
        await host.deps.jobs.adopt()
        await host.deps.jobs.finish_active()
        assert await _is(host, "finished")


async def test_looking_for_jobs_goes_on_after_the_store_was_away(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_host(tmp_path, clock) as host:
        await host.deps.jobs.start(a_job(clock, total=1, scope="own"), a_command())
        await host.deps.jobs.finish_active()
        find, asked = host.deps.store.find, []

        async def away_at_first(*given: Any) -> Any:
            asked.append(given)
            if len(asked) == 1:
                raise Unavailable("store")
            return await find(*given)

        monkeypatch.setattr(host.deps.store, "find", away_at_first)  # back the second time
        looking = asyncio.create_task(host.deps.jobs.run())
        await until("it looks again", lambda: len(asked) == 2)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
