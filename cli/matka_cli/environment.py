"""The project's own Python environments: `.venv`, and two that stand beside it (standard library only)."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from matka_cli import interpreters

PACKAGES = ("shared", "cli", "services/*")
PIP_INSTALL = ("-m", "pip", "install", "--quiet", "--force-reinstall", "--require-hashes", "--no-deps", "-r")
UV_INSTALL = ("pip", "install", "--no-deps", "--no-build-isolation")
FROM_PIP = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}


class NotMade(Exception):
    """An environment could not be made; the text says why."""


def bring(root: Path, log: Path) -> None:
    """Brings `.venv` up to its locks; returns within milliseconds when it is already there."""
    venv = root / ".venv"
    folders = sorted(folder for pattern in PACKAGES for folder in root.glob(pattern) if folder.is_dir())
    folders = [folder for folder in folders if (folder / "pyproject.toml").exists()]
    locks = [root / "requirements" / "bootstrap.txt", root / "requirements" / "all.txt"]
    stamp = _stamp(root, [*locks, *(folder / "pyproject.toml" for folder in folders)])
    if _is_stamped(venv, stamp):
        return
    print(f"Installing {_count(locks[1])} Python packages into .venv, each checked against its hash")
    sys.stdout.flush()
    _forget_stamp(venv)
    if not _works(venv, root):
        interpreter = interpreters.newest_enough((3, 11))
        if interpreter is None:
            message = "no Python 3.11 or newer found on PATH (see `make doctor`)"
            raise NotMade(message)
        _make(venv, interpreter, log)
    uv = venv / "bin" / "uv"
    if not _lives(uv):
        _run([venv / "bin/python", *PIP_INSTALL, locks[0]], log)
    settings = _uv_settings(venv)
    _run([uv, "pip", "sync", "--require-hashes", "--python", venv / "bin/python", locks[1]], log, settings)
    editable = [word for folder in folders for word in ("--editable", str(folder))]
    _run([uv, *UV_INSTALL, "--python", venv / "bin/python", *editable], log, settings)
    (venv / "matka.stamp").write_text(stamp, encoding="utf-8")


def bring_mongo_test_server(root: Path, log: Path) -> None:
    """Brings `.venv-mongo` where Python 3.13 or newer is at hand; says so and goes on where it is not."""
    venv, lock = root / ".venv-mongo", root / "requirements" / "mongo-test-server.txt"
    stamp = _stamp(root, [lock])
    if _is_stamped(venv, stamp):
        return
    uv = root / ".venv" / "bin" / "uv"
    interpreter = interpreters.newest_enough((3, 13), uv)
    if interpreter is None:
        return
    print(f"Installing the MongoDB test server into .venv-mongo ({interpreter})")
    _bring_beside(root, log, venv, lock, interpreter)
    (venv / "matka.stamp").write_text(stamp, encoding="utf-8")


def bring_yardsticks(root: Path, log: Path) -> None:
    """Brings `.venv-bench`: what `make bench` measures against, which the product itself does without."""
    venv, lock = root / ".venv-bench", root / "requirements" / "bench.txt"
    stamp = _stamp(root, [lock])
    if _is_stamped(venv, stamp):
        return
    print(f"Installing {_count(lock)} Python packages to measure against into .venv-bench")
    _bring_beside(root, log, venv, lock, str(root / ".venv" / "bin" / "python"))
    (venv / "matka.stamp").write_text(stamp, encoding="utf-8")


def _bring_beside(root: Path, log: Path, venv: Path, lock: Path, interpreter: str) -> None:
    """An environment beside `.venv`, made by the uv in there."""
    sys.stdout.flush()
    _forget_stamp(venv)
    uv, settings = root / ".venv" / "bin" / "uv", _uv_settings(root / ".venv")
    _run([uv, "venv", "--quiet", "--clear", "--python", interpreter, venv], log, settings)
    _run([uv, "pip", "sync", "--require-hashes", "--python", venv / "bin/python", lock], log, settings)


def _stamp(root: Path, files: Iterable[Path]) -> str:
    """Changes whenever the environment must: with its inputs, this file, or the place of the checkout."""
    digest = hashlib.sha256(str(root).encode())
    for file in (Path(__file__), *files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _is_stamped(venv: Path, stamp: str) -> bool:
    marked = venv / "matka.stamp"
    python = venv / "bin/python"
    return python.exists() and marked.exists() and marked.read_text(encoding="utf-8") == stamp


def _forget_stamp(venv: Path) -> None:
    if (venv / "matka.stamp").exists():
        (venv / "matka.stamp").unlink()


def _works(venv: Path, root: Path) -> bool:
    """Whether what lies in `.venv` runs, has pip, and was made here; one half made or moved does not."""
    script = "import sys, pip; print(sys.prefix); sys.exit(sys.version_info < (3, 11))"
    try:
        asked = subprocess.run(
            [str(venv / "bin/python"), "-c", script], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return asked.returncode == 0 and Path(asked.stdout.strip()) == root / ".venv"


def _lives(uv: Path) -> bool:
    """Whether uv runs: an installation may have been interrupted while it was written."""
    try:
        return subprocess.run([str(uv), "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make(venv: Path, interpreter: str, log: Path) -> None:
    if venv.exists():
        shutil.rmtree(venv)
    _run([interpreter, "-m", "venv", venv], log)


def _uv_settings(venv: Path) -> dict[str, str]:
    """Gives uv what people set for pip, by environment or pip.conf, unless they set it for uv."""
    asked = subprocess.run(
        [str(venv / "bin/python"), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1")
    for line in reversed(
        asked.stdout.splitlines()
    ):  # the environment's lines come first, and win by coming last here
        key, _, value = line.partition("=")
        name, words = FROM_PIP.get(key.rpartition(".")[2]), value.strip("'\"").replace("\\n", " ").split()
        if name and words and name not in os.environ:
            env[name] = (" " if name == "UV_INDEX" else ",").join(words)
        if key.endswith(".cert") and words:
            env.setdefault("SSL_CERT_FILE", words[0])
    # Every file is checked against its hash, so which of several indexes serves it is no risk.
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return env


def _count(lock: Path) -> int:
    return sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())


def _run(words: Sequence[str | Path], log: Path, env: dict[str, str] | None = None) -> None:
    with log.open("ab") as out:
        ended = subprocess.run(
            [str(word) for word in words], stdout=out, stderr=subprocess.STDOUT, env=env, check=False
        )
    if ended.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        message = f"`{' '.join(map(str, words[:4]))} …` ended with {ended.returncode} (all in {log}):\n{tail}"
        raise NotMade(message)
