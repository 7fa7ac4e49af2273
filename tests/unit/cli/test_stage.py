"""The stage of a rehearsal: what idle means, which moment comes next, and what the listener takes down."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aio_pika.abc import AbstractChannel

from matka_cli.rehearse.recording import Recording
from matka_cli.rehearse.stage import Act, Look, Stage, _owed
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


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose agenda and clock work; nothing is started that could be busy."""
    clock = FileClock(tmp_path / "clock")
    clock.step(MONDAY)
    stack, nobody = Stack(Options(tmp_path), nothing), cast("AbstractChannel", None)
    empty = Stage(stack, clock, nobody, Topology({"people": []}), Recording())
    yield empty
    await empty.close()


def test_one_look_is_never_enough() -> None:
    assert not QUIET.is_idle_after(None)
    assert QUIET.is_idle_after(QUIET)


def test_two_looks_with_different_counters_saw_something_happen() -> None:
    assert not QUIET.is_idle_after(replace(QUIET, counters=(1, 2, 4)))


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
    assert quick < stage._pause(replace(QUIET, busy={"people.work": 1}, retried=1))


async def test_acts_are_played_in_the_order_of_their_moments_and_then_of_their_coming(stage: Stage) -> None:
    played: list[str] = []

    def act(name: str) -> Act:
        async def play() -> None:
            played.append(name)

        return play

    stage.at(MONDAY + timedelta(hours=1), act("later"))
    stage.at(MONDAY, act("first"))
    stage.at(MONDAY.astimezone(), act("second"))
    stage.at(MONDAY - timedelta(days=9), act("long due"))
    assert stage._next_moment() == MONDAY - timedelta(days=9)
    for each in stage._due_acts():
        await each()
    assert played == ["long due", "first", "second"]
    assert stage._next_moment() == MONDAY + timedelta(hours=1)


async def test_a_timer_between_two_acts_is_a_moment_of_its_own(stage: Stage) -> None:
    timer = MONDAY + timedelta(minutes=30)
    stage._next_due = timer
    assert stage._next_moment() is None, "after the script's last act the play is over"
    stage.at(MONDAY + timedelta(hours=1), stage.idle)
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
