"""What a rehearsal sees of a running stack: who is busy with what, and when the next timer is due."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aio_pika.abc import AbstractChannel, AbstractConnection

from matka_cli.rehearse.recording import LISTENER, Recording
from matka_cli.rehearse.wire import Unreachable, Wire
from matka_cli.stack import Replica, Stack
from matka_kit.amqp import BROKER_TROUBLE, close, connect, no_false_cancellation
from matka_kit.topology import Topology, depths

_DONE = ("received", "settled", "published", "fired")
_OWED = ("outboxes", "jobs", "waiting", "retrying", "due")
Activity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what is busy, by name, the counters that must stand still, and the next timer.

    `done` says per replica how much it has brought to an end, which a message that only goes round the
    retry rungs does not add to.
    """

    busy: dict[str, Any]
    counters: tuple[int, ...]
    retried: int
    next_due: datetime | None
    done: Mapping[str, int] = field(default_factory=dict)

    def is_idle_after(self, before: "Look | None") -> bool:
        """Whether two looks in a row found nothing to do and the same counters."""
        if before is None or before.busy or self.busy:
            return False
        return before.counters == self.counters


class Queues:
    """Counts what waits at the broker, over a connection that is made again whenever it fails."""

    def __init__(self, url: str, topology: Topology) -> None:
        self._url = url
        self._topology = topology
        self._open: tuple[AbstractConnection, AbstractChannel] | None = None

    async def close(self) -> None:
        """Let go of the connection."""
        if self._open is not None:
            connection, _ = self._open
            self._open = None
            await close(connection)

    async def waiting(self, *, lanes_only: bool) -> dict[str, int] | None:
        """How many messages are ready in each queue; None while the broker does not answer.

        On a machine under load an answer may take longer than the client waits, which closes the channel.
        """
        try:
            with no_false_cancellation():
                if self._open is None:
                    connection = await connect(self._url, "rehearsal counts")
                    self._open = connection, await connection.channel()
                return await depths(self._open[1], self._topology, lanes_only=lanes_only)
        except BROKER_TROUBLE:
            await self.close()
            return None


class Watch:
    """Asks replicas what they are at, each over a connection of its own, and the broker what waits.

    `listening` tells whether the recording hears what passes.
    """

    def __init__(
        self, stack: Stack, queues: Queues, recording: Recording, listening: Callable[[], bool]
    ) -> None:
        self._stack = stack
        self._queues = queues
        self._recording = recording
        self._listening = listening
        self._wires: dict[str, Wire] = {}
        self._retries: tuple[object, ...] = ()
        self._rungs_were_empty_at: tuple[object, ...] | None = None

    async def close(self) -> None:
        """Let go of all connections."""
        await self._queues.close()
        for wire in self._wires.values():
            await wire.close()

    async def at(self, names: Iterable[str]) -> Look:
        """A look at these replicas alone, which tells whether any of them is still busy."""
        wanted = set(names)
        return await self._look([each for each in self._stack.replicas if each.name in wanted], {})

    async def at_everything(self) -> Look:
        """A look at the queues first and then at every replica.

        What lay ready in a queue at the first glance and is delivered by the second shows in a counter.
        Nothing comes upon a rung unless a replica counts a retry: rungs that were found empty are so until
        then, or until a process is another one. A retry since the look before shows in its other counters.
        """
        retries = self._retries
        queued = await self.queued(lanes_only=retries == self._rungs_were_empty_at)
        if not queued:
            self._rungs_were_empty_at = retries
        deaf = {} if self._listening() else {LISTENER: "away"}
        return await self._look(self._stack.replicas, queued | deaf)

    async def queued(self, *, lanes_only: bool = False) -> dict[str, Any]:
        """The queues in which something is ready, dead letters apart; of a broker that is away only that."""
        waiting = await self._queues.waiting(lanes_only=lanes_only)
        if waiting is None:
            return {"broker": "does not answer"}
        return {name: number for name, number in waiting.items() if number and not name.endswith(".dead")}

    async def at_replicas(self) -> Look:
        """A look at every replica, without the queues."""
        return await self._look(self._stack.replicas, {})

    async def activities(self) -> list[Activity | None]:
        """What every replica says of itself, in their order; None for one that is away."""
        return await asyncio.gather(*(self._activity(each) for each in self._stack.replicas))

    async def work_of(self, services: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What each replica of these services that is there has to do."""
        wanted = set(services)
        replicas = [each for each in self._stack.replicas if each.service in wanted]
        answers = await asyncio.gather(*(self._activity(each) for each in replicas))
        both = zip(replicas, answers, strict=True)
        return {replica.name: work for replica, answer in both if answer and (work := _work(answer))}

    async def is_consuming(self, services: Iterable[str]) -> bool:
        """Whether messages reach every replica of these services."""
        wanted = set(services)
        replicas = [each for each in self._stack.replicas if each.service in wanted]
        answers = await asyncio.gather(*(self._activity(each) for each in replicas))
        return all(answer is not None and answer["consuming"] for answer in answers)

    async def _look(self, replicas: list[Replica], queued: dict[str, Any]) -> Look:
        answers = await asyncio.gather(*(self._activity(each) for each in replicas))
        if replicas is self._stack.replicas:
            self._retries = tuple(
                (each.kept.pid, answer and answer["retried"])
                for each, answer in zip(replicas, answers, strict=True)
            )
        found = [answer for answer in answers if answer is not None]
        busy = {
            replica.name: owed
            for replica, answer in zip(replicas, answers, strict=True)
            if (owed := _owed(answer))
        }
        counters = [self._recording.count, *(answer[name] for answer in found for name in _DONE)]
        moments = [datetime.fromisoformat(each["next_due"]) for each in found if each["next_due"]]
        retried = sum(answer["retried"] for answer in found)
        done = {answer["instance"]: _done(answer) for answer in found}
        return Look(queued | busy, tuple(counters), retried, min(moments, default=None), done)

    async def _activity(self, replica: Replica) -> Activity | None:
        if replica.url not in self._wires:
            self._wires[replica.url] = Wire(replica.url)
        wire = self._wires[replica.url]
        try:
            answer = await wire.request("GET", "/activity")
        except Unreachable:
            return None
        found: Activity | None = answer.json() if answer.status == 200 else None
        return found


def _done(answer: Activity) -> int:
    """How much a replica has brought to an end since it started."""
    return int(answer["settled"] - answer["retried"] + answer["published"] + answer["fired"])


def _owed(answer: Activity | None) -> dict[str, Any] | str:
    """What one replica is busy with; nothing when it is idle."""
    if answer is None:
        return "away"
    return _work(answer) if answer["consuming"] else _work(answer) | {"consuming": False}


def _work(answer: Activity) -> dict[str, Any]:
    work = {name: answer[name] for name in _OWED if answer[name]}
    in_hand = answer["received"] - answer["settled"]
    return work | {"in hand": in_hand} if in_hand else work
