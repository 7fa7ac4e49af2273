"""A data folder belongs to one run at a time."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


class UnusableFolder(Exception):
    """The folder cannot be worked on; the text says why, in one sentence."""


class InUse(UnusableFolder):
    """Another run works on this folder."""


@contextmanager
def only_one_run(data: Path) -> Iterator[None]:
    """Holds the folder, made if need be; the system lets go of it however the run ends.

    Raises `UnusableFolder`, and `InUse` if another run holds it.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / LOCK).open("w")
    except OSError as error:
        raise _unusable(data, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"another run of Matka works on {data}; stop it, or name another folder") from None
        yield


def content(data: Path) -> list[Path]:
    """What lies in the folder beside the lock; nothing where there is no folder. Raises `UnusableFolder`."""
    try:
        return [path for path in data.iterdir() if path.name != LOCK] if data.exists() else []
    except OSError as error:
        raise _unusable(data, error) from error


def empty(data: Path) -> None:
    """Deletes everything in a folder that the caller holds, but for the lock."""
    for path in content(data):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _unusable(data: Path, error: OSError) -> UnusableFolder:
    why = error.strerror
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        why = "it is a file, or lies in one"
    return UnusableFolder(f"{data} cannot be a folder for data: {why}")
