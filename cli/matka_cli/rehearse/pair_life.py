"""What a pair does until the closing event: meetings, exercises, goals, introductions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from matka_cli.rehearse.diary import DAYS_A_MONTH, EVENING, Change, Entry, diary, with_silence
from matka_cli.rehearse.logging_by_link import log_by_link
from matka_cli.rehearse.people import Player
from matka_cli.rehearse.production import Production
from matka_cli.rehearse.stage import Act

_GOALS = ("cv", "application", "labour-market", "language", "network")
_INTRODUCTIONS = ("conversation", "workplace-visit", "event", "online", "recommendation")
ENDS_AT = 0.35  # share of the months after which the pair that ends turns to staff


async def begin(show: Production) -> None:
    """Each pair that has none yet gets its calendar: everything that it will do until the closing event."""
    show.phases.begin("months")
    library = await show.hands.get(show.coordinator, "/learning/library")
    exercises = sorted(each["id"] for each in library["exercises"])
    for pair in await show.pairs("formed"):
        if pair["id"] not in show.planned:
            show.planned.add(pair["id"])
            _plan_pair(show, pair, exercises)


def _plan_pair(show: Production, pair: dict[str, Any], exercises: list[str]) -> None:
    mentor, mentee = show.members(pair)
    both, last = (mentor.email, mentee.email), show.times.last_meeting
    pace = (pair["pace"]["least"], pair["pace"]["most"])
    if both == show.parts.ends:
        last = show.times.day(ENDS_AT) - timedelta(days=2)
    entries = diary(show.hands.dice(mentor, f"diary:{mentee.email}"), pace, show.today(), last)
    if both == show.parts.slips:
        entries = with_silence(entries, pace, last)
    form = (pair["agreement"] or {}).get("form", "in-person")
    for entry in entries:
        meeting = _Meeting(show, pair["id"], form, (mentor, mentee), entry)
        show.stage.at(show.local(entry.planned, EVENING), meeting.plan, beside=True)
    _plan_learning(_Learning(show, mentor, mentee, pair["id"]), last, exercises)


@dataclass(frozen=True)
class _Meeting:
    """One meeting of a pair: planned by one, perhaps put off or called off, logged in the evening."""

    show: Production
    pair_id: str
    form: str
    members: tuple[Player, Player]
    entry: Entry

    async def plan(self) -> None:
        """Plan it."""
        if self.pair_id in self.show.over:
            return
        at = self.entry.at.isoformat(timespec="minutes")
        body = {"at": at, "minutes": self.entry.minutes, "form": self.form}
        planner = self.members[self.entry.planner]
        path = f"/scheduling/pairs/{self.pair_id}/meetings"
        meeting_id = (await self.show.hands.post(planner, path, body))["id"]
        if change := self.entry.change:
            act = partial(self._change, meeting_id, change)
            self.show.stage.at(self.show.local(change.day, change.hour), act, beside=True)
        if day := self.entry.takes_place:
            act = partial(self._log, meeting_id)
            self.show.stage.at(self.show.local(day.date(), EVENING), act, beside=True)

    async def _change(self, meeting_id: str, change: Change) -> None:
        path = f"/scheduling/meetings/{meeting_id}"
        logger = self.members[self.entry.logger]
        if change.to is None:
            await self.show.hands.post(logger, f"{path}/cancel")
        else:
            at = change.to.isoformat(timespec="minutes")
            await self.show.hands.post(logger, f"{path}/move", {"at": at})

    async def _log(self, meeting_id: str) -> None:
        logger = self.members[self.entry.logger]
        if not (self.entry.by_link and await log_by_link(self.show, logger, meeting_id)):
            await self.show.hands.post(logger, f"/scheduling/meetings/{meeting_id}/hold")


@dataclass(frozen=True)
class _Learning:
    """What a pair does between its meetings."""

    show: Production
    mentor: Player
    mentee: Player
    pair_id: str

    async def assign(self, exercise: str) -> None:
        """A mentor gives an exercise; the mentee has done it ten days later."""
        path = f"/learning/pairs/{self.pair_id}/exercises"
        assignment = await self.show.hands.post(self.mentor, path, {"exercise": exercise})
        done = f"/learning/exercises/{assignment['id']}/done"
        self.show.stage.at(self.show.stage.now + timedelta(days=10), self._says(done), beside=True)

    async def set_goal(self, kind: str, reached: date | None) -> None:
        """A mentee writes down a goal, and perhaps says later that it is reached."""
        path = f"/learning/programs/{self.show.program_id}/goals"
        goal = await self.show.hands.post(self.mentee, path, {"kind": kind, "text": "Oma tavoitteeni"})
        if reached:
            act = self._says(f"/learning/goals/{goal['id']}/reach")
            self.show.stage.at(self.show.local(reached, EVENING), act, beside=True)

    async def introduce(self, kind: str) -> None:
        """A mentor opens their network."""
        await self.show.hands.post(
            self.mentor, f"/learning/pairs/{self.pair_id}/introductions", {"kind": kind}
        )

    def _says(self, path: str) -> Act:
        async def say() -> None:
            await self.show.hands.post(self.mentee, path)

        return say


def _plan_learning(pair: _Learning, last: date, exercises: list[str]) -> None:
    """Exercises about once a month, a goal, perhaps an introduction; all of it done by the last day."""
    dice = pair.show.hands.dice(pair.mentee, f"learning:{pair.mentor.email}")
    today = pair.show.today()
    days = (last - today).days

    def on(day: date, act: Callable[[], Any]) -> None:
        pair.show.stage.at(pair.show.local(day, EVENING), act, beside=True)

    for month in range(1, days // DAYS_A_MONTH + 1):
        day = today + timedelta(days=month * DAYS_A_MONTH - dice.randint(12, 18))
        on(day, partial(pair.assign, dice.choice(exercises)))
    reached = today + timedelta(days=round(days * dice.uniform(0.6, 0.95)))
    on(
        today + timedelta(days=3),
        partial(pair.set_goal, dice.choice(_GOALS), reached if dice.random() < 0.6 else None),
    )
    if dice.random() < 0.5:
        day = today + timedelta(days=round(days * dice.uniform(0.3, 0.9)))
        on(day, partial(pair.introduce, dice.choice(_INTRODUCTIONS)))
