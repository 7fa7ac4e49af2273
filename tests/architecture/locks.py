"""Checks requirements/: every package hashed, no index host named, in step with what the packages declare."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = re.compile(r"https?://|--(extra-)?index-url|--find-links|@ ?file:|^-e |^/", re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)
WANTED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([<>=!~].*)?$")


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    """Name to version; a name pinned twice (by markers) keeps the last."""
    return {normal(name): version for name, version in PIN.findall(lock)}


def faults_of_text(name: str, lock: str) -> Iterator[str]:
    """What is wrong with one lock by itself."""
    if found := HOST.search(lock):
        yield f"{name}: names a place ({found.group()!r}); locks name no host"
    for block in re.split(r"\n(?=\S)", lock.strip()):
        if PIN.match(block) and "--hash=sha256:" not in block:
            yield f"{name}: {block.split()[0]} has no hash"


def faults_of_step(name: str, declared: list[str], lock: str, everything: dict[str, str]) -> Iterator[str]:
    """What a package declares and its lock lacks, and where its lock leaves the common one."""
    pinned = pins(lock)
    for line in declared:
        wanted = WANTED.match(line)
        package = normal(wanted.group(1)) if wanted else line
        if package.startswith("matka-"):
            continue  # ours, installed from this very checkout
        if package not in pinned:
            yield f"{name}: {package} is declared but not locked; run `make lock`"
        elif wanted and (wanted.group(2) or "").startswith("==") and pinned[package] != wanted.group(2)[2:]:
            yield f"{name}: {line} is declared but locked at {pinned[package]}; run `make lock`"
    for package, version in pinned.items():
        if everything.get(package) != version:
            yield f"{name}: {package} {version} is not what all.txt has; run `make lock`"


def declared_by(folder: Path) -> list[str]:
    """The dependencies in a package's pyproject.toml."""
    with (folder / "pyproject.toml").open("rb") as file:
        dependencies: list[str] = tomllib.load(file)["project"]["dependencies"]
    return dependencies


def check(root: Path) -> list[str]:
    """Everything that is wrong with the locks."""
    texts = {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((root / "requirements").glob("*.txt"))
    }
    faults = [fault for name, text in texts.items() for fault in faults_of_text(name, text)]
    everything = pins(texts["all"])
    shared = declared_by(root / "shared")
    for folder in (root / "cli", *sorted((root / "services").glob("*/"))):
        lock = texts.get(folder.name)
        if lock is None:
            faults.append(f"{folder.name}: has no lock; run `make lock`")
        else:
            faults += faults_of_step(folder.name, declared_by(folder) + shared, lock, everything)
    tools = [line for line in (root / "requirements" / "dev.in").read_text().splitlines() if line[:1] != "#"]
    return faults + list(faults_of_step("all", tools, texts["all"], everything))


if __name__ == "__main__":
    found = check(ROOT)
    print("\n".join(found))
    sys.exit(1 if found else 0)
