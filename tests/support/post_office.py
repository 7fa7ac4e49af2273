"""A real SMTP server on loopback that may refuse, hang up and answer late, as servers do."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from matka_cli import ports

Behaviour = str | Callable[[], object]
TAKEN = "250 2.0.0 taken"


class PostOffice:
    """Takes mail unless told otherwise; `answers` are used up one mail after the other.

    An answer is a line such as `450 4.2.1 later`; `at_rcpt`, `at_data` and `at_dot` are what to do with the
    next mails there. `hang_up` closes the connection instead of answering.
    """

    def __init__(self) -> None:
        self.port = ports.free()[0]
        self.taken: list[EmailMessage] = []
        self.tried: list[str] = []
        self.connections = 0
        self.at_hello: deque[str] = deque()
        self.at_mail: deque[str] = deque()
        self.at_rcpt: deque[str] = deque()
        self.at_data: deque[str] = deque()
        self.at_dot: deque[str] = deque()
        self.at_quit: deque[str] = deque()
        self.before_answering: Callable[[], object] | None = None
        self._server: asyncio.Server | None = None
        self._sessions: set[_Clerk] = set()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Begin, or begin again, at the same address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Clerk(self), "127.0.0.1", self.port)

    async def close(self) -> None:
        """Be away: nobody listens, and whoever was connected is cut off."""
        if self._server is not None:
            self._server.close()
            self.cut_off()
            await self._server.wait_closed()
            self._server = None

    def cut_off(self) -> None:
        """End all connections without a word."""
        for session in list(self._sessions):
            session.hang_up()

    def letters(self, template: str) -> list[EmailMessage]:
        """What was taken of one kind."""
        return [mail for mail in self.taken if mail["X-Matka-Template"] == template]


class _Clerk(SMTP):
    """One connection."""

    def __init__(self, office: PostOffice) -> None:
        super().__init__(self, ident="post office", loop=asyncio.get_running_loop())
        self._office = office

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._office.connections += 1
        self._office._sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._office._sessions.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._instead(self._office.at_hello):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._instead(self._office.at_mail):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._instead(self._office.at_rcpt):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._instead(self._office.at_data):
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._instead(self._office.at_quit):
            await super().smtp_QUIT(arg)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert envelope.rcpt_tos == [mail["To"].addresses[0].addr_spec], "one recipient per mail"
        self._office.tried.append(mail["Message-ID"])
        answer = self._office.at_dot.popleft() if self._office.at_dot else TAKEN
        if answer == "late":
            await asyncio.sleep(0.6)
            answer = TAKEN
        if answer in {TAKEN, "taken, then hang up"}:
            self._office.taken.append(mail)
        if answer.endswith("hang up"):
            self.hang_up()
        return answer

    async def _instead(self, answers: deque[str]) -> bool:
        if not answers:
            return False
        answer = answers.popleft()
        if answer == "fine":
            return False
        if answer == "hang up":
            self.hang_up()
        else:
            await self.push(answer)
        return True


@contextlib.asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """An open post office for the length of the block."""
    office = PostOffice()
    await office.open()
    try:
        yield office
    finally:
        await office.close()
