"""Commands over many documents: a job document with a cursor that any replica can take up again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog
from pydantic import AwareDatetime, Field

from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate
from matka_kit.cause import Cause
from matka_kit.clock import Clock
from matka_kit.crash import CrashPoint, reach
from matka_kit.errors import DomainError, Transient, Unavailable
from matka_kit.repository import Repository
from matka_kit.shape import Shape
from matka_kit.store import Collection, Query, Range

_ABANDONED_AFTER = timedelta(seconds=10)
_FAILURES_BEFORE_GIVING_UP = 5
_PAUSE_SECONDS = 1.0
_log = structlog.get_logger()

JOBS = Collection(
    "jobs",
    {"status": str, "touched": datetime, "scope": str},
    indexes=(("status", "touched"), ("scope", "touched")),
)


class Job(Aggregate):
    """A command over many documents and how far it is. `touched` is machine time."""

    kind: str
    scope: str
    params: dict[str, Any] = Field(default_factory=dict)
    cursor: str = ""
    done: int = 0
    total: int = 0
    status: Literal["running", "finished", "cancelled", "failed"] = "running"
    touched: AwareDatetime
    failures: int = 0
    problem: str = ""

    def advance(self, step: "Step", now: datetime) -> Sequence[Event]:
        """Note what one step has done."""
        self.cursor, self.done, self.touched, self.failures = step.cursor, self.done + step.done, now, 0
        if self.status == "running" and step.finished:
            self.status = "finished"
            return step.events
        return ()

    def stumble(self, problem: str, now: datetime, *, final: bool) -> Sequence[Event]:
        """Note a step that failed; a job gives up on a broken rule or after five failures."""
        self.failures, self.touched, self.problem = self.failures + 1, now, problem
        if final or self.failures >= _FAILURES_BEFORE_GIVING_UP:
            self.status = "failed"
        return ()

    def cancel(self) -> Sequence[Event]:
        """Stop before the next step; what is done stays done."""
        if self.status == "running":
            self.status = "cancelled"
        return ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of a job did: where to go on, with how many documents, and whether it was the last."""

    cursor: str
    done: int
    finished: bool = False
    events: Sequence[Event] = field(default=())


StepFunction = Callable[[Job, Cause], Awaitable[Step]]

JOB_SHAPE = Shape(JOBS, Job)


class JobRunner:
    """Runs the jobs of a service; every replica has one and takes up what another has dropped."""

    def __init__(self, jobs: Repository[Job], clock: Clock, steps: Mapping[str, StepFunction]) -> None:
        self._jobs = jobs
        self._clock = clock
        self._steps = steps
        self._active: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    @property
    def active(self) -> int:
        """How many jobs this replica is working on."""
        return len(self._active)

    async def start(self, job: Job, cause: Cause) -> Job:
        """Store a new job and begin with it at once; the same command again finds the same job."""
        stored = await self._jobs.add(job, (), cause)
        if stored.status == "running":
            self._take(stored.id)
        return stored

    async def get(self, id: str) -> Job:
        """The job of this id. Raises `NotFound`."""
        return await self._jobs.get(id)

    async def peek(self, id: str) -> Job | None:
        """The job of this id, if there is one."""
        return await self._jobs.peek(id)

    async def cancel(self, id: str, cause: Cause) -> Job:
        """Ask a job to stop before its next step."""
        return await self._jobs.update(id, Job.cancel, cause)

    async def unfinished(self) -> int:
        """How many jobs of all replicas are running."""
        return await self._jobs.count({"status": "running"})

    async def run(self) -> None:
        """Until cancelled, look for jobs that nobody has touched for ten seconds of machine time."""
        while True:
            try:
                await self.adopt()
            except Unavailable as error:
                _log.warning("jobs wait", dependency=error.dependency)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def adopt(self) -> None:
        """Take up what no replica has touched for ten seconds. Raises `Unavailable`."""
        before = self._clock.machine() - _ABANDONED_AFTER
        page = await self._jobs.find(Query({"status": "running", "touched": Range(lt=before)}, limit=20))
        for job in page.items:
            self._take(job.id)

    async def finish_active(self) -> None:
        """Wait until the jobs that this replica is at now are done or put aside."""
        await asyncio.gather(*self._active.values(), return_exceptions=True)

    async def stop(self) -> None:
        """Drop what this replica is at and take nothing up again; another replica does."""
        self._stopped = True
        for task in self._active.values():
            task.cancel()
        await self.finish_active()

    def _take(self, id: str) -> None:
        if id not in self._active and not self._stopped:
            task = asyncio.create_task(self._work(id))
            self._active[id] = task
            task.add_done_callback(lambda _: self._active.pop(id, None))

    async def _work(self, id: str) -> None:
        try:
            job = await self._jobs.get(id)
            while job.status == "running":
                job = await self._step(job)
        except (Unavailable, Transient) as error:  # adopted again after ten seconds
            _log.warning("job waits", job=id, reason=str(error))
        except Exception:  # noqa: BLE001 - logged, and adopted again as well
            _log.exception("job is put aside", job=id)

    async def _step(self, job: Job) -> Job:
        cause = Cause(f"{job.id}:{job.cursor}:{job.done}:{job.failures}", correlation_id=job.id)
        try:
            step = await self._steps[job.kind](job, cause)
        except (Unavailable, Transient):
            raise
        except DomainError as error:
            problem, final = error.code_of(), True
        except Exception as error:  # noqa: BLE001 - a bug: tried again, then given up where staff see it
            _log.exception("job step failed", job=job.id, kind=job.kind)
            problem, final = type(error).__name__, False
        else:
            reach(CrashPoint.IN_JOB_STEP)
            return await self._jobs.update(
                job.id, lambda each: each.advance(step, self._clock.machine()), cause
            )
        return await self._jobs.update(
            job.id, lambda each: each.stumble(problem, self._clock.machine(), final=final), cause
        )
