"""How a service is started: as a process of ours, or as whatever the machine's keeper says."""

import sys

import pytest

from matka_cli.stack import command_of


def test_a_service_is_a_process_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATKA_SERVICE_COMMAND", raising=False)
    assert command_of("people") == [sys.executable, "-m", "matka_people.main"]


def test_another_command_may_run_it_such_as_a_container_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    command = "podman run --rm '--volume=/a place:/a place' matka-{service}"
    monkeypatch.setenv("MATKA_SERVICE_COMMAND", command)
    assert command_of("people") == ["podman", "run", "--rm", "--volume=/a place:/a place", "matka-people"]
