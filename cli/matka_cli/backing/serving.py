"""What serves as broker, store or mail, and how the first that can is found."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from matka_cli.logs import Say

PATIENCE = 20.0  # seconds in which a server that is said to be there must answer


class NotHere(Exception):
    """This one does not serve; the text says why. Without a text there is nothing worth saying.

    `of` names what is missing where that is the same for broker, store and mail.
    """

    def __init__(self, why: str = "", of: str = "") -> None:
        super().__init__(why)
        self.of = of


async def nothing() -> None:
    """What there is to stop where nothing was started."""


class OwnServer(Protocol):
    """A server process of ours, which may be ended and begun again on the same data at the same address."""

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""

    async def begin(self) -> None:
        """Start it; returns once it answers."""

    async def end(self) -> None:
        """Stop it in good order."""


@dataclass(frozen=True)
class Serving:
    """A server that answers: `kind` is url, docker, server or embedded; `line` describes it, no secrets.

    `own` is its process where it is ours to stop and start.
    """

    kind: str
    url: str
    line: str
    stop: Callable[[], Awaitable[None]] = nothing
    page: str = ""  # of mail: the address of the mailbox page
    collect: Callable[[Path], Awaitable[int]] | None = None  # of mail: copies what was received into a folder
    own: OwnServer | None = None


Door = Callable[[], Awaitable[Serving]]


async def first(what: str, doors: Sequence[Door], say: Say) -> Serving:
    """The first that serves; each that does not is passed over with a line. Raises `NotHere`."""
    reasons = []
    for door in doors:
        try:
            serving = await door()
        except NotHere as reason:
            if str(reason):
                reasons.append(str(reason))
                say(f"{reason.of or what}: passed over: {reason}")
            continue
        say(f"{what}: {serving.line}")
        return serving
    raise NotHere(f"nothing serves as {what}: {'; '.join(reasons)}")


def once(say: Say) -> Say:
    """Says each line only the first time."""
    said: set[str] = set()

    def say_new(line: str) -> None:
        if line not in said:
            said.add(line)
            say(line)

    return say_new


async def until(answers: Callable[[], Awaitable[bool]], what: str) -> None:
    """Asks until the answer is yes. Raises `NotHere` after PATIENCE seconds."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await answers():
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise NotHere(f"{what} did not answer in {PATIENCE:.0f} s") from None
