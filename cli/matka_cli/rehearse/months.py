"""The months between start and closing: meetings, gatherings, exercises, goals, introductions."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from matka_cli.rehearse.pairing_up import all_pairs
from matka_cli.rehearse.people import Player, all_of
from matka_cli.rehearse.preparing import record
from matka_cli.rehearse.production import Gathering, Production
from matka_contracts.terms import GatheringKind

_EVENING = 20
_DAYS_A_MONTH = 30
_INVITED = frozenset({GatheringKind.START, GatheringKind.COACHING_TRAINING, GatheringKind.CLOSING})
_GOALS = ("cv", "application", "labour-market", "language", "network")
_INTRODUCTIONS = ("conversation", "workplace-visit", "event", "online", "recommendation")


async def begin(show: Production) -> None:
    """Each pair gets its calendar: everything that it will do until the closing event."""
    closing = show.cohort.of_kind(GatheringKind.CLOSING)[0].at.date()
    library = await show.hands.get(show.coordinator, "/learning/library")
    exercises = [each["id"] for each in library["exercises"]]
    for pair in await all_pairs(show, "formed"):
        _plan_pair(show, pair, closing - timedelta(days=15), exercises)


def _plan_pair(show: Production, pair: dict[str, Any], last: date, exercises: list[str]) -> None:
    mentor, mentee = show.person(pair["mentor_id"]), show.person(pair["mentee_id"])
    dice = show.hands.dice(mentor, f"calendar:{mentee.email}")
    pace = pair["pace"]
    step = _DAYS_A_MONTH / ((pace["least"] + pace["most"]) / 2)
    day = show.today() + timedelta(days=dice.randint(6, 10))
    number = 0
    while day <= last:
        at = datetime.combine(day, time(dice.choice((15, 16, 17, 18)), dice.choice((0, 30))))
        planner, logger = dice.sample((mentor, mentee), 2)
        form = (pair["agreement"] or {}).get("form", "in-person")
        plan = _Plan(show, pair["id"], at, form, planner, logger)
        show.stage.at(show.local(day - timedelta(days=dice.randint(3, 5)), _EVENING), plan.make)
        number += 1
        day += timedelta(days=max(5, round(step + dice.uniform(-2, 2))))
    _plan_learning(show, pair, last, exercises)


def _plan_learning(show: Production, pair: dict[str, Any], last: date, exercises: list[str]) -> None:
    """Exercises about once a month, a goal, perhaps an introduction; all of it done by the last day."""
    mentor, mentee = show.person(pair["mentor_id"]), show.person(pair["mentee_id"])
    dice = show.hands.dice(mentee, f"learning:{mentor.email}")
    today = show.today()
    days = (last - today).days
    for month in range(1, days // _DAYS_A_MONTH + 1):
        day = today + timedelta(days=month * _DAYS_A_MONTH - dice.randint(12, 18))
        act = partial(assign, show, mentor, mentee, pair["id"], dice.choice(exercises))
        show.stage.at(show.local(day, _EVENING), act)
    reached = today + timedelta(days=round(days * dice.uniform(0.6, 0.95)))
    act = partial(set_goal, show, mentee, dice.choice(_GOALS), reached if dice.random() < 0.6 else None)
    show.stage.at(show.local(today + timedelta(days=3), _EVENING), act)
    if dice.random() < 0.5:
        day = today + timedelta(days=round(days * dice.uniform(0.3, 0.9)))
        act = partial(introduce, show, mentor, pair["id"], dice.choice(_INTRODUCTIONS))
        show.stage.at(show.local(day, _EVENING), act)


class _Plan:
    """One meeting of a pair: planned by one, logged by the other on the evening of the day."""

    def __init__(
        self, show: Production, pair_id: str, at: datetime, form: str, planner: Player, logger: Player
    ) -> None:
        self._show, self._pair_id, self._at, self._form = show, pair_id, at, form
        self._planner, self._logger = planner, logger

    async def make(self) -> None:
        """Plan it."""
        body = {"at": self._at.isoformat(timespec="minutes"), "minutes": 60, "form": self._form}
        path = f"/scheduling/pairs/{self._pair_id}/meetings"
        meeting = await self._show.hands.post(self._planner, path, body)
        log = partial(self._log, meeting["id"])
        self._show.stage.at(self._show.local(self._at.date(), _EVENING), log)

    async def _log(self, meeting_id: str) -> None:
        await self._show.hands.post(self._logger, f"/scheduling/meetings/{meeting_id}/hold")


async def assign(show: Production, mentor: Player, mentee: Player, pair_id: str, exercise: str) -> None:
    """A mentor gives an exercise; the mentee has done it ten days later."""
    path = f"/learning/pairs/{pair_id}/exercises"
    assignment = await show.hands.post(mentor, path, {"exercise": exercise})

    async def done() -> None:
        await show.hands.post(mentee, f"/learning/exercises/{assignment['id']}/done")

    show.stage.at(show.stage.now + timedelta(days=10), done)


async def set_goal(show: Production, mentee: Player, kind: str, reached: date | None) -> None:
    """A mentee writes down a goal, and says later that it is reached."""
    path = f"/learning/programs/{show.program_id}/goals"
    goal = await show.hands.post(mentee, path, {"kind": kind, "text": "Oma tavoitteeni"})
    if reached:

        async def reach() -> None:
            await show.hands.post(mentee, f"/learning/goals/{goal['id']}/reach")

        show.stage.at(show.local(reached, _EVENING), reach)


async def introduce(show: Production, mentor: Player, pair_id: str, kind: str) -> None:
    """A mentor opens their network."""
    await show.hands.post(mentor, f"/learning/pairs/{pair_id}/introductions", {"kind": kind})


def _interested(show: Production, player: Player, gathering: Gathering) -> bool:
    """Whether somebody signs up for, or comes to, a gathering: 70 to 100 of 100 do, each their own rate."""
    dice = show.hands.dice(player, gathering.table.at.isoformat())
    rate = show.hands.dice(player, "rate").uniform(0.7, 1.0)
    return dice.random() < rate


async def sign_up(show: Production, gathering: Gathering) -> None:
    """People sign up for an open gathering as long as there are seats."""
    keen = [each for each in await paired(show) if _interested(show, each, gathering)]
    path = f"/scheduling/gatherings/{gathering.id}/sign-up"
    await all_of(show.hands.post(each, path) for each in keen[: gathering.table.seats])


async def attend(show: Production, gathering: Gathering) -> None:
    """Staff record on the day after who came of those who were expected."""
    path = f"/scheduling/gatherings/{gathering.id}?limit=500"
    places = (await show.hands.get(show.coordinator, path))["places"]
    expected = [show.person(place["person_id"]) for place in places if place["invited"] or place["seat"]]
    records = [{"person_id": each.id, "attended": _interested(show, each, gathering)} for each in expected]
    if records:
        await record(show, gathering, list(records))
    came = sum(bool(each["attended"]) for each in records)
    show.tell(f"{gathering.title}: {came} of {len(records)} came", gathering.table.at.date())


async def paired(show: Production) -> list[Player]:
    """Everybody who is in a pair now."""
    pairs = await all_pairs(show, "formed")
    ids = dict.fromkeys(id_ for pair in pairs for id_ in (pair["mentor_id"], pair["mentee_id"]))
    return [show.person(id_) for id_ in ids]


async def schedule_gatherings(show: Production) -> None:
    """Sign-ups a week before, attendance on the day after."""
    for gathering in show.gatherings:
        if gathering.table.kind is GatheringKind.MENTOR_TRAINING:
            continue
        if gathering.table.kind not in _INVITED:
            show.stage.at(show.day_after(gathering, -7, _EVENING), partial(sign_up, show, gathering))
        show.stage.at(show.day_after(gathering), partial(attend, show, gathering))


def schedule(show: Production) -> None:
    """Put the beginning of the months on the agenda; the rest follows from the pairs."""
    start = show.cohort.of_kind(GatheringKind.START)[0].at.date()
    show.stage.at(show.cohort.opening + timedelta(hours=5), partial(schedule_gatherings, show))
    first = max(start, show.cohort.program.start) + timedelta(days=2)
    show.stage.at(show.local(first, 9), partial(begin, show))
