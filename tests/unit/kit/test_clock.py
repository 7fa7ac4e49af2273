"""Two clocks: the domain's may be stepped, and everybody who reads its file sees it; the machine's runs."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from matka_kit.clock import FileClock, ManualClock, SystemClock, clock_of, to_milliseconds
from tests.support.workshop import NOON, later


def test_instants_are_utc_with_whole_milliseconds() -> None:
    helsinki = timezone(timedelta(hours=2))
    moment = datetime(2027, 1, 18, 12, 0, 0, 123_999, tzinfo=helsinki)
    assert to_milliseconds(moment) == datetime(2027, 1, 18, 10, 0, 0, 123_000, tzinfo=UTC)
    assert to_milliseconds(moment).tzinfo is UTC


def test_a_plain_clock_has_one_time() -> None:
    clock = SystemClock()
    before, now, after = clock.machine(), clock.now(), clock.machine()
    assert before <= now <= after


def test_several_readers_of_a_stepped_clock_agree(tmp_path: Path) -> None:
    writer = FileClock(tmp_path / "clock")
    readers = [FileClock(tmp_path / "clock") for _ in range(3)]
    for minutes in (0, 5, 1):
        writer.step(later(minutes=minutes))
        assert [reader.now() for reader in readers] == [later(minutes=minutes)] * 3
    assert FileClock(tmp_path / "clock").now() == later(minutes=1), "a restarted process agrees"


def test_no_step_is_missed_however_quickly_they_follow(tmp_path: Path) -> None:
    writer, reader = FileClock(tmp_path / "clock"), FileClock(tmp_path / "clock")
    writer.step(NOON)
    for number in range(300):
        for half in (0, 0.5):  # two files later the system may use the first one's number again
            writer.step(later(minutes=number + half))
        assert reader.now() == later(minutes=number + 0.5)


def test_the_machine_runs_on_while_the_domain_stands_still(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.step(NOON)
    assert clock.now() == NOON
    assert abs(clock.machine() - datetime.now(UTC)) < timedelta(seconds=5)


async def test_who_waits_is_woken_by_a_step(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.step(NOON)
    waiting = asyncio.create_task(FileClock(tmp_path / "clock").wait(60))
    await asyncio.sleep(0)
    clock.step(later(minutes=1))
    await asyncio.wait_for(waiting, 5)


async def test_who_waits_is_not_kept_longer_than_asked(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.step(NOON)
    await asyncio.wait_for(clock.wait(0.05), 5)
    await asyncio.wait_for(SystemClock().wait(0.01), 5)


def test_a_clock_set_by_hand() -> None:
    clock = ManualClock(NOON)
    clock.step(later(days=1))
    assert clock.now() == later(days=1)
    before = clock.machine()
    clock.elapse(3600)
    assert timedelta(hours=1) <= clock.machine() - before < timedelta(hours=1, seconds=5)
    assert clock.now() == later(days=1)


def test_a_setting_names_the_clock(tmp_path: Path) -> None:
    FileClock(tmp_path / "clock").step(NOON)
    assert isinstance(clock_of("system"), SystemClock)
    assert clock_of(f"file:{tmp_path / 'clock'}").now() == NOON


@pytest.mark.parametrize("spec", ["", "file:", "file", "sundial:garden"])
def test_another_word_names_no_clock(spec: str) -> None:
    with pytest.raises(ValueError, match="MATKA_CLOCK must be"):
        clock_of(spec)
