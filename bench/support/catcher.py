"""A mail server that takes all it gets: `python -m bench.support.catcher quick|aiosmtpd SMTP_PORT ASK_PORT`.

`quick` answers as fast as it can; `aiosmtpd` is a whole server, with the pace of one.

Whoever connects to the second port is told in one line of JSON how many mails have come since the last one
asked, when the first and the last came, and what the last one said.
"""

import asyncio
import json
import sys
import time

from aiosmtpd.smtp import SMTP, Envelope


class Tally:
    """What has come since somebody asked."""

    def __init__(self) -> None:
        self.count = 0
        self.first = self.last = 0.0
        self.content = b""

    def take(self, content: bytes) -> None:
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.count += 1
        self.content = content

    def told(self) -> bytes:
        found = {
            "count": self.count,
            "first": self.first,
            "last": self.last,
            "content": self.content.decode("utf-8", "replace"),
        }
        self.__init__()  # type: ignore[misc] # begins anew
        return json.dumps(found).encode() + b"\n"


class Session(asyncio.Protocol):
    """One SMTP connection; pipelined commands are answered in their order."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._buffer = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 catcher\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._buffer:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            content, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            if self._in_data:
                self._in_data = False
                self._tally.take(content)
                self._transport.write(b"250 taken\r\n")
            else:
                self._answer(content.split(b" ", 1)[0].upper())

    def _answer(self, verb: bytes) -> None:
        if verb == b"EHLO":
            self._transport.write(b"250-catcher\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
        elif verb == b"DATA":
            self._in_data = True
            self._transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(b"250 fine\r\n")


class Taking:
    """What aiosmtpd does with a mail."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    async def handle_DATA(self, _: object, __: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        self._tally.take(content if isinstance(content, bytes) else b"")
        return "250 taken"


async def main(kind: str, smtp: int, ask: int) -> None:
    loop = asyncio.get_running_loop()
    tally = Tally()
    taking = Taking(tally)

    def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(tally.told())
        writer.close()

    whole = kind == "aiosmtpd"
    await loop.create_server(lambda: SMTP(taking) if whole else Session(tally), "127.0.0.1", smtp)
    await asyncio.start_server(tell, "127.0.0.1", ask)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
