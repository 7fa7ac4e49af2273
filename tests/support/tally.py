"""A service of no domain, for tests of the kit: tallies that count, ring alarms and hold seats."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from matka_contracts import event as contracts
from matka_contracts.event import Envelope, Event
from matka_kit.aggregate import Aggregate, Timer
from matka_kit.app import serve
from matka_kit.auth import Caller
from matka_kit.cause import Cause
from matka_kit.clock import Clock
from matka_kit.declaration import Service
from matka_kit.errors import DomainError, Transient
from matka_kit.http import CallerOf, CommandOf, service_of
from matka_kit.jobs import Job, JobRunner, Step, StepFunction
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.runtime import Runtime
from matka_kit.shape import Shape
from matka_kit.store import Collection, Store


class TallyEvent(Event):
    """Events that only tests publish."""

    producer: ClassVar[str] = "tally"


class Counted(TallyEvent):
    """A tally stands at `number` now."""

    tally_id: str
    number: int


class AlarmRang(TallyEvent):
    """An alarm of a tally went off."""

    tally_id: str
    alarm: str


_EVENTS = {each.event_type(): each for each in (Counted, AlarmRang)}
for _type in _EVENTS:  # other tests look at all events there are
    del contracts._REGISTRY[_type]


def register() -> None:
    """Let envelopes with these events be opened."""
    contracts._REGISTRY.update(_EVENTS)


def forget() -> None:
    """Let them no longer be opened."""
    for kind in _EVENTS:
        contracts._REGISTRY.pop(kind, None)


class TallyClosed(DomainError):
    """A closed tally counts no more."""


class SeatTaken(DomainError):
    """Another tally has this seat."""


class Tally(Aggregate):
    """Counts, and rings alarms; one named `broken` cannot ring, one named `endless` never stops."""

    seat: str
    number: int = 0
    closed: bool = False
    alarms: dict[str, AwareDatetime] = Field(default_factory=dict)

    def count(self, by: int = 1) -> Sequence[Event]:
        """One event for each number on the way."""
        if self.closed:
            raise TallyClosed(number=self.number)
        numbers = range(self.number + 1, self.number + by + 1)
        self.number += by
        return [Counted(tally_id=self.id, number=number) for number in numbers]

    def close(self) -> Sequence[Event]:
        """Count no more; closing twice changes nothing."""
        self.closed = True
        return ()

    def take_seat(self, seat: str) -> Sequence[Event]:
        """Move to another seat."""
        self.seat = seat
        return self.count()

    def set_alarm(self, alarm: str, at: datetime) -> Sequence[Event]:
        """Ring at a moment, or at another one than before."""
        self.alarms = self.alarms | {alarm: at}
        return ()

    def timers(self) -> Sequence[Timer]:
        """The alarms."""
        return [Timer(alarm, at, "alarm") for alarm, at in self.alarms.items()]

    def fire(self, timer: Timer, _: datetime) -> Sequence[Event]:
        """Ring."""
        if timer.id == "broken":
            raise ZeroDivisionError("nobody may read this")
        if timer.id != "endless":
            self.alarms = {alarm: at for alarm, at in self.alarms.items() if alarm != timer.id}
        return [AlarmRang(tally_id=self.id, alarm=timer.id)]


class Seen(BaseModel):
    """A row about a tally of another service."""

    id: str
    number: int = 0
    colour: str = ""


TALLIES = Collection("tallies", {"seat": str}, indexes=(("seat",),), unique=(("seat",),))
SEEN = Collection("seen", {"number": int}, indexes=(("number",),))
TALLY_SHAPE = Shape(TALLIES, Tally, broken={("seat",): SeatTaken})


@dataclass(frozen=True)
class Tallying:
    """What the service's handlers are given; `behaviour` lets a test decide what a job's steps do."""

    store: Store
    clock: Clock
    jobs: JobRunner
    tallies: Repository[Tally]
    seen: Rows[Seen]
    runtime: Runtime
    behaviour: dict[str, StepFunction]

    @classmethod
    def build(cls, runtime: Runtime) -> "Tallying":
        """Put it together."""
        tallies, seen = runtime.repository(TALLY_SHAPE), runtime.rows(SEEN, Seen)
        return cls(runtime.store, runtime.clock, runtime.jobs, tallies, seen, runtime, {})

    async def step(self, job: Job, cause: Cause) -> Step:
        """Count one tally per step, unless the test wants something else."""
        if own := self.behaviour.get(job.scope):
            return await own(job, cause)
        number = int(job.cursor or 0) + 1
        tally = a_tally(f"{job.id}-{number}")
        await self.tallies.add(tally, tally.count(), cause.child(str(number)))
        return Step(cursor=str(number), done=1, finished=number >= job.total)


async def on_counted(deps: Tallying, event: Counted, envelope: Envelope) -> None:
    """Keep the newest number; number 13 needs a tally that is not there yet."""
    if event.number == 13 and await deps.tallies.peek("thirteen") is None:
        raise Transient("number 13 has to wait")
    await deps.seen.put(event.tally_id, envelope, {"number": event.number})


class Counting(BaseModel):
    """A request to count."""

    model_config = ConfigDict(extra="forbid")

    by: int = Field(default=1, ge=1, le=1000)


DepsOf = Annotated[Tallying, Depends(service_of)]
router = APIRouter()


@router.post("/tallies/{tally_id}")
async def count(
    tally_id: str, body: Counting, deps: DepsOf, caller: CallerOf, cause: CommandOf
) -> dict[str, Any]:
    tally = await deps.tallies.ensure(a_tally(tally_id), lambda each: each.count(body.by), cause)
    return {"number": tally.number, "caller": caller.subject}


@router.post("/tallies/{tally_id}/close")
async def close(tally_id: str, deps: DepsOf, cause: CommandOf) -> None:
    await deps.tallies.update(tally_id, Tally.close, cause)


open_router = APIRouter()


@open_router.get("/loop")
async def loop() -> str:
    return type(asyncio.get_running_loop()).__module__


@router.get("/bug")
async def bug() -> None:
    raise RuntimeError("the password is hunter2")


SERVICE = Service(
    name="tally",
    collections=(TALLIES, SEEN),
    build=Tallying.build,
    routers=(router,),
    public_routers=(open_router,),
    subscriptions={Counted: on_counted},
    timed=lambda deps: (deps.tallies,),
    jobs=lambda deps: {"count": deps.step},
)
SOMEBODY = Caller(subject="somebody")


def a_tally(id_: str = "one", **otherwise: Any) -> Tally:
    """A tally on a seat of its own, standing at nothing."""
    return Tally.model_validate({"id": id_, "seat": f"seat-{id_}"} | otherwise)


if __name__ == "__main__":
    serve(SERVICE)
