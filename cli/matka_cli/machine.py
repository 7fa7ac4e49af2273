"""What a machine must have for Matka to run, and how to see whether it is there (standard library only)."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PLATFORMS = ("Debian", "Ubuntu", "Fedora", "macOS")
RABBITMQ_FOLDERS = ("/usr/lib/rabbitmq/bin", "/usr/sbin", "/opt/homebrew/sbin", "/usr/local/sbin")
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    str(Path.home() / "Library/Fonts"),
)
CERTIFICATE_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """One thing that the machine must have: what it is for, whether it is there, what brings it."""

    name: str
    why: str
    here: bool
    packages: tuple[str, ...]  # of Debian
    lines: tuple[str, str, str, str]  # exact install line per platform, in the order of PLATFORMS

    def line(self) -> str:
        """The install line of the platform that this is."""
        return self.lines[PLATFORMS.index(platform())]


def platform() -> str:
    """One of PLATFORMS; an unknown Linux counts as Debian if it has apt, else as Fedora."""
    if sys.platform == "darwin":
        return "macOS"
    try:
        release = Path("/etc/os-release").read_text(encoding="utf-8").lower()
    except OSError:
        release = ""
    if "id=ubuntu" in release:
        return "Ubuntu"
    return "Debian" if shutil.which("apt-get") else "Fedora"


def needs(browser: bool = False, bench: bool = False) -> list[Need]:
    """Everything that a full run needs on this machine, present or not."""
    found = [_venv(), _certificates(), _rabbitmq(), _fonts()]
    found += [_chromium()] if browser else []
    return [*found, _pango()] if bench else found


def rabbitmq_server() -> str | None:
    """Path of RabbitMQ's start script, also where it lies outside PATH."""
    return next(
        (
            str(path)
            for path in (Path(folder) / "rabbitmq-server" for folder in RABBITMQ_FOLDERS)
            if path.exists()
        ),
        shutil.which("rabbitmq-server"),
    )


def docker_answers() -> bool:
    """Whether a Docker engine answers, not only whether its client is installed."""
    if not shutil.which("docker"):
        return False
    try:
        asked = subprocess.run(["docker", "info"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def chromium() -> str | None:
    """Path of the browser for browser tests."""
    named = os.environ.get("MATKA_CHROMIUM")
    return named or next((path for path in map(shutil.which, CHROMIUM) if path), None)


def _apt(*packages: str) -> tuple[str, str]:
    line = "apt-get install --no-install-recommends " + " ".join(packages)
    line = line if os.geteuid() == 0 else f"sudo {line}"
    return line, line


def _venv() -> Need:
    try:
        import ensurepip

        here = bool(ensurepip.version())
    except (ImportError, OSError):
        here = False
    return Need(
        "python3 venv",
        "the project's own environment",
        here,
        ("python3-venv",),
        (*_apt("python3-venv"), "sudo dnf install python3", "brew install python@3.13"),
    )


def _certificates() -> Need:
    named = os.environ.get("SSL_CERT_FILE") or os.environ.get("PIP_CERT")
    here = any(Path(path).exists() for path in (named, *CERTIFICATE_FILES) if path)
    return Need(
        "CA certificates",
        "to fetch packages over TLS",
        here,
        ("ca-certificates",),
        (*_apt("ca-certificates"), "sudo dnf install ca-certificates", "brew install ca-certificates"),
    )


def _rabbitmq() -> Need:
    here = bool(os.environ.get("MATKA_BROKER_URL")) or rabbitmq_server() is not None or docker_answers()
    return Need(
        "RabbitMQ",
        "the message broker; Matka runs a private node of its own on loopback",
        here,
        ("rabbitmq-server",),
        (*_apt("rabbitmq-server"), "sudo dnf install rabbitmq-server", "brew install rabbitmq"),
    )


def _fonts() -> Need:
    seen = " ".join(name for folder in _font_folders() for _, _, names in os.walk(folder) for name in names)
    most = all(
        stem in seen for stem in ("NotoSerif-Regular", "NotoSerifDisplay-Regular", "NotoSerifEthiopic")
    )
    han = "CJK-Regular" in seen or ("DroidSansFallback" in seen and "wqy-microhei" in seen)
    packages = ("fonts-noto-core", "fonts-droid-fallback", "fonts-wqy-microhei")
    return Need(
        "fonts",
        "names of every script on certificates",
        most and han,
        packages,
        (
            *_apt(*packages),
            "sudo dnf install 'google-noto-serif-*fonts' google-noto-naskh-arabic-fonts",
            "brew install --cask font-noto-serif{,-display,-ethiopic,-hebrew,-thai,-bengali,-cjk}",
        ),
    )


def _font_folders() -> list[str]:
    named = os.environ.get("MATKA_FONTS", "")
    return [*(folder for folder in named.split(os.pathsep) if folder), *FONT_FOLDERS]


def _chromium() -> Need:
    return Need(
        "Chromium",
        "browser tests",
        chromium() is not None,
        ("chromium",),
        (*_apt("chromium"), "sudo dnf install chromium", "brew install --cask chromium"),
    )


def _pango() -> Need:
    packages = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
    return Need(
        "Pango",
        "WeasyPrint, which certificates are measured against",
        ctypes.util.find_library("pangoft2-1.0") is not None
        and ctypes.util.find_library("harfbuzz-subset") is not None,
        packages,
        (*_apt(*packages), "sudo dnf install pango", "brew install pango"),
    )
