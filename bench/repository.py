"""Commands through the kit's repository and relay on SQLite against a bare loop, in turns in one run.

Run: python -m bench.repository
A command loads an aggregate, changes it with one event, commits it under its version, hands the event to a
bus that confirms at once, and empties the outbox. The ratio is the median of the turns' own ratios, since a
disk's pace changes from turn to turn. Both flush what must not be lost: the loop twice, the kit once a
command (docs/decisions/0011).
"""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import uvloop

from bench.support.bare_loop import BareLoop, Rate, rows
from bench.support.report import Report, told
from bench.support.turning import commands_on
from matka_kit.bus import Outgoing

TURNS, SECONDS = 15, 6.0
TASKS = 8
ALONE, AT_ONCE = "repository, one by one", f"repository, {TASKS} tasks at once"

NOTE = "Commands that wait for the disk at once share one flush; the bare loop does one after the other."


class ConfirmingBus:
    """Confirms at once what it is given."""

    consuming = False

    async def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        return {message.event_id for message in messages}

    async def consume(self, subscription: Any) -> Any:
        raise NotImplementedError

    async def close(self) -> None:
        """There is nothing to close."""


async def measure(folder: Path, seconds: float) -> dict[str, Rate]:
    """Commands per second of each contender, turn by turn."""
    rates = {"bare loop": Rate(), ALONE: Rate(), AT_ONCE: Rate()}
    with closing(BareLoop(folder / "bare.sqlite")) as bare:
        async with commands_on(folder, ConfirmingBus()) as commands:
            for _ in range(TURNS):
                await rates["bare loop"].measure(seconds / TURNS, bare.round)
                await rates[ALONE].measure(seconds / TURNS, commands.to_the_end)
                await rates[AT_ONCE].measure(seconds / TURNS, commands.command, TASKS, commands.finish)
    return rates


def report(quick: bool) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        rates = uvloop.run(measure(Path(folder), 1.0 if quick else SECONDS))
    return Report(rows(rates, "commands", {ALONE: 0.5}, {AT_ONCE: NOTE}))


if __name__ == "__main__":
    told("bench.repository", report)
