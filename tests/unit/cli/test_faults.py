"""The faults of a rehearsal: how they are named, when they strike, and what is put right whatever happens."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from matka_cli.backing.mishaps import Mishap, Mishaps
from matka_cli.rehearse.faults import plan, report
from matka_cli.rehearse.faults.director import RECORD, Director, Planned
from matka_cli.rehearse.faults.fault import Fault, Rig, Seen
from matka_cli.rehearse.looking import Queues, Watch
from matka_cli.rehearse.people import Stagehands
from matka_cli.rehearse.recording import Recording
from matka_cli.roster import SERVICES
from matka_cli.stack import Options, Stack
from matka_kit.topology import Topology
from tests.support.waiting import until

NOON = datetime(2027, 1, 18, 10, tzinfo=UTC)
AT_WORK = {"people-1": {"outboxes": 2}}


async def _nothing(_url: str, _rungs: tuple[int, ...]) -> None:
    """A stack that is never started needs no preparation."""


class Seeing(Watch):
    """Sees what it is told to see; everybody is always consuming."""

    def __init__(self, folder: Path, work: dict[str, dict[str, Any]]) -> None:
        queues = Queues("amqp://nobody", Topology({"people": []}))
        super().__init__(Stack(Options(folder), _nothing), queues, Recording(), lambda: True)
        self.work = work
        self.looks = 0

    async def work_of(self, services: Iterable[str]) -> dict[str, dict[str, Any]]:
        wanted = set(services)
        self.looks += 1
        return {name: owed for name, owed in self.work.items() if name.rpartition("-")[0] in wanted}

    async def is_consuming(self, services: Iterable[str]) -> bool:
        return bool(list(services))


class Breaking(Fault):
    """Takes down what is done to it; `strikes` is how often in a row it meets nothing before it does."""

    def __init__(self, rig: Rig, victims: Sequence[str] = ("people",), misses: int = 0) -> None:
        super().__init__(rig)
        self.victims = victims
        self.did: list[str] = []
        self.gate: asyncio.Event | None = None
        self._misses = misses

    async def inject(self) -> None:
        self.did.append("broken")
        if self.gate is not None:
            await self.gate.wait()

    async def heal(self) -> None:
        self.did.append("mended")

    def has_struck(self) -> bool:
        self._misses -= 1
        return self._misses < 0


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    watch = Seeing(tmp_path, AT_WORK)
    return Rig(Stack(Options(tmp_path), _nothing), watch, Stagehands("http://127.0.0.1:9", 1))


async def _idle() -> None:
    """Nobody is busy."""


def _director(rig: Rig, out: Path, *faults: Fault) -> Director:
    return Director(rig, [Planned(f"fault-{n}", NOON, each) for n, each in enumerate(faults)], _idle, out)


async def _looked(rig: Rig) -> None:
    """Somebody had the chance to strike."""
    assert isinstance(rig.watch, Seeing)
    watch, before = rig.watch, rig.watch.looks
    await until("there was a look for work in flight", lambda: watch.looks > before)


async def _moment(director: Director) -> None:
    """A moment that lasts as long as that takes."""
    async with director.around(NOON):
        await _looked(director.rig)


def test_a_word_is_one_fault_a_group_or_all() -> None:
    assert plan.parse("kill-people,poison").names == ["kill-people", "poison"]
    assert plan.parse(" upgrade , upgrade-people").names == [f"upgrade-{name}" for name in SERVICES]
    assert {name.partition("-")[0] for name in plan.parse("all").names} == set(plan.GROUPS)
    assert plan.parse("").names == []
    assert plan.parse("").env == {}


def test_a_word_that_is_no_fault_is_refused_with_those_that_are() -> None:
    with pytest.raises(plan.UnknownFault, match=r"'earthquake' is no fault; there are all, kill, .*poison"):
        plan.parse("kill,earthquake")


async def test_a_fault_strikes_its_victims_at_work_once_and_is_taken_down(rig: Rig, tmp_path: Path) -> None:
    fault = Breaking(rig)
    director = _director(rig, tmp_path, fault)
    await _moment(director)
    async with director.around(NOON):
        await asyncio.sleep(0)
    assert fault.did == ["broken", "mended"]
    assert director.left == []
    [line] = (tmp_path / RECORD).read_text("utf-8").splitlines()
    assert json.loads(line)["in_flight"] == AT_WORK


async def test_nobody_strikes_before_the_time_or_where_nothing_is_in_flight(rig: Rig, tmp_path: Path) -> None:
    early, idle = Breaking(rig), Breaking(rig, ("learning",))
    director = _director(rig, tmp_path, early, idle)
    async with director.around(datetime(2027, 1, 1, tzinfo=UTC)):
        await asyncio.sleep(0)
    assert director.left == ["fault-0", "fault-1"]
    await _moment(director)
    await _moment(director)
    assert director.left == ["fault-1"]
    assert idle.did == []


async def test_one_fault_strikes_in_one_moment_and_the_next_in_another(rig: Rig, tmp_path: Path) -> None:
    faults = [Breaking(rig), Breaking(rig)]
    director = _director(rig, tmp_path, *faults)
    await _moment(director)
    assert [each.did for each in faults] == [["broken", "mended"], []]
    await _moment(director)
    assert director.left == []


async def test_a_fault_that_met_nothing_is_tried_again(rig: Rig, tmp_path: Path) -> None:
    fault = Breaking(rig, misses=1)
    director = _director(rig, tmp_path, fault)
    await _moment(director)
    assert (director.left, director.struck) == (["fault-0"], [])
    await _moment(director)
    assert [each.fault for each in director.struck] == ["fault-0"]


async def test_what_is_broken_is_mended_also_when_the_play_ends_in_the_middle(
    rig: Rig, tmp_path: Path
) -> None:
    fault = Breaking(rig)
    fault.gate = asyncio.Event()
    director = _director(rig, tmp_path, fault)

    async def play() -> None:
        async with director.around(NOON):
            await _looked(rig)
            raise LookupError

    with pytest.raises(LookupError):
        await play()
    assert fault.did == ["broken", "mended"]


def test_work_in_flight_is_what_a_replica_owes_and_the_commands_that_it_has_not_answered() -> None:
    seen = Seen(AT_WORK, ("POST /api/pairing/pairs/7/accept", "POST /api/sign-in"))
    assert seen.of(("people",)) == {**AT_WORK, "commands": ["POST /api/sign-in"]}
    assert seen.of(("pairing",)) == {"commands": ["POST /api/pairing/pairs/7/accept"]}
    assert seen.of(("learning",)) == {}


def test_the_table_says_what_never_met_work_and_who_never_came_back() -> None:
    faults = {
        "injected": [{"consuming_after": 1.5}, {"consuming_after": None}],
        "twice": 1,
        "may_be_twice": 4,
        "planted": [{}, {}],
        "not_injected": ["kill-learning"],
    }
    assert report.row(faults) == (
        "2 injected, not all consuming again; 1 mails twice where 4 may be; "
        "2 dead letters are planted; never met work in flight: kill-learning"
    )


def test_a_wish_for_a_mishap_is_seen_until_it_is_forgotten_and_each_mail_is_counted(tmp_path: Path) -> None:
    mishaps = Mishaps(tmp_path)
    assert mishaps.wished is None
    mishaps.wish(Mishap.DROPS)
    assert Mishaps(tmp_path).wished is Mishap.DROPS
    mishaps.note(Mishap.DROPS, "<1@example.org>")
    mishaps.forget()
    mishaps.forget()
    assert mishaps.wished is None
    assert mishaps.counted() == {Mishap.DROPS: 1}
