"""The launcher: what it starts is ready, is started again when it crashes, and never outlives it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from matka_cli.folder import InUse
from matka_cli.roster import SERVICES
from matka_cli.stack import Options, Stack
from matka_cli.supervisor import NotReady
from tests.support.waiting import until

LITTLE = str(Path(__file__).resolve().parents[2] / "support" / "little_service.py")
prepared: list[tuple[str, tuple[int, ...]]] = []


async def prepare(url: str, rungs: tuple[int, ...]) -> None:
    prepared.append((url, rungs))


def little(service: str) -> list[str]:
    return [sys.executable, LITTLE, service]


def options(folder: Path) -> Options:
    return Options(folder, replicas={"notifications": 2}, rungs=(1, 2), say=lambda _: None, words=little)


@pytest.fixture(autouse=True)
def own_broker(broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATKA_BROKER_URL", broker)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with Stack(options(tmp_path / "run"), prepare) as running:
        yield running


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def told(client: httpx2.AsyncClient, url: str) -> dict[str, str]:
    """What the launcher told the little service in its environment."""
    answer: dict[str, str] = (await client.get(f"{url}/health/ready")).json()
    return answer


async def test_everything_is_ready_when_the_stack_is_entered(stack: Stack, broker: str) -> None:
    assert prepared[-1] == (broker, (1, 2))
    assert [r.name for r in stack.replicas if r.service == "notifications"] == [
        "notifications-1",
        "notifications-2",
    ]
    assert {r.service for r in stack.replicas} == set(SERVICES)
    assert len({r.url for r in stack.replicas}) == len(SERVICES) + 1
    async with httpx2.AsyncClient() as client:
        answers = [await told(client, replica.url) for replica in stack.replicas]
    assert {answer["MATKA_INSTANCE"] for answer in answers} == {replica.name for replica in stack.replicas}
    for answer in answers:
        assert json.loads(answer["MATKA_URLS"]) == stack.urls
        assert answer["MATKA_STORE_URL"].startswith("sqlite:")
        assert (answer["MATKA_RUNGS"], answer["MATKA_ENVIRONMENT"]) == ("1,2", "development")
        keys = Path(answer["MATKA_KEYS"])
        assert {key.stat().st_mode & 0o777 for key in keys.glob("*.private.pem")} == {0o600}


async def test_a_crashed_service_is_started_again_at_its_address(stack: Stack) -> None:
    people = stack.replica("people-1")
    before = people.kept.pid
    async with httpx2.AsyncClient() as client:
        child = int((await told(client, people.url))["child"])
        with pytest.raises(httpx2.TransportError):
            await client.get(f"{people.url}/crash")
    await until("the crashed service runs again", lambda: people.kept.pid not in (None, before))
    await people.kept.ready(10)
    assert people.kept.restarts == 1
    assert not alive(child), "what a crashed service had started must be gone"


async def test_a_service_can_be_restarted_in_good_order(stack: Stack) -> None:
    before = stack.replica("learning-1").kept.pid
    await stack.restart("learning-1")
    after = stack.replica("learning-1").kept
    assert after.pid not in (None, before)
    assert after.restarts == 0


async def test_leaving_ends_everything_that_was_started(tmp_path: Path) -> None:
    async with Stack(options(tmp_path), prepare) as running, httpx2.AsyncClient() as client:
        told_all = [await told(client, replica.url) for replica in running.replicas]
        page = running.backing.mail.page
    assert not [pid for answer in told_all for pid in (answer["pid"], answer["child"]) if alive(int(pid))]
    async with httpx2.AsyncClient() as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get(page)


async def test_a_folder_belongs_to_one_run_at_a_time(stack: Stack) -> None:
    with pytest.raises(InUse, match="another run"):
        async with Stack(options(stack.options.data), prepare):
            raise AssertionError("entered twice")


async def test_what_printed_no_json_is_in_the_log_as_json_all_the_same(stack: Stack) -> None:
    log = (stack.options.data / "logs" / "pairing-1.jsonl").read_text().splitlines()
    assert json.loads(log[0]) == {"level": "info", "event": "not JSON: pairing"}


async def test_a_service_that_never_gets_ready_ends_the_start_with_its_last_words(tmp_path: Path) -> None:
    broken = replace(
        options(tmp_path), words=lambda _: [sys.executable, "-c", "print('no such luck'); exit(1)"]
    )
    with pytest.raises(NotReady, match="no such luck"):
        async with Stack(broken, prepare):
            raise AssertionError("entered")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_nothing_outlives_a_launcher_that_is_ended(number: int, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.support.little_launcher", str(tmp_path / "run")]
    launcher = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    assert launcher.stdout is not None
    pids = [int(word) for word in (await launcher.stdout.readline()).split()]
    assert len(pids) == 2 * (len(SERVICES) + 1)
    os.kill(launcher.pid, number)
    await launcher.wait()
    await until("all services of the ended launcher are gone", lambda: not any(map(alive, pids)))
