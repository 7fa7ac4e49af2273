"""A data folder belongs to one run at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):
    """Another run works on this folder."""


@contextmanager
def only_one_run(data: Path) -> Iterator[None]:
    """Holds the folder; the system lets go of it however the run ends. Raises `InUse`."""
    with (data / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"another run of Matka works on {data}; stop it, or name another folder") from None
        yield
