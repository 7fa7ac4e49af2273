"""The stage of a rehearsal: what idle means, which moment comes next, and what the listener takes down."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from matka_cli.rehearse.looking import Look, Queues, Watch, _done, _owed
from matka_cli.rehearse.recording import Recording
from matka_cli.rehearse.stage import Act, NeverIdle, Stage
from matka_cli.stack import Options, Stack
from matka_contracts.event import Event
from matka_contracts.people import PersonErased, PersonRegistered
from matka_kit.clock import FileClock
from matka_kit.topology import Topology
from tests.support.told import envelope

MONDAY = datetime(2027, 1, 18, 10, tzinfo=UTC)
QUIET = Look(busy={}, counters=(1, 2, 3), retried=0, next_due=None)
IDLE: dict[str, Any] = {
    "service": "pairing",
    "instance": "pairing-1",
    "consuming": True,
    "received": 7,
    "settled": 7,
    "published": 3,
    "fired": 0,
    "retried": 2,
    "outboxes": 0,
    "jobs": 0,
    "waiting": 0,
    "retrying": 0,
    "due": False,
    "next_due": "2027-01-19T07:00:00Z",
}


async def nothing(_url: str, _rungs: tuple[int, ...]) -> None:
    """A stack that is never started needs no preparation."""


class Scripted(Watch):
    """Sees what it is told to see, look by look, and nothing to do after that."""

    def __init__(self, folder: Path, looks: Iterable[Look] = ()) -> None:
        nobody = Queues("amqp://nobody", Topology({"people": []}))
        super().__init__(Stack(Options(folder), nothing), nobody, Recording(), lambda: True)
        self.looks = list(looks)
        self.asked: list[str] = []

    async def at(self, names: Iterable[str]) -> Look:
        return self._next(",".join(sorted(names)))

    async def at_everything(self) -> Look:
        return self._next("everything")

    async def at_replicas(self) -> Look:
        return self._next("replicas")

    def _next(self, what: str) -> Look:
        self.asked.append(what)
        return self.looks.pop(0) if self.looks else QUIET


class Hourglass:
    """The machine's clock as the stage reads it: it runs with the looks."""

    def __init__(self, watch: Scripted) -> None:
        self._watch = watch
        self.looks_that_it_lasts = 1

    def __call__(self) -> float:
        return 180 * len(self._watch.asked) / self.looks_that_it_lasts


@pytest.fixture
def patience(watch: Scripted, monkeypatch: pytest.MonkeyPatch) -> Hourglass:
    hourglass = Hourglass(watch)
    monkeypatch.setattr("matka_cli.rehearse.stage.monotonic", hourglass)
    return hourglass


@pytest.fixture
def clock(tmp_path: Path) -> FileClock:
    clock = FileClock(tmp_path / "clock")
    clock.step(MONDAY)
    return clock


@pytest.fixture
def watch(tmp_path: Path) -> Scripted:
    return Scripted(tmp_path)


@pytest.fixture
def stage(watch: Scripted, clock: FileClock) -> Stage:
    """A stage whose agenda and clock work; nothing is started that could be busy."""
    return Stage(watch, clock, longest_rung=5)


def test_one_look_is_never_enough() -> None:
    assert not QUIET.is_idle_after(None)
    assert QUIET.is_idle_after(QUIET)


def test_two_looks_with_different_counters_saw_something_happen() -> None:
    assert not QUIET.is_idle_after(replace(QUIET, counters=(1, 2, 4)))


async def test_idle_is_seen_at_the_replicas_and_then_at_the_queues_and_replicas(
    stage: Stage, watch: Scripted
) -> None:
    await stage.idle()
    assert watch.asked == ["replicas", "everything"]


async def test_only_those_who_are_busy_are_asked_until_they_are_done(stage: Stage, watch: Scripted) -> None:
    at_work = replace(QUIET, busy={"pairing-1": {"jobs": 1}, "people-1": {"outboxes": 1}})
    one_left = replace(QUIET, busy={"pairing-1": {"jobs": 1}})
    watch.looks = [at_work, one_left, QUIET]
    await stage.idle()
    assert watch.asked == ["replicas", "pairing-1,people-1", "pairing-1", "replicas", "everything"]


async def test_who_was_done_last_is_asked_first_the_next_time(stage: Stage, watch: Scripted) -> None:
    watch.looks = [replace(QUIET, busy={"notifications-1": {"waiting": 1}})]
    await stage.idle()
    watch.asked.clear()
    await stage.idle()
    assert watch.asked == ["notifications-1", "replicas", "everything"]


async def test_what_lies_in_a_queue_is_looked_for_from_the_beginning(stage: Stage, watch: Scripted) -> None:
    watch.looks = [QUIET, replace(QUIET, busy={"people.work": 1})]
    await stage.idle()
    assert watch.asked == ["replicas", "everything", "people.work", "replicas", "everything"]


async def test_a_counter_that_moves_between_two_looks_asks_for_a_third(stage: Stage, watch: Scripted) -> None:
    watch.looks = [QUIET, replace(QUIET, counters=(1, 2, 4)), replace(QUIET, counters=(1, 2, 4))]
    await stage.idle()
    assert watch.asked == ["replicas", "everything", "everything"]


