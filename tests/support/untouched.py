"""Whether anything was written: asked of the services' own files, which tell every commit."""

from collections.abc import Iterable
from pathlib import Path

import apsw


class Files:
    """The databases of some services as another process sees them."""

    def __init__(self, folder: Path, services: Iterable[str]) -> None:
        self._open = {
            name: apsw.Connection(str(folder / f"{name}.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
            for name in services
        }
        self._seen = self._versions()

    def written(self) -> set[str]:
        """The services that have committed something since this was last asked."""
        now = self._versions()
        changed = {name for name, version in now.items() if version != self._seen[name]}
        self._seen = now
        return changed

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()

    def _versions(self) -> dict[str, int]:
        """A number for each file that changes whenever anybody else commits to it."""
        return {name: int(each.pragma("data_version")) for name, each in self._open.items()}
