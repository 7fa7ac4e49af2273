"""Says what this machine has, what it lacks, and the exact line that installs it (standard library only)."""

from __future__ import annotations

import sys

from matka_cli import machine

OLDEST = (3, 11)


def main() -> int:
    """Prints the report; 1 if something is missing that a run needs."""
    version = ".".join(map(str, sys.version_info[:3]))
    young = sys.version_info >= OLDEST
    print(f"Matka's doctor on {machine.platform()}, Python {version} at {sys.executable}")
    print(f"  {'ok     ' if young else 'TOO OLD'} Python 3.11 or newer")
    missing = [need for need in machine.needs() if not need.here]
    for need in machine.needs(browser=True):
        mark = "ok     " if need.here else "MISSING" if need in missing else "absent "
        print(f"  {mark} {need.name}: {need.why}")
    engine = "ok     " if machine.docker_answers() else "absent "
    print(f"  {engine} Docker engine: would serve RabbitMQ, MongoDB and mail")
    if missing:
        print_lines(missing)
        print("`make` brings all of it by itself on Debian and Ubuntu, as root or with passwordless sudo.")
    return 0 if young and not missing else 1


def print_lines(missing: list[machine.Need]) -> None:
    """The install lines, this machine's first."""
    mine = machine.platform()
    for name in (mine, *(other for other in machine.PLATFORMS if other != mine)):
        print(f"{name}{' (this machine)' if name == mine else ''}:")
        for need in missing:
            print(f"  {need.lines[machine.PLATFORMS.index(name)]}")


if __name__ == "__main__":
    sys.exit(main())
