"""Everything that a scene of the rehearsal needs at hand."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from matka_cli.rehearse.cohort import Cohort
from matka_cli.rehearse.mailroom import Mailroom
from matka_cli.rehearse.parts import ApplicantParts, PairParts
from matka_cli.rehearse.people import Player, Stagehands
from matka_cli.rehearse.recording import Recording
from matka_cli.rehearse.stage import Stage, all_of
from matka_cli.rehearse.tables import GatheringTable
from matka_cli.rehearse.timetable import Timetable
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
    def name(self) -> str:
        """What chance knows it by: the same in every run."""
        return f"{self.table.kind} {self.table.at:%Y-%m-%dT%H:%M}"

    @property
    def title(self) -> str:
        """Its title in the language of the command, or else in the first that it has."""
        titles = self.table.title
        return titles.get("en") or next(iter(titles.values()), str(self.table.kind))


@dataclass
class Phases:
    """What takes how long on the machine, in seconds; the last phase goes on until the end."""

    took: dict[str, float] = field(default_factory=dict)
    _now: str = ""
    _since: float = 0.0

    def begin(self, name: str) -> None:
        """From here on it is this one; no name ends the last."""
        now = time.monotonic()
        if self._now:
            self.took[self._now] = round(self.took.get(self._now, 0.0) + now - self._since, 1)
        self._now, self._since = name, now


@dataclass
class Production:
    """The cohort, its players, the stage, and what the scenes leave for one another."""

    cohort: Cohort
    times: Timetable
    stage: Stage
    hands: Stagehands
    mailroom: Mailroom
    recording: Recording
    tell: Tell
    out: Path
    staff: list[Player]
    mentors: list[Player]
    mentees: list[Player]
    phases: Phases = field(default_factory=Phases)
    applicants: ApplicantParts = field(default_factory=ApplicantParts)
    parts: PairParts = field(default_factory=PairParts)
    program_id: str = ""
    gatherings: list[Gathering] = field(default_factory=list)
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    planned: set[str] = field(default_factory=set)  # pairs that have their calendar
    over: set[str] = field(default_factory=set)  # pairs that have ended
    _by_id: dict[str, Player] = field(default_factory=dict, repr=False)

    @property
    def coordinator(self) -> Player:
        """Who answers for the program."""
        return next(each for each in self.staff if each.role is Role.COORDINATOR)

    @property
    def participants(self) -> list[Player]:
        """All mentors and mentees."""
        return [*self.mentors, *self.mentees]

    def take_in(self, admitted: Iterable[str]) -> None:
        """Only those with these addresses play on."""
        known = set(admitted)
        self.mentors = [each for each in self.mentors if each.email in known]
        self.mentees = [each for each in self.mentees if each.email in known]

    def person(self, person_id: str) -> Player:
        """The player with this id. Raises `KeyError`."""
        if person_id not in self._by_id:
            self._by_id = {each.id: each for each in (*self.participants, *self.staff) if each.id}
        return self._by_id[person_id]

    def player(self, email: str) -> Player:
        """The participant who applied with this address. Raises `StopIteration`."""
        return next(each for each in self.participants if each.email == email)

    def members(self, pair: dict[str, Any]) -> tuple[Player, Player]:
        """Mentor and mentee of a pair as the API has it."""
        return self.person(pair["mentor_id"]), self.person(pair["mentee_id"])

    async def pairs(self, status: str = "") -> list[dict[str, Any]]:
        """The program's pairs as staff see them, in one state or in any, in the order of their emails."""
        found = await self.hands.get(self.coordinator, f"/pairing/programs/{self.program_id}/pairs")
        wanted = [pair for pair in found["pairs"] if not status or pair["status"] == status]
        return sorted(wanted, key=lambda pair: [each.email for each in self.members(pair)])

    async def pages(self, path: str, name: str) -> list[dict[str, Any]]:
        """All of a list that staff read page by page."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = await self.hands.get(self.coordinator, f"{path}?limit=200&after={after}")
            found += page[name]
            after = page["after"]
            if not after:
                return found

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
        waiting = {player.address.casefold(): player for player in players}
        await all_of(self.hands.ask_for_link(player) for player in waiting.values())
        await self.stage.idle()
        mails = [mail for mail in await self.mailroom.fresh() if mail.template == "sign-in"]
        links = {mail.recipient.casefold(): mail for mail in mails}  # of a letter that came twice the later
        await all_of(
            self.hands.sign_in(waiting[address], mail)
            for address, mail in links.items()
            if address in waiting
        )
        if late := [player.email for player in waiting.values() if not player.session]:
            raise RuntimeError(f"no sign-in link came for {', '.join(late)}")
