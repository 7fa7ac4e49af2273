"""The rehearsal's HTTP client against a server that answers what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from matka_cli.rehearse.wire import Unreachable, Wire


class Server:
    """Answers with the next of its answers, and notes what it was asked and over how many connections."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.asked: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while self.answers:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0
            )
            self.asked.append(head + await reader.readexactly(length))
            answer = self.answers.pop(0)
            writer.write(answer)
            await writer.drain()
            if not answer or b"connection: close" in answer:
                break
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, Wire]]:
    """A server on loopback and a wire to it."""
    told = Server()
    listening = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    wire = Wire(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    yield told, wire
    await wire.close()
    listening.close()
    await listening.wait_closed()


OK = b'HTTP/1.1 200 OK\r\ncontent-length: 13\r\nX-Kind: new\r\n\r\n{"ok": "yes"}'


async def test_a_connection_is_used_again(server: tuple[Server, Wire]) -> None:
    told, wire = server
    told.answers = [OK, OK]
    first = await wire.request("GET", "/activity")
    second = await wire.request("POST", "/deeds", {"Idempotency-Key": "k"}, b"{}")
    assert (first.status, first.json(), first.headers["x-kind"]) == (200, {"ok": "yes"}, "new")
    assert not second.is_error
    assert told.connections == 1
    assert told.asked[1].endswith(b"Idempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}")


async def test_a_connection_that_was_closed_meanwhile_is_replaced(server: tuple[Server, Wire]) -> None:
    told, wire = server
    told.answers = [OK, b"", OK]
    await wire.request("GET", "/")
    assert (await wire.request("GET", "/")).status == 200
    assert told.connections == 2


async def test_a_server_that_wants_no_more_on_a_connection_gets_a_new_one(
    server: tuple[Server, Wire],
) -> None:
    told, wire = server
    told.answers = [b"HTTP/1.1 503 Away\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", OK]
    assert (await wire.request("GET", "/")).is_error
    assert (await wire.request("GET", "/")).status == 200
    assert told.connections == 2


async def test_a_body_in_chunks_is_put_together(server: tuple[Server, Wire]) -> None:
    told, wire = server
    told.answers = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsel\r\n2;x\r\nko\r\n0\r\n\r\n"
    ]
    assert (await wire.request("GET", "/")).body == b"selko"


async def test_nobody_at_an_address_is_said_so() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1/activity"):
        await Wire("http://127.0.0.1:1").request("GET", "/activity")


async def test_a_server_that_breaks_off_is_away(server: tuple[Server, Wire]) -> None:
    told, wire = server
    told.answers = [b""]
    with pytest.raises(Unreachable):
        await wire.request("GET", "/")
