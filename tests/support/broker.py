"""A RabbitMQ for tests: `MATKA_BROKER_URL` if it is set, else a private node from the installed packages."""

import asyncio
import contextlib
import itertools
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aio_pika.exceptions import ChannelNotFoundEntity

from matka_cli.backing.rabbitmq import PrivateRabbit
from matka_kit.amqp import session
from matka_kit.topology import EVENTS, UNROUTED

_RECORD = "matka.topology"
_CALLS = 3
_numbers = itertools.count(1)


class Node(PrivateRabbit):
    """A private node that tests may ask, or bring into trouble, from the inside."""

    def evaluate(self, expression: str) -> str:
        """Run an Erlang expression on the node; a busy machine may refuse the first connection or two."""
        for _ in range(_CALLS):
            done = self._call(f"{expression}.\n")
            if done.returncode == 0:
                break
        if done.returncode or not done.stdout.startswith("{ok,"):
            raise AssertionError(f"{expression}: {done.returncode} {done.stdout}{done.stderr}")
        return done.stdout

    def _call(self, text: str) -> "subprocess.CompletedProcess[str]":
        cookie = (Path(self.environment["HOME"]) / ".erlang.cookie").read_text()
        command = ["erl_call", "-sname", self.environment["RABBITMQ_NODENAME"], "-c", cookie, "-e"]
        return subprocess.run(
            command, input=text, env=self.environment, capture_output=True, text=True, check=False
        )

    @contextlib.contextmanager
    def vhost(self) -> Iterator[str]:
        """The administrator's URL of a vhost that exists for the length of the block."""
        name = f"test-{next(_numbers)}"
        self.evaluate(f'rabbit_vhost:add(<<"{name}">>, <<"matka">>)')
        self.grant("matka", name, configure=".*", write=".*", read=".*")
        yield self.url + name
        if self.pid is not None:
            self.evaluate(f'rabbit_vhost:delete(<<"{name}">>, <<"matka">>)')

    def grant(self, user: str, vhost: str, *, configure: str, write: str, read: str) -> None:
        """Give a user rights, as regular expressions over names."""
        rights = ", ".join(f'<<"{pattern}">>' for pattern in (configure, write, read))
        self.evaluate(
            f"rabbit_auth_backend_internal:set_permissions"
            f'(<<"{user}">>, <<"{vhost}">>, {rights}, <<"matka">>)'
        )


@contextlib.contextmanager
def running_node(folder: Path) -> Iterator[Node]:
    """A private node that runs for the length of the block."""
    node = Node()
    asyncio.run(node.start(folder))
    try:
        yield node
    finally:
        asyncio.run(node.stop())


@pytest.fixture(scope="session")
def shared_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """The private node of the whole run; nobody may harm it."""
    with running_node(tmp_path_factory.mktemp("rabbit")) as node:
        yield node


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> Iterator[str]:
    """An administrator's AMQP URL, with nothing on it and for this test alone."""
    given = os.environ.get("MATKA_BROKER_URL")
    if given is None:
        node: Node = request.getfixturevalue("shared_node")
        with node.vhost() as url:
            yield url
    else:
        asyncio.run(_wipe(given))
        yield given
        asyncio.run(_wipe(given))


async def _wipe(url: str) -> None:
    """Delete what an applied topology left on a broker that is not ours to restart."""
    async with session(url, "matka tests") as connection:
        channel = await connection.channel()
        try:
            record = await (await channel.declare_queue(_RECORD, passive=True)).get(fail=False)
        except ChannelNotFoundEntity:
            return
        queues: list[str] = json.loads(record.body)["queues"] if record else []
        if record is not None:
            await record.ack()
        for queue in {*queues, _RECORD}:
            await channel.queue_delete(queue)
        own = {f"matka.{queue.split('.')[0]}" for queue in queues}
        for exchange in {EVENTS, UNROUTED, *own}:
            await channel.exchange_delete(exchange)
