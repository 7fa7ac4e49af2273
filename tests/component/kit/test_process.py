"""A service as a process: it says what is wrong with its settings, serves, and stops when told."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from matka_cli import ports
from matka_kit.app import serve
from matka_kit.auth import create_keys
from tests.support.tally import SERVICE
from tests.support.waiting import until


def settings(folder: Path) -> dict[str, str]:
    """What a process needs; nobody is at the broker's address."""
    return {
        "MATKA_ENVIRONMENT": "development",
        "MATKA_BROKER_URL": "amqp://guest:guest@127.0.0.1:9/",
        "MATKA_STORE_URL": f"sqlite:{folder}",
        "MATKA_KEYS": str(folder / "keys"),
        "MATKA_PORT": str(*ports.free()),
    }


@asynccontextmanager
async def process(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.tally"),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def answers(url: str, path: str, status: int) -> bool:
    async with httpx2.AsyncClient() as client:
        try:
            return (await client.get(url + path)).status_code == status
        except httpx2.TransportError:
            return False


async def test_a_process_serves_and_stops_when_told(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys", ["tally", "gateway"])
    environment = settings(tmp_path)
    url = f"http://127.0.0.1:{environment['MATKA_PORT']}"
    async with process(environment) as running:
        await until("it lives", lambda: answers(url, "/health/live", 200), 30)
        assert await answers(url, "/health/ready", 503), "without a broker nothing reaches it"
        assert await answers(url, "/metrics", 200)
        async with httpx2.AsyncClient() as client:
            assert (await client.get(url + "/loop")).json() == "uvloop", "asyncio's own loop costs more"
        running.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.wait(), 20)
        assert running.stdout is not None
        said = (await running.stdout.read()).decode()
    assert running.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in said


async def test_a_process_that_cannot_start_says_so_and_ends(tmp_path: Path) -> None:
    async with process(settings(tmp_path)) as without_keys:
        assert without_keys.stdout is not None
        said = (await without_keys.stdout.read()).decode()
        assert await without_keys.wait() not in {0, 2}
    assert "tally.private.pem" in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"MATKA_BROKER_URL": None, "MATKA_KEYS": None}, "MATKA_BROKER_URL, MATKA_KEYS"),
        ({"MATKA_PORT": "secret"}, "MATKA_PORT"),
        ({"MATKA_URLS": "secret"}, '"urls"'),
        ({"MATKA_RUNGS": "secret"}, "MATKA_RUNGS"),
        (
            {"MATKA_ENVIRONMENT": "production", "MATKA_CLOCK": "file:secret"},
            "production takes neither MATKA_CLOCK",
        ),
    ],
)
def test_wrong_settings_are_named_without_their_values(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str | None],
    named: str,
) -> None:
    for name, value in {**settings(tmp_path), **change}.items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit) as ended:
        serve(SERVICE)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert named in said
    assert "secret" not in said
