"""What a bare machine is given: the plan, the interpreter, the settings that uv gets from pip's."""

import os
import sys
from pathlib import Path

import pytest

from matka_cli import doctor, environment, interpreters, machine, system


def a_program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_every_need_names_an_install_line_for_each_platform() -> None:
    for need in machine.needs(browser=True):
        assert len(need.lines) == len(machine.PLATFORMS)
        assert all(need.lines)
        assert set(need.packages) <= set(need.lines[0].split())
        assert need.line() in need.lines


def test_this_machines_install_lines_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.print_lines(machine.needs())
    said = capsys.readouterr().out
    assert said.startswith(f"{machine.platform()} (this machine):")
    assert [name for name in machine.PLATFORMS if name not in said] == []


def test_an_engine_that_does_not_answer_is_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not machine.docker_answers()
    a_program(tmp_path, "docker", "echo 'Client: 27.1'; exit 1")
    assert not machine.docker_answers(), "a client without an engine tells of itself"
    a_program(tmp_path, "docker", "echo 'Server Version: 27.1'")
    assert machine.docker_answers()


def test_a_shim_that_refuses_is_not_an_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(tmp_path, "python3.19", "echo 'not switched on' >&2; exit 127")
    real = a_program(tmp_path, "python3.18", "echo 3 18")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert interpreters.newest_enough((3, 18)) == str(real)
    assert interpreters.newest_enough((3, 19)) is None


def test_pyenvs_versions_are_found_behind_their_shims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prefix").mkdir()
    a_program(tmp_path / "prefix" / "bin", "python3", "echo 3 18")
    a_program(tmp_path / "path", "pyenv", f'[ "$2" = 3.18 ] && echo {tmp_path}/prefix')
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/bin")
    assert interpreters.newest_enough((3, 18)) == str(tmp_path / "prefix" / "bin" / "python3")


def test_the_interpreter_that_runs_us_will_do_when_it_is_new_enough() -> None:
    found = interpreters.newest_enough((3, 11))
    assert found is not None
    assert os.path.realpath(found) == os.path.realpath(sys.executable)


def test_uv_gets_what_people_set_for_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = r"""
:env:.index-url='https://mirror.example/simple'
global.cert='/etc/own.pem'
global.extra-index-url='https://a.example/simple\nhttps://b.example/simple'
global.index-url='https://less.example/simple'
""".strip()
    a_program(tmp_path / "bin", "python", f"cat <<'END'\n{lines}\nEND")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    given = environment._uv_settings(tmp_path)
    assert given["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert given["UV_INDEX"] == "https://a.example/simple https://b.example/simple"
    assert given["SSL_CERT_FILE"] == "/etc/own.pem"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert environment._uv_settings(tmp_path)["UV_DEFAULT_INDEX"] == "https://own.example/simple"


def test_an_environment_is_current_only_for_its_inputs_and_its_place(tmp_path: Path) -> None:
    lock = tmp_path / "all.txt"
    lock.write_text("a==1\n")
    before = environment._stamp(tmp_path, [lock])
    assert before == environment._stamp(tmp_path, [lock])
    assert before != environment._stamp(tmp_path / "moved", [lock])
    lock.write_text("a==2\n")
    assert before != environment._stamp(tmp_path, [lock])


def test_neither_root_nor_sudo_means_no_installing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system.administrator() is None
    with pytest.raises(system.NotInstalled):
        system.install(["rabbitmq-server"], tmp_path / "log")
    a_program(tmp_path, "sudo", '[ "$1" = -n ]')
    assert system.administrator() == ["sudo", "-n"]
