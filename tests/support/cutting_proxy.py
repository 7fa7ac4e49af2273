"""A TCP proxy before a database server that can go away, fall silent, or cut a connection after a request."""

import asyncio
import enum
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_CHUNK = 65_536


class Mood(enum.Enum):
    """How the proxy treats what passes."""

    FAITHFUL = "passes everything on"
    SILENT = "passes requests on and keeps every answer"
    CUTTING = "passes the next marked request on, waits for its answer and cuts the connection instead"
    DEAF = "cuts the connection before the next marked request reaches the server"


class CuttingProxy:
    """Stands at `port` before the server at `upstream`; `marker` is looked for in requests."""

    def __init__(self, host: str, port: int) -> None:
        self._upstream = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.mood = Mood.FAITHFUL
        self.marker = b""
        self.port = 0

    async def start(self) -> None:
        """Take connections, at the same port as before."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop all connections and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def treat(self, mood: Mood, marker: bytes = b"") -> None:
        """Change how what passes is treated from now on."""
        self.mood, self.marker = mood, marker

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        above_reader, above_writer = await asyncio.open_connection(*self._upstream)
        self._writers |= {writer, above_writer}
        cut = asyncio.Event()
        try:
            await asyncio.gather(
                self._requests(reader, above_writer, writer, cut),
                self._answers(above_reader, writer, cut),
                return_exceptions=True,
            )
        finally:
            self._writers -= {writer, above_writer}
            writer.transport.abort()
            above_writer.transport.abort()

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        above: asyncio.StreamWriter,
        below: asyncio.StreamWriter,
        cut: asyncio.Event,
    ) -> None:
        while chunk := await reader.read(_CHUNK):
            if self.marker and self.marker in chunk:
                if self.mood is Mood.DEAF:
                    self.treat(Mood.FAITHFUL)
                    below.transport.abort()
                    return
                if self.mood is Mood.CUTTING:
                    self.treat(Mood.FAITHFUL)
                    cut.set()
            above.write(chunk)
            await above.drain()
        above.transport.abort()

    async def _answers(
        self, above: asyncio.StreamReader, below: asyncio.StreamWriter, cut: asyncio.Event
    ) -> None:
        while chunk := await above.read(_CHUNK):
            if cut.is_set():
                below.transport.abort()
                return
            if self.mood is not Mood.SILENT:
                below.write(chunk)
                await below.drain()
        below.transport.abort()


@asynccontextmanager
async def cutting_proxy(host: str, port: int) -> AsyncIterator[CuttingProxy]:
    """A proxy that takes connections until the block ends."""
    proxy = CuttingProxy(host, port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
