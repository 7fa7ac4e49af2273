"""Faults of the embedded store: files locked by another process, a full disk, a file that is read-only."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import apsw

from matka_cli.rehearse.faults.fault import Fault, Rig, Unfit, letters_on_their_way

_BALLAST = "ballast"
_MEGABYTE = 2**20
_BUSY_MILLISECONDS = 5000


def _embedded(rig: Rig) -> Path:
    """The folder of the SQLite files."""
    if rig.stack.backing.store.kind != "embedded":
        raise Unfit(f"the store is no SQLite file of ours: {rig.stack.backing.store.line}")
    return Path(rig.stack.backing.store.url.removeprefix("sqlite:"))


class StoreLocked(Fault):
    """Another process (the launcher) holds the write lock of every service's file, beyond their patience."""

    lasts = 12.0

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self._folder = _embedded(rig)
        self._held: list[apsw.Connection] = []

    async def inject(self) -> None:
        for service in self.victims:
            connection = apsw.Connection(str(self._folder / f"{service}.sqlite"))
            self._held.append(connection)
            connection.set_busy_timeout(_BUSY_MILLISECONDS)
            connection.execute("BEGIN IMMEDIATE")

    async def heal(self) -> None:
        while self._held:
            self._held.pop().close(True)  # rolls back, whatever is open

    def may_double(self) -> int:
        return letters_on_their_way(self.rig, self.victims)


class DiskFull(Fault):
    """The disk under all files is full to the last byte."""

    lasts = 6.0

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self._folder = _embedded(rig)
        if not os.path.ismount(self._folder):
            raise Unfit("the store is not on a small disk of its own, which takes root and mount")

    async def inject(self) -> None:
        with (self._folder / _BALLAST).open("wb", buffering=0) as ballast:
            for size in (_MEGABYTE, 4096, 1):
                fill(ballast.fileno(), size)

    async def heal(self) -> None:
        (self._folder / _BALLAST).unlink(missing_ok=True)

    def may_double(self) -> int:
        return letters_on_their_way(self.rig, self.victims)


def fill(file: int, size: int) -> None:
    """Write pieces of this size until there is no room for another."""
    try:
        while os.write(file, bytes(size)) == size:
            pass
    except OSError:
        return


class StoreReadOnly(Fault):
    """A service dies and finds its file read-only when it comes back, as after an error of the disk."""

    victims: Sequence[str] = ("pairing",)
    lasts = 5.0

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self._file = _embedded(rig) / f"{self.victims[0]}.sqlite"
        self._mounted = False

    async def inject(self) -> None:
        for replica in self.rig.replicas(self.victims):
            replica.kept.kill()
        if os.geteuid() == 0:  # whom no permission stops
            _run("mount", "--bind", str(self._file), str(self._file))
            self._mounted = True
            _run("mount", "-o", "remount,bind,ro", str(self._file))
        else:
            self._file.chmod(0o400)

    async def heal(self) -> None:
        if self._mounted:
            _run("umount", "--lazy", str(self._file))
            self._mounted = False
        else:
            self._file.chmod(0o600)


class SmallDisk:
    """A file system in memory on which the files lie while the program is played."""

    def __init__(self, megabytes: int) -> None:
        self._megabytes = megabytes
        self._folder: Path | None = None

    def mount(self, folder: Path) -> None:
        """Lay it under the folder. Raises `Unfit` where that is not allowed."""
        if os.geteuid() != 0:
            raise Unfit("a small disk takes root")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            _run("mount", "-t", "tmpfs", "-o", f"size={self._megabytes}m,mode=700", "tmpfs", str(folder))
        except (OSError, subprocess.CalledProcessError) as error:
            raise Unfit("a small disk can't be mounted here") from error
        self._folder = folder

    def unmount(self) -> None:
        """Bring what lies on it to the disk below and take it away."""
        if self._folder is not None:
            folder, self._folder = self._folder, None
            kept = folder.with_name(f"{folder.name}.kept")
            shutil.copytree(folder, kept)
            _run("umount", str(folder))
            folder.rmdir()
            kept.rename(folder)


def forget_disk(folder: Path) -> None:
    """Take away what an earlier run that was killed left mounted at this folder or below."""
    places = [folder, *folder.glob("*.sqlite")] if folder.is_dir() else []
    for place in reversed(places):
        if os.path.ismount(place) or (place.is_file() and _is_mount(place)):
            _run("umount", "--lazy", str(place))


def _is_mount(file: Path) -> bool:
    """Whether a single file is mounted over itself; the system's table knows."""
    table = Path("/proc/self/mounts")
    return table.exists() and f" {file.resolve()} " in table.read_text("utf-8")


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
