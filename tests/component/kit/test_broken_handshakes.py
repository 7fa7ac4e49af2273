"""A broker that hangs up in the middle of its greeting, at any byte of it, is asked again until it answers.

It runs on the loop that services run on: there what ends at once has ended before the client library reads.
"""

import gc
import itertools
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
import uvloop

from matka_kit.amqp import BROKER_TROUBLE, Link
from matka_kit.amqp.calls import connect
from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.topology import apply
from tests.support.trial import Handler, message, topology
from tests.support.waiting import until

# The client library leaves the closing of a connection that never came to be; here it is cleared away, too.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine 'Connection.close' was never awaited")
_GREETINGS = 2  # one for the publisher, one for the consumer
_CUTS = (0, 1, 7, 8, 100, 400, 480, 520, 540, 560, 600)  # bytes; the broker's whole greeting has some 560
_TRIES = 20


@pytest.fixture(autouse=True)
def cleared() -> Iterator[None]:
    yield
    gc.collect()


@contextmanager
def a_door(url: str, *, hangs_up_after: int, times: int) -> Iterator[str]:
    """The broker behind a door that hangs up so many times after so many bytes of the broker's, then never.

    It has a thread of its own, for it does not wait until the caller has read what there is.
    """
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    with closing(socket.create_server(("127.0.0.1", 0))) as door, ThreadPoolExecutor() as threads:
        port = door.getsockname()[1]
        serving = threads.submit(_serve, threads, door, (parts.hostname, parts.port), hangs_up_after, times)
        try:
            yield url.replace(f":{parts.port}", f":{port}")
        finally:
            door.shutdown(socket.SHUT_RDWR)
            serving.result(5)


def _serve(
    threads: ThreadPoolExecutor, door: socket.socket, broker: tuple[str, int], after: int, times: int
) -> None:
    for number in itertools.count():
        try:
            caller, _ = door.accept()
        except OSError:  # it was shut for good
            return
        if number < times and after == 0:
            caller.close()
            continue
        above = socket.create_connection(broker)
        threads.submit(_pass, caller, above, None)
        threads.submit(_pass, above, caller, after if number < times else None)


def _pass(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """One direction, to its end or to so many bytes; whoever hangs up first ends the other side too."""
    left = most
    with suppress(OSError):
        while left != 0 and (chunk := source.recv(left or 65_536)):
            target.sendall(chunk)
            left = None if left is None else left - len(chunk)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
    target.close()


def test_a_door_that_is_shut_at_once_is_the_brokers_trouble(broker: str) -> None:
    async def knock(url: str) -> None:
        for _ in range(_TRIES):
            with pytest.raises(BROKER_TROUBLE):
                await connect(url, "test")

    with a_door(broker, hangs_up_after=0, times=_TRIES) as url:
        uvloop.run(knock(url))


@pytest.mark.parametrize("after", _CUTS)
def test_a_greeting_that_is_cut_short_is_begun_again(broker: str, after: int) -> None:
    async def serve(url: str) -> None:
        await apply(broker, topology())
        bus, handler = RabbitBus(url, name="test"), Handler()
        await bus.consume(Subscription("alpha", topology(), handler))
        await until("the consumer is served", lambda: bus.consuming, 20)

        async def is_confirmed() -> bool:
            return bool(await bus.publish([message(1)]))

        await until("it is published", is_confirmed, 20)
        await until("it is handled", lambda: handler.handled[:1] == [1])
        await bus.close()

    with a_door(broker, hangs_up_after=after, times=_GREETINGS) as url:
        uvloop.run(serve(url))


async def test_a_link_outlives_a_mistake_in_what_is_made_on_it(broker: str) -> None:
    tries: list[int] = []

    async def build(_: object) -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise ValueError("a bug of ours")

    link = Link(broker, "test", build)
    link.start()
    await until("it is built in the end", lambda: len(tries) == 3 and link.known.is_set())
    await link.stop()
