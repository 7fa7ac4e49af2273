"""HTTP/1.1 over connections that are kept: as little as a rehearsal's many small requests need."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT = 60.0
_LARGEST_HEAD = 2**16


class Unreachable(Exception):
    """Nobody answers at this address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, its headers by lower-case name, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_error(self) -> bool:
        """Whether the status is 400 or above."""
        return self.status >= 400

    def json(self) -> Any:
        """The body as JSON; nothing where there is none."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class _Line:
    """One open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Wire:
    """The connections to one server; as many as there are requests at once, used again and again."""

    def __init__(self, base: str) -> None:
        address = urlsplit(base)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._free: list[_Line] = []

    async def close(self) -> None:
        """Let go of all connections."""
        for line in self._free:
            line.writer.close()
        self._free.clear()

    async def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Ask and wait for the answer. A kept connection that was closed meanwhile is replaced, once.

        So whoever sends a command gives it an idempotency key. Raises `Unreachable`.
        """
        asked = self._asked(method, path, headers or {}, body)
        while self._free:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                return await self._exchange(self._free.pop(), asked)
        try:
            opened = _Line(*await asyncio.open_connection(self._host, self._port, limit=_LARGEST_HEAD))
            return await self._exchange(opened, asked)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise Unreachable(f"{self._host}:{self._port}{path}: {type(error).__name__}") from error

    def _asked(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        named = {"Host": f"{self._host}:{self._port}", **headers}
        if body or method != "GET":
            named["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1") + body

    async def _exchange(self, line: _Line, asked: bytes) -> Answer:
        kept = False
        try:
            async with asyncio.timeout(_TIMEOUT):
                line.writer.write(asked)
                await line.writer.drain()
                answer = await _read(line.reader)
            kept = answer.headers.get("connection", "").lower() != "close"
        except TimeoutError as error:
            raise Unreachable(f"{self._host}:{self._port}: no answer in {_TIMEOUT:.0f} s") from error
        finally:
            if kept:
                self._free.append(line)
            else:
                line.writer.close()
        return answer


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    named = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in named}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(head[0].split(" ", 2)[1]), headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        found += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return found
