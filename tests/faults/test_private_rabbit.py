"""Private RabbitMQ nodes: side by side, over leftovers, never outliving whoever started them."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from matka_cli.backing.rabbitmq import PrivateRabbit, RabbitFailed
from matka_kit.topology import apply, depths
from tests.support.broker import Node
from tests.support.trial import topology
from tests.support.waiting import until

_STARTER = """
import asyncio, sys
from pathlib import Path
from matka_cli.backing.rabbitmq import PrivateRabbit

async def main():
    node = PrivateRabbit()
    await node.start(Path(sys.argv[1]))
    Path(sys.argv[1], "up").write_text(str(node.pid))
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_two_run_side_by_side_and_a_stopped_one_finds_its_data_again(
    own_node: Node, tmp_path: Path
) -> None:
    second = PrivateRabbit()
    try:
        first_url = await second.start(tmp_path)
        assert second.url.rpartition("@")[2] != own_node.url.rpartition("@")[2]
        await apply(second.url, topology())
        await second.stop()
        assert second.pid is None

        assert await second.start(tmp_path) == first_url
        assert set(await depths(second.url, topology()))
    finally:
        await second.stop()
    assert not (tmp_path / "pids").exists()


async def test_it_dies_with_a_killed_parent_and_starts_again_on_what_that_left(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _STARTER, str(tmp_path), env=environment
    )
    await until("the node is up", (tmp_path / "up").exists, 30)
    pid = int((tmp_path / "up").read_text())
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await until("the node is gone with its parent", lambda: not Path(f"/proc/{pid}").exists(), 10)

    again = PrivateRabbit()
    try:
        await again.start(tmp_path)
    finally:
        await again.stop()


async def test_a_node_left_running_is_ended_before_another_starts_on_its_data(tmp_path: Path) -> None:
    left, again = PrivateRabbit(), PrivateRabbit()
    try:
        await left.start(tmp_path)
        pid = left.pid

        await again.start(tmp_path)

        assert left.pid is None
        assert again.pid not in (None, pid)
    finally:
        await again.stop()
        await left.stop()


async def test_taken_ports_are_exchanged_for_others(tmp_path: Path) -> None:
    node = PrivateRabbit()
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        (tmp_path / "ports.json").write_text(f'{{"amqp": {taken}, "epmd": 1, "dist": 2}}')
        try:
            assert f":{taken}/" not in await node.start(tmp_path)
        finally:
            await node.stop()


async def test_a_server_that_does_not_come_up_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    node = PrivateRabbit(server=Path("/bin/false"))

    with pytest.raises(RabbitFailed, match="did not come up"):
        await node.start(tmp_path)

    assert node.pid is None
    assert not (tmp_path / "pids").exists()


async def test_its_secrets_are_readable_by_their_owner_only(own_node: Node) -> None:
    data = Path(own_node.environment["HOME"])
    for name in ("password", ".erlang.cookie", "rabbitmq.conf"):
        assert (data / name).stat().st_mode & 0o077 == 0
