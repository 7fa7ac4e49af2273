"""What a rehearsal sees of broker and replicas: every lane at each look, the rungs when there was a retry."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aio_pika import Message
from aio_pika.abc import AbstractChannel

from matka_cli.rehearse.looking import Queues, Watch
from matka_cli.rehearse.recording import Recording
from matka_cli.stack import Options, Replica, Stack
from matka_kit.amqp import session
from matka_kit.topology import Topology, apply
from tests.support.waiting import until

TOPOLOGY = Topology({"people": []}, rungs=(60,))
LANE, RUNG, DEAD = "people.work", "people.retry.60s", "people.dead"


class Telling:
    """A replica that answers what a test lets it say."""

    def __init__(self) -> None:
        self.process = SimpleNamespace(pid=1)
        self.listeners = 0
        self.heard = True
        self.said: dict[str, Any] = {
            **dict.fromkeys(("received", "settled", "published", "fired", "retried"), 7),
            **dict.fromkeys(("outboxes", "jobs", "waiting", "retrying"), 0),
            "instance": "people-1",
            "consuming": True,
            "due": False,
            "next_due": None,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.listeners += 1
        while await reader.read(10_000):
            body = json.dumps(self.said).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()
        await writer.wait_closed()
        self.listeners -= 1


@pytest.fixture
def replica() -> Telling:
    return Telling()


@pytest.fixture
async def url(broker: str) -> str:
    await apply(broker, TOPOLOGY)
    return broker


@pytest.fixture
async def channel(url: str) -> AsyncIterator[AbstractChannel]:
    async with session(url, "test") as connection:
        yield await connection.channel()


@pytest.fixture
def queues(url: str) -> Queues:
    return Queues(url, TOPOLOGY)


@pytest.fixture
async def watch(replica: Telling, queues: Queues, tmp_path: Path) -> AsyncIterator[Watch]:
    listening = await asyncio.start_server(replica.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    stack = Stack(Options(tmp_path), _nothing)
    stack.replicas = [Replica("people", 1, url, replica.process)]  # type: ignore[arg-type]  # its number is all
    watch = Watch(stack, queues, Recording(), lambda: replica.heard)
    yield watch
    await watch.close()
    listening.close()
    await until("nobody listens to the replica any more", lambda: replica.listeners == 0)


async def _nothing(_url: str, _rungs: tuple[int, ...]) -> None:
    """A stack that is never started needs no preparation."""


async def put(channel: AbstractChannel, queue: str) -> None:
    await channel.default_exchange.publish(Message(b"x"), queue)


async def seen(watch: Watch) -> dict[str, Any]:
    await watch.at_replicas()
    return (await watch.at_everything()).busy


async def test_what_waits_in_a_lane_or_on_a_rung_is_seen_and_dead_letters_are_none_of_it(
    watch: Watch, channel: AbstractChannel
) -> None:
    for queue in (LANE, RUNG, DEAD):
        await put(channel, queue)
    assert await seen(watch) == {LANE: 1, RUNG: 1}
    assert await seen(watch) == {LANE: 1, RUNG: 1}, "until they are gone"


async def test_who_takes_events_down_and_hears_nothing_is_busy(watch: Watch, replica: Telling) -> None:
    replica.heard = False
    assert await seen(watch) == {"rehearsal": "away"}


async def test_lanes_are_looked_into_each_time(watch: Watch, channel: AbstractChannel) -> None:
    assert await seen(watch) == {}
    await put(channel, LANE)
    assert await seen(watch) == {LANE: 1}


async def test_rungs_that_were_empty_are_looked_into_again_when_a_retry_is_counted(
    watch: Watch, replica: Telling, channel: AbstractChannel
) -> None:
    assert await seen(watch) == {}
    await put(channel, RUNG)
    assert await seen(watch) == {}, "nobody has counted a retry: nothing of ours can be there"
    replica.said["retried"] += 1
    assert await seen(watch) == {RUNG: 1}
    await (await channel.get_queue(RUNG)).purge()
    assert await seen(watch) == {}


async def test_rungs_are_looked_into_again_when_a_process_is_another_one(
    watch: Watch, replica: Telling, channel: AbstractChannel
) -> None:
    assert await seen(watch) == {}
    await put(channel, RUNG)
    replica.process.pid = 2
    assert await seen(watch) == {RUNG: 1}


async def test_a_connection_that_fails_is_no_end_of_looking(
    watch: Watch, queues: Queues, channel: AbstractChannel
) -> None:
    assert await seen(watch) == {}
    assert queues._open is not None
    await queues._open[1].close()
    await put(channel, LANE)
    assert await seen(watch) == {"broker": "does not answer"}
    assert await seen(watch) == {LANE: 1}
