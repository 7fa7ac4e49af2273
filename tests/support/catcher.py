"""An SMTP server in a process of its own: FOLDER PORT SECONDS; each mail that it takes is a file there."""

import asyncio
import itertools
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Catcher:
    """Writes a mail before it answers that it has it; each takes so many seconds on its connection."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds
        self._numbers = itertools.count(1)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        await asyncio.sleep(self._seconds)
        beside = self._folder / "next.part"
        beside.write_bytes(envelope.content)
        beside.rename(self._folder / f"{next(self._numbers):05}.eml")
        return "250 2.0.0 taken"


def caught(folder: Path) -> list[EmailMessage]:
    """The mails in a folder, in order of arrival."""
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))
    ]


async def _serve(folder: Path, port: int, seconds: float) -> None:
    folder.mkdir(exist_ok=True)
    catcher, loop = Catcher(folder, seconds), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(catcher), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
