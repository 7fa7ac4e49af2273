"""A Docker engine that can't serve is passed over in time, with a line; containers end with the command."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matka_cli import ports
from matka_cli.backing import serving
from matka_cli.backing.engine import Engine, Recipe, Running
from matka_cli.backing.serving import NotHere, Serving
from matka_cli.guard import Guard

Client = Callable[..., list[str]]


@pytest.fixture
def guard(client: Client) -> Iterator[Guard]:
    del client  # the guard finds it on PATH, at its end too
    guard = Guard()
    yield guard
    guard.close()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Puts a Docker client on PATH that does as told, or else nothing, and notes how it was called."""
    calls = tmp_path / "calls"
    path = tmp_path / "bin" / "docker"
    path.parent.mkdir()

    def told(**lines: str) -> list[str]:
        if lines:
            cases = "".join(f"{word}) {line} ;;\n" for word, line in lines.items())
            path.write_text(f'#!/bin/sh\necho "$@" >> {calls}\ncase "$1" in\n{cases}esac\n')
            path.chmod(0o755)
        return calls.read_text().splitlines() if calls.exists() else []

    told(info="exit 0")
    monkeypatch.setenv("PATH", f"{path.parent}:/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{ports.free()[0]}")
    return told


async def test_an_engine_without_the_image_says_what_the_registry_says(
    client: Client, guard: Guard, tmp_path: Path
) -> None:
    client(image="exit 1", pull="echo 'no such host' >&2; exit 1")
    with pytest.raises(NotHere, match=r"^the engine has no mongo:8 and does not get it: no such host$"):
        await Engine(tmp_path, guard).bring("mongo:8")


async def test_an_image_that_does_not_come_in_time_is_not_waited_for(
    client: Client, guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 1)
    client(image="exit 1", pull="exec cat /dev/zero >/dev/null")
    with pytest.raises(NotHere, match=r"^the engine has no mongo:8 and did not get it in 1 s$"):
        await Engine(tmp_path, guard).bring("mongo:8")


async def test_an_engine_that_does_not_answer_is_asked_once(
    client: Client, guard: Guard, tmp_path: Path
) -> None:
    client(info="exit 1")
    engine = Engine(tmp_path, guard)
    for image in ("rabbitmq:4", "mongo:8"):
        with pytest.raises(NotHere, match="no engine answers it"):
            await engine.bring(image)
    assert client() == ["info"]


async def test_an_engine_that_refuses_to_start_a_container_is_passed_over(
    client: Client, guard: Guard, tmp_path: Path
) -> None:
    with pytest.raises(NotHere, match=r"^mongo:8 does not start: "):
        await Engine(tmp_path, guard).start("store", Recipe("mongo:8", (27017,)))
    [name] = {call.split()[-1] for call in client()}
    assert name.startswith("matka-")
    assert name.endswith("-store")


async def test_a_container_that_ends_by_itself_is_not_waited_for(
    client: Client, guard: Guard, tmp_path: Path
) -> None:
    client(wait="echo 3", logs="echo 'cannot read the configuration'")

    async def silent(_url: str) -> bool:
        return False

    running = Running("matka-0-store", "mongo:8", {27017: 1})
    with pytest.raises(NotHere, match=r"^mongo:8 ended by itself: cannot read the configuration$"):
        await Engine(tmp_path, guard).serve(running, Serving("docker", "mongodb://nobody", "it"), silent)
    assert "rm --force --volumes matka-0-store" in client()


async def test_a_container_is_asked_to_stop_before_it_is_removed(
    client: Client, guard: Guard, tmp_path: Path
) -> None:
    async def ready(_url: str) -> bool:
        return True

    client(wait="exec cat /dev/zero >/dev/null")
    running = Running("matka-0-store", "mongo:8", {27017: 1})
    found = await Engine(tmp_path, guard).serve(running, Serving("docker", "mongodb://it", "it"), ready)
    await found.stop()
    assert client()[-2:] == ["stop -t 10 matka-0-store", "rm --force --volumes matka-0-store"]


def test_two_folders_have_containers_of_two_names(guard: Guard, tmp_path: Path) -> None:
    one, two = (Engine(tmp_path / name, guard) for name in ("one", "two"))
    assert one.name("store") != two.name("store")
    assert one.name("store") == Engine(tmp_path / "one", guard).name("store")


def test_the_guard_removes_a_container_that_it_knows_twice_in_case_it_was_only_just_asked_for(
    client: Client,
) -> None:
    guard = Guard()
    guard.watch("container", "matka-0-store")
    guard.watch("container", "matka-0-mail")
    guard.forget("container", "matka-0-mail")
    guard.close()
    assert client() == ["rm --force --volumes matka-0-store"] * 2
