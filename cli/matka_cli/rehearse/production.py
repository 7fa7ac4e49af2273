"""Everything that a scene of the rehearsal needs at hand."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from matka_cli.rehearse.cohort import Cohort
from matka_cli.rehearse.mailroom import Mailroom
from matka_cli.rehearse.people import Player, Stagehands, all_of
from matka_cli.rehearse.recording import Recording
from matka_cli.rehearse.stage import Stage
from matka_cli.rehearse.tables import GatheringTable
from matka_contracts.terms import Role


class Tell(Protocol):
    """Says what happened, as of a local day: without one, of the moment that is being played."""

    def __call__(self, text: str, day: date | None = None) -> None: ...


@dataclass(frozen=True)
class Gathering:
    """A gathering as it is scheduled: its id at the API, and its table of the input."""

    id: str
    table: GatheringTable

    @property
    def title(self) -> str:
        """Its title in the language of the command, or else in the first that it has."""
        titles = self.table.title
        return titles.get("en") or next(iter(titles.values()), str(self.table.kind))


@dataclass
class Production:
    """The cohort, its players, the stage, and what the scenes leave for one another."""

    cohort: Cohort
    stage: Stage
    hands: Stagehands
    mailroom: Mailroom
    recording: Recording
    tell: Tell
    out: Path
    staff: list[Player]
    mentors: list[Player]
    mentees: list[Player]
    program_id: str = ""
    gatherings: list[Gathering] = field(default_factory=list)
    scores: dict[tuple[str, str], int] = field(default_factory=dict)
    unmatched: list[dict[str, Any]] = field(default_factory=list)

    @property
    def coordinator(self) -> Player:
        """Who answers for the program."""
        return next(each for each in self.staff if each.role is Role.COORDINATOR)

    @property
    def participants(self) -> list[Player]:
        """All mentors and mentees."""
        return [*self.mentors, *self.mentees]

    def person(self, person_id: str) -> Player:
        """The player with this id. Raises `KeyError`."""
        return next(each for each in (*self.participants, *self.staff) if each.id == person_id)

    def local(self, day: date, hour: int) -> datetime:
        """A local hour as an instant."""
        return self.cohort.local(day, hour)

    def instant(self, gathering: Gathering) -> datetime:
        """When a gathering begins."""
        return self.cohort.instant(gathering.table.at)

    def today(self) -> date:
        """The local date of the moment that is being played."""
        return self.cohort.day_of(self.stage.now)

    def day_after(self, gathering: Gathering, days: int = 1, hour: int = 10) -> datetime:
        """A local hour some days after a gathering."""
        return self.local(gathering.table.at.date() + timedelta(days=days), hour)

    async def sign_in(self, players: Iterable[Player]) -> None:
        """Let players sign in, each by the link that comes by mail."""
        waiting = {player.email.casefold(): player for player in players}
        await all_of(self.hands.ask_for_link(player) for player in waiting.values())
        await self.stage.idle()
        mails = [mail for mail in await self.mailroom.fresh() if mail.template == "sign-in"]
        await all_of(
            self.hands.sign_in(waiting[mail.recipient.casefold()], mail)
            for mail in mails
            if mail.recipient.casefold() in waiting
        )
        if late := [player.email for player in waiting.values() if not player.session]:
            raise RuntimeError(f"no sign-in link came for {', '.join(late)}")


Scene = Callable[[Production], Awaitable[None]]
