"""Makes a bare machine a working one, with the standard library only: system packages, then `.venv`."""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import sys
from pathlib import Path

from matka_cli import doctor, environment, machine, system

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / "var" / "log" / "bootstrap.log"


def main() -> int:
    """Brings what is missing and says beforehand what that is; 1 when it can't."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--browser", action="store_true", help="Chromium too, for browser tests")
    wanted.add_argument("--mongo", action="store_true", help="the MongoDB test server's environment too")
    wanted.add_argument("--bench", action="store_true", help="what `make bench` measures against too")
    options = wanted.parse_args()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            bring_system(machine.needs(options.browser, options.bench))
            environment.bring(ROOT, LOG)
            if options.mongo:
                environment.bring_mongo_test_server(ROOT, LOG)
            if options.bench:
                environment.bring_yardsticks(ROOT, LOG)
        except (system.NotInstalled, environment.NotMade) as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        except subprocess.CalledProcessError as error:
            print(f"\n`{' '.join(error.cmd)}` ended with {error.returncode}; see {LOG}", file=sys.stderr)
            return 1
    return 0


def bring_system(wanted: list[machine.Need]) -> None:
    """Debian packages that are missing, after saying which and why."""
    missing = [need for need in wanted if not need.here]
    if not missing:
        return
    if not system.can_install():
        print("This machine lacks what Matka needs, and may not be given it from here. Install it like this:")
        doctor.print_lines(missing)
        sys.stdout.flush()
        message = "Then run `make` again (`make doctor` checks)."
        raise system.NotInstalled(message)
    print("Installing from this system's packages (log: var/log/bootstrap.log):")
    for need in missing:
        print(f"  {' '.join(need.packages)}: {need.why}")
    if any("rabbitmq-server" in need.packages for need in missing):
        print("  RabbitMQ's default node stays off; a policy-rc.d of yours is put back afterwards.")
    sys.stdout.flush()
    system.install([package for need in missing for package in need.packages], LOG)
    names = {need.name for need in wanted} - {"python3 venv"}
    again = machine.needs(browser=True, bench=True)
    still = [need.name for need in again if need.name in names and not need.here]
    if still:
        message = f"installed, yet not found: {', '.join(still)}; see {LOG}"
        raise system.NotInstalled(message)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