async def test_who_is_never_idle_is_named(
    stage: Stage, watch: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matka_cli.rehearse.stage._PATIENCE_SECONDS", 0.0)
    watch.looks = [replace(QUIET, busy={"pairing-1": {"jobs": 1}})] * 3
    with pytest.raises(NeverIdle, match=r"2027-01-18 10:00: .*pairing-1.*jobs"):
        await stage.idle()


async def test_who_gets_on_with_it_is_given_time(stage: Stage, watch: Scripted, patience: Hourglass) -> None:
    at_work = replace(QUIET, busy={"certificates-1": {"waiting": 9}})
    watch.looks = [replace(at_work, done={"certificates-1": number}) for number in range(9)]
    patience.looks_that_it_lasts = 2
    await stage.idle()
    assert watch.asked[-2:] == ["replicas", "everything"]


@pytest.mark.parametrize("done", [(7, 7, 7, 7), (7, 0, 7, 0)], ids=["it goes round and round", "it crashes"])
async def test_who_gets_nowhere_is_not(
    stage: Stage, watch: Scripted, patience: Hourglass, done: tuple[int, ...]
) -> None:
    at_work = replace(QUIET, busy={"certificates-1": {"in hand": 1}})
    watch.looks = [replace(at_work, done={"certificates-1": number}) for number in done]
    patience.looks_that_it_lasts = 2
    with pytest.raises(NeverIdle, match=r"certificates-1.*in hand"):
        await stage.idle()


def test_a_message_that_is_put_on_a_rung_has_not_come_to_an_end() -> None:
    once_more = IDLE | {"received": 8, "settled": 8, "retried": 3}
    assert _done(once_more) == _done(IDLE) < _done(once_more | {"published": 4})


def test_whatever_is_busy_in_either_look_is_not_idle() -> None:
    busy = replace(QUIET, busy={"people.work": 1})
    assert not busy.is_idle_after(QUIET)
    assert not QUIET.is_idle_after(busy)


def test_a_replica_that_owes_nothing_is_not_busy() -> None:
    assert _owed(IDLE) == {}


@pytest.mark.parametrize(
    ("otherwise", "owed"),
    [
        ({"outboxes": 2}, {"outboxes": 2}),
        ({"jobs": 1}, {"jobs": 1}),
        ({"waiting": 3}, {"waiting": 3}),
        ({"retrying": 1}, {"retrying": 1}),
        ({"due": True}, {"due": True}),
        ({"received": 9}, {"in hand": 2}),
        ({"consuming": False}, {"consuming": False}),
        ({"jobs": 1, "received": 8}, {"jobs": 1, "in hand": 1}),
    ],
)
def test_a_replica_is_busy_with_what_it_owes_and_says_with_what(
    otherwise: dict[str, Any], owed: dict[str, Any]
) -> None:
    assert _owed(IDLE | otherwise) == owed


def test_looks_are_further_apart_while_a_message_may_be_on_its_way_back(stage: Stage) -> None:
    quick = stage._pause(QUIET)
    assert stage._pause(replace(QUIET, retried=1)) > 10 * quick
    assert stage._pause(replace(QUIET, retried=1)) > 10 * quick, "for as long as the longest rung lasts"


def noting(played: list[str], name: str) -> Act:
    async def play() -> None:
        played.append(name)

    return play


async def test_acts_are_played_in_the_order_of_their_moments_and_then_of_their_coming(stage: Stage) -> None:
    played: list[str] = []
    stage.at(MONDAY + timedelta(hours=1), noting(played, "later"))
    stage.at(MONDAY, noting(played, "beside others"), beside=True)
    stage.at(MONDAY, noting(played, "first"))
    stage.at(MONDAY.astimezone(), noting(played, "second"))
    stage.at(MONDAY - timedelta(days=9), noting(played, "long due"))
    await stage.play(until=MONDAY)
    assert played == ["long due", "first", "second", "beside others"]
    await stage.play()
    assert (played[4:], stage.moments, stage.now) == (["later"], 2, MONDAY + timedelta(hours=1))


async def test_timers_that_are_due_with_an_act_come_first(stage: Stage, watch: Scripted) -> None:
    asked_before: list[int] = []

    async def act() -> None:
        asked_before.append(len(watch.asked))

    stage.at(MONDAY + timedelta(hours=1), act)
    watch.looks = [replace(QUIET, next_due=MONDAY + timedelta(hours=1))] * 2
    await stage.play()
    assert asked_before == [4], "idle before the moment, and idle again when its timers have fired"


async def test_whoever_listens_hears_after_every_moment_and_may_ask_for_another(stage: Stage) -> None:
    played: list[str] = []

    async def listen() -> None:
        if played == ["act"]:
            stage.at(stage.now + timedelta(days=1), noting(played, "what follows"))

    stage.afterwards(listen)
    stage.at(MONDAY, noting(played, "act"))
    await stage.play()
    assert played == ["act", "what follows"]


async def test_a_timer_between_two_acts_is_a_moment_of_its_own(stage: Stage) -> None:
    timer = MONDAY + timedelta(minutes=30)
    stage._next_due = timer
    assert stage._next_moment() is None, "after the script's last act the play is over"
    stage.at(MONDAY + timedelta(hours=1), noting([], "act"))
    assert stage._next_moment() == timer
    stage._next_due = MONDAY + timedelta(hours=2)
    assert stage._next_moment() == MONDAY + timedelta(hours=1)


async def test_the_listener_takes_an_event_down_once_and_counts_every_delivery() -> None:
    recording = Recording()
    first = envelope(PersonRegistered(person_id="maija"), "maija")
    second = envelope(PersonErased(person_id="amal"), "amal")
    for each in (first, second, first, first):
        await recording.take(each, each.open())
    assert recording.count == 4
    assert [(entry.type, entry.subject) for entry in recording.entries] == [
        ("people.person-registered.v1", "maija"),
        ("people.person-erased.v1", "amal"),
    ]
    assert [entry.event for entry in recording.of(PersonErased)] == [PersonErased(person_id="amal")]
    assert len(recording.of(Event)) == 2
    assert recording.entries[0].moment == first.time
