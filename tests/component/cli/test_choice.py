"""Broker, store and mail are chosen in order, each on its own, and what is passed over is said."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from matka_cli import ports
from matka_cli.backing import embedded, probes, serving
from matka_cli.backing.choice import choose
from matka_cli.backing.serving import NotHere
from matka_cli.guard import Guard
from matka_cli.logs import Logs
from matka_cli.process import Site
from matka_cli.roster import SERVICES
from matka_cli.urls import BadUrl
from tests.support.waiting import until


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    logs, guard = Logs(tmp_path / "logs", None), Guard()
    yield Site(tmp_path, logs, guard)
    guard.close()
    logs.close()


@pytest.fixture(autouse=True)
def a_machine(broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker by URL, a Docker client without an engine, and no other server on PATH."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "docker").write_text("#!/bin/sh\necho 'no engine' >&2\nexit 1\n")
    (bin_folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_folder}:/usr/bin:/bin")
    monkeypatch.setenv("MATKA_BROKER_URL", broker)


async def test_a_client_without_an_engine_falls_through_with_a_line(site: Site) -> None:
    said: list[str] = []
    backing = await choose(site, SERVICES, said.append)
    await backing.stop()
    passed_over = [line for line in said if "passed over" in line]
    assert passed_over == ["Docker: passed over: a Docker client is here, but no engine answers it"]
    assert f"store: SQLite files in {site.data / 'store'}" in said
    assert [backing.broker.kind, backing.store.kind, backing.mail.kind] == ["url", "embedded", "embedded"]
    assert not [line for line in said if "matka:" in line], "passwords are not said"


async def test_a_url_that_does_not_answer_falls_through(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 2)
    [port] = ports.free()
    monkeypatch.setenv(
        "MATKA_STORE_URL", f"mongodb://somebody:secret@127.0.0.1:{port}/?serverSelectionTimeoutMS=50"
    )
    said: list[str] = []
    backing = await choose(site, SERVICES, said.append)
    await backing.stop()
    line = f"store: passed over: mongodb://127.0.0.1:{port}/ (MATKA_STORE_URL) did not answer in 2 s"
    assert line in said
    assert backing.store.kind == "embedded"


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("MATKA_BROKER_URL", "garbage"),
        ("MATKA_BROKER_URL", "http://somewhere"),
        ("MATKA_STORE_URL", "garbage"),
        ("MATKA_STORE_URL", "sqlite:"),
        ("MATKA_STORE_URL_PAIRING", "mongodb://"),
        ("MATKA_SMTP_URL", "garbage"),
        ("MATKA_SMTP_URL", "smtp://name:secret@host:99999"),
    ],
)
async def test_a_malformed_url_is_said_before_anything_is_started(
    variable: str, url: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, url)
    said: list[str] = []
    with pytest.raises(BadUrl, match=rf"^{variable} is not a URL of the form \S+") as caught:
        await choose(site, SERVICES, said.append)
    assert said == []
    assert "secret" not in str(caught.value)


async def test_mail_keeps_its_addresses_when_the_catcher_crashes(site: Site) -> None:
    catcher = await embedded.mail(site)
    [pid] = catchers(site.data)
    os.kill(pid, signal.SIGKILL)
    await until("another catcher runs", lambda: catchers(site.data) not in ([], [pid]), 30)
    await until("it greets at the same address", lambda: probes.smtp(catcher.url), 30)
    await catcher.stop()
    assert not await probes.smtp(catcher.url)


def catchers(data: Path) -> list[int]:
    """The processes that catch mail into this folder."""
    words = f"matka_cli.backing.mailbox\0{data}".encode()
    commands = {int(path.name): path / "cmdline" for path in Path("/proc").glob("[0-9]*")}
    return [pid for pid, command in commands.items() if all(w in read(command) for w in words.split(b"\0"))]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


async def test_a_folder_keeps_to_the_kind_of_store_that_wrote_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backing = await choose(site, SERVICES, lambda _: None)
    await backing.stop()
    monkeypatch.setenv("MATKA_STORE_URL", f"sqlite:{tmp_path / 'elsewhere'}")
    again = await choose(site, SERVICES, lambda _: None)
    await again.stop()
    assert again.store.url == backing.store.url
    (tmp_path / "backing.json").write_text('{"store": "docker"}')
    with pytest.raises(NotHere, match="written with the store of kind 'docker'"):
        await choose(site, SERVICES, lambda _: None)


async def test_a_service_may_have_a_store_of_its_own(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATKA_STORE_URL_LEARNING", "sqlite:/somewhere/else")
    backing = await choose(site, SERVICES, lambda _: None)
    await backing.stop()
    assert backing.store_url("learning") == "sqlite:/somewhere/else"
    assert backing.store_url("people") == backing.store.url


async def test_what_was_started_is_ended_when_the_next_is_not_to_be_had(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATKA_BROKER_URL")
    (tmp_path / "backing.json").write_text('{"broker": "server", "store": "docker"}')
    with pytest.raises(NotHere, match="nothing serves as store"):
        await choose(site, SERVICES, lambda _: None)
    amqp = json.loads((tmp_path / "broker" / "ports.json").read_text())["amqp"]
    assert ports.is_free(amqp), "the private node that was started first must have been ended"


def test_a_url_is_shown_without_secrets() -> None:
    shown = probes.without_secrets("amqp://matka:secret@broker.example:5672/v%2Fhost?heartbeat=1")
    assert shown == "amqp://broker.example:5672/v/host"
    assert probes.without_secrets("sqlite:/data") == "sqlite:/data"
