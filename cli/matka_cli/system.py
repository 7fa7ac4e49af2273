"""Installs Debian packages, as root or with passwordless sudo, and keeps RabbitMQ's default node off."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

# Debian starts a freshly installed server unless policy-rc.d says no. Ours says no to all that comes along
# while this script runs. A policy that was there before is put back however this ends; what a killed run left
# is put right first. Switching off also holds for the next boot, for what was installed here.
SCRIPT = r"""
set -eu
policy=/usr/sbin/policy-rc.d
kept=$policy.before-matka
mark='# Put here by Matka while it installs RabbitMQ.'
restore() {
  if grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi
  if [ -e "$kept" ]; then mv "$kept" "$policy"; fi
}
restore
trap restore EXIT
trap 'exit 130' HUP INT TERM
had_broker=; had_erlang=
if dpkg -s rabbitmq-server >/dev/null 2>&1; then had_broker=yes; fi
if dpkg -s erlang-base >/dev/null 2>&1; then had_erlang=yes; fi
if [ -e "$policy" ]; then mv "$policy" "$kept"; fi
cat >"$policy" <<EOF
#!/bin/sh
$mark
exit 101
EOF
chmod 755 "$policy"
export DEBIAN_FRONTEND=noninteractive
if [ -n "$(dpkg --audit)" ]; then dpkg --configure -a; fi
apt-get update -q || echo 'apt-get update failed; going on with the lists that are here'
apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
off() {
  if dpkg -s "$1" >/dev/null 2>&1; then
    if command -v systemctl >/dev/null; then systemctl disable --quiet "$2" || true; fi
    rm -f /etc/systemd/system/*.wants/"$2"
    update-rc.d "${2%.*}" disable >/dev/null 2>&1 || true
  fi
}
if [ -z "$had_broker" ]; then off rabbitmq-server rabbitmq-server.service; fi
if [ -z "$had_erlang" ]; then off erlang-base epmd.service; off erlang-base epmd.socket; fi
"""


class NotInstalled(Exception):
    """The system's package manager did not bring what was asked; the text says why."""


def administrator() -> list[str] | None:
    """The words before a command that needs root: none for root, sudo where it asks nothing, else None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def can_install() -> bool:
    """Whether this process may install Debian packages without asking anybody."""
    return shutil.which("apt-get") is not None and administrator() is not None


def install(packages: Sequence[str], log: Path) -> None:
    """Brings Debian packages; everything that apt says goes to `log`. Raises NotInstalled."""
    prefix = administrator()
    if prefix is None or shutil.which("apt-get") is None:
        message = "no apt-get here, or neither root nor passwordless sudo"
        raise NotInstalled(message)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        ended = subprocess.run(
            [*prefix, "sh", "-c", SCRIPT, "matka", *packages],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            check=False,
        )
    if ended.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        message = f"apt-get ended with {ended.returncode}; its last lines, all of them in {log}:\n{tail}"
        raise NotInstalled(message)
